#include "ui/window/actions.h"

#include <QUndoStack>

#include "ui/base/icons.h"

namespace espalier {

Actions::Actions(QUndoStack& history, QObject* parent) : QObject(parent) {
  openModel =
      make(tr("&Open Model\u2026"), tr("Open\u2026"), tr("Open a model folder, as Hugging Face writes it"),
           QKeySequence(Qt::CTRL | Qt::Key_O), "open");
  openSample = make(tr("Open the &Sample"), tr("Sample"),
                    tr("Open the small trained model that comes with the program"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), "sample");
  openCalibration = make(tr("&Calibration Pairs\u2026"), tr("Calibration pairs\u2026"),
                         tr("Choose the folder of pairs that scoring and pruning measure the model with"),
                         QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), "open");
  openPairs = make(tr("&Test Pairs\u2026"), tr("Test pairs\u2026"),
                   tr("Choose the folder of pairs that the model is asked before and after pruning"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T), "open");
  clearRecent = make(tr("&Forget These"), {}, tr("Empty the list of recent models"));
  exportModel = make(tr("&Export Pruned Model\u2026"), tr("Export\u2026"),
                     tr("Write the pruned model to a folder that transformers loads unchanged"),
                     QKeySequence(Qt::CTRL | Qt::Key_E), "export");
  quit = make(tr("&Quit"), {}, tr("Close the window; running jobs are stopped"),
              QKeySequence(Qt::CTRL | Qt::Key_Q));

  undo = history.createUndoAction(this, tr("Undo"));
  adorn(undo, tr("Take back the last change of the plan"), QKeySequence(Qt::CTRL | Qt::Key_Z), "undo");
  redo = history.createRedoAction(this, tr("Redo"));
  adorn(redo, tr("Do the change taken back again"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), "redo");
  resetPlan = make(tr("&Reset All Blocks"), {},
                   tr("Take out every pin and give each block what the allocation gives it"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), "reset");
  globalMagnitude = make(tr("Plan by Global &Magnitude"), {},
                         tr("For comparison: one threshold over all weights decides what each matrix loses"),
                         QKeySequence(Qt::CTRL | Qt::Key_G));
  find = make(tr("&Find Pairs"), {}, tr("Search the questions and answers"),
              QKeySequence(Qt::CTRL | Qt::Key_F), "search");

  score = make(tr("&Score"), tr("Score"), tr("Measure how much the model's loss depends on each block"),
               QKeySequence(Qt::Key_F7), "score");
  prune = make(tr("&Prune and Compare"), tr("Prune"),
               tr("Remove the weights the plan says, then ask the pruned model the test pairs"),
               QKeySequence(Qt::Key_F8), "prune");
  live = make(tr("Follow the Plan &Live"), tr("Live"),
              tr("After each change of the plan, prune and compare again by itself"),
              QKeySequence(Qt::Key_F9), "live");
  live->setCheckable(true);
  live->setChecked(true);
  stop = make(tr("S&top All Jobs"), {}, tr("Cancel whatever is running"),
              QKeySequence(Qt::CTRL | Qt::Key_Period), "stop");

  logarithmic = make(tr("&Logarithmic Importance"), {},
                     tr("Show importance on a logarithmic scale: small scores become visible"),
                     QKeySequence(Qt::CTRL | Qt::Key_L));
  logarithmic->setCheckable(true);
  nextPane = make(tr("&Next Pane"), {}, tr("Move the keyboard to the next pane"), QKeySequence(Qt::Key_F6));
  previousPane = make(tr("&Previous Pane"), {}, tr("Move the keyboard to the pane before"),
                      QKeySequence(Qt::SHIFT | Qt::Key_F6));
  resetLayout = make(tr("&Reset Layout"), {}, tr("Put all panes back where they were at first"),
                     QKeySequence(Qt::CTRL | Qt::Key_0));
  fullScreen = make(tr("&Full Screen"), {}, tr("Use the whole screen"), QKeySequence(Qt::Key_F11));
  fullScreen->setCheckable(true);
  whatsThis = make(tr("&What's This?"), {}, tr("Click anything to learn what it does and why"),
                   QKeySequence(Qt::SHIFT | Qt::Key_F1));
  about = make(tr("&About Espalier"), {}, tr("Version, licence and the method's source"),
               QKeySequence(Qt::Key_F1));
}

QList<QAction*> Actions::all() const {
  return {openModel,   openSample, openCalibration, openPairs,   clearRecent, exportModel, quit, undo,
          redo,        resetPlan,  globalMagnitude, find,        score,       prune,       live, stop,
          logarithmic, nextPane,   previousPane,    resetLayout, fullScreen,  whatsThis,   about};
}

QAction* Actions::make(const QString& text, const QString& iconText, const QString& help,
                       const QKeySequence& shortcut, const QString& icon) {
  auto* action = new QAction(text, this);
  if (!iconText.isEmpty()) action->setIconText(iconText);
  adorn(action, help, shortcut, icon);
  return action;
}

void Actions::adorn(QAction* action, const QString& help, const QKeySequence& shortcut, const QString& icon) {
  action->setShortcut(shortcut);
  action->setStatusTip(help);
  action->setWhatsThis(help);
  action->setToolTip(shortcut.isEmpty()
                         ? help
                         : QStringLiteral("%1 (%2)").arg(help, shortcut.toString(QKeySequence::NativeText)));
  if (!icon.isEmpty()) action->setIcon(lineIcon(icon));
}

}  // namespace espalier
