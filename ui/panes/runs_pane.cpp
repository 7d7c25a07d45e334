#include "ui/panels/runs_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// Pruned models side by side.
Pane runsPane() {
  Pane pane;
  pane.name = "runs";
  pane.title = PaneText::tr("Runs");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_U);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* { return new RunsPanel(context.session); };
  return pane;
}

}  // namespace espalier
