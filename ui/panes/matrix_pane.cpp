#include "ui/panels/matrix_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// The inside of a matrix.
Pane matrixPane() {
  Pane pane;
  pane.name = "matrix";
  pane.title = PaneText::tr("Matrix");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_7);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* { return new MatrixPanel(context.session); };
  return pane;
}

}  // namespace espalier
