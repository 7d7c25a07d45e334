#include "ui/actions/actions.h"
#include "ui/panels/result_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// Accuracy and loss before and after pruning.
Pane resultsPane() {
  Pane pane;
  pane.name = "results";
  pane.title = PaneText::tr("Results");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_3);
  pane.place = Pane::Place::BottomRight;
  pane.presented = true;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new ResultPanel(context.session, context.actions.prune);
  };
  return pane;
}

}  // namespace espalier
