#include "ui/actions/actions.h"
#include "ui/panels/sensitivity_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// What each block loses by being pruned alone.
Pane sensitivityPane() {
  Pane pane;
  pane.name = "sensitivity";
  pane.title = PaneText::tr("Sensitivity");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_5);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new SensitivityPanel(context.session, context.probes, context.actions.sensitivity,
                                context.actions.improve);
  };
  return pane;
}

}  // namespace espalier
