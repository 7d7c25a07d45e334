#include "ui/actions/actions.h"
#include "ui/panels/sweep_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// Accuracy against sparsity for several methods.
Pane sweepPane() {
  Pane pane;
  pane.name = "sweep";
  pane.title = PaneText::tr("Sweep");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_6);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new SweepPanel(context.session, context.sweeps, context.actions.sweep);
  };
  return pane;
}

}  // namespace espalier
