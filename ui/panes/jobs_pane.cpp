#include "ui/panels/jobs_panel.h"
#include "ui/panes/pane.h"

namespace espalier {

// What runs and what has run.
Pane jobsPane() {
  Pane pane;
  pane.name = "jobs";
  pane.title = PaneText::tr("Jobs");
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::Key_8);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext&) -> QWidget* { return new JobsPanel; };
  return pane;
}

}  // namespace espalier
