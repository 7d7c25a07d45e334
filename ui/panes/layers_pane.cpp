#include "ui/panels/layers_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// What the blocks are made of, and what pruning does to what they give on.
Pane layersPane() {
  Pane pane;
  pane.name = "layers";
  pane.title = PaneText::tr("Layers");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* { return new LayersPanel(context.session); };
  return pane;
}

}  // namespace espalier
