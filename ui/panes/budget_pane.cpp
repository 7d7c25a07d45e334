#include "core/engine/engine.h"
#include "ui/panels/budget_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// What is pruned, how much of it, and how the budget is shared.
Pane budgetPane() {
  Pane pane;
  pane.name = "budget";
  pane.title = PaneText::tr("Budget");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_1);
  pane.place = Pane::Place::Right;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new BudgetPanel(context.session, pruneCriteria());
  };
  return pane;
}

}  // namespace espalier
