#include "ui/panels/blocks_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// The blocks of the plan as a table.
Pane blocksPane() {
  Pane pane;
  pane.name = "blocks";
  pane.title = PaneText::tr("Blocks");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_4);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* { return new BlocksPanel(context.session); };
  return pane;
}

}  // namespace espalier
