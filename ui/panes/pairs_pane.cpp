#include "ui/actions/actions.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// The test pairs and what the model answers.
Pane pairsPane() {
  Pane pane;
  pane.name = "pairs";
  pane.title = PaneText::tr("Answers");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_2);
  pane.place = Pane::Place::BottomLeft;
  pane.presented = true;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new GalleryPanel(context.session, context.actions.openPairs);
  };
  return pane;
}

}  // namespace espalier
