#include "ui/panels/formula_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// The formulas of what is chosen.
Pane formulasPane() {
  Pane pane;
  pane.name = "formulas";
  pane.title = PaneText::tr("Formulas");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F);
  pane.place = Pane::Place::Right;
  pane.make = [](const PaneContext& context) -> QWidget* { return new FormulaPanel(context.session); };
  return pane;
}

}  // namespace espalier
