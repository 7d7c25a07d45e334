#include "ui/actions/actions.h"
#include "ui/panels/recovery_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// Getting accuracy of the plan's model back.
Pane recoveryPane() {
  Pane pane;
  pane.name = "recovery";
  pane.title = PaneText::tr("Recovery");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Y);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new RecoveryPanel(context.session, context.recovery, context.actions.recover,
                             context.actions.openCalibration);
  };
  return pane;
}

}  // namespace espalier
