#include <QUndoView>

#include "ui/panes/pane.h"
#include "ui/session/session.h"

namespace espalier {

// The steps of the plan: a click goes back to one, or forward.
Pane historyPane() {
  Pane pane;
  pane.name = "history";
  pane.title = PaneText::tr("History");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H);
  pane.place = Pane::Place::Right;
  pane.make = [](const PaneContext& context) -> QWidget* {
    auto* view = new QUndoView(&context.session.plan().history());
    view->setEmptyLabel(PaneText::tr("As opened"));
    view->setFrameShape(QFrame::NoFrame);
    view->setAccessibleName(PaneText::tr("History"));
    view->setWhatsThis(
        PaneText::tr("Every change of the plan, its choices and its data, oldest first. Choose a step "
                     "to go back to it; the steps after it stay until you change something."));
    return view;
  };
  return pane;
}

}  // namespace espalier
