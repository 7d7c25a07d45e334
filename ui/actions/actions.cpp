#include "ui/actions/actions.h"

#include <QUndoStack>

#include "ui/base/icons.h"
#include "ui/base/mnemonic.h"

namespace espalier {

// Long: one entry for each action of the window.
Actions::Actions(QUndoStack& history, QObject* parent) : QObject(parent) {
  openProject = make(tr("Open &Project\u2026"), tr("Project\u2026"),
                     tr("Open a project file: model, scores, plan with its history, results"),
                     QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O), "open");
  saveProject =
      make(tr("&Save Project"), tr("Save"),
           tr("Keep everything but the weights in a project file: scores, plan with its history, results"),
           QKeySequence(Qt::CTRL | Qt::Key_S), "save");
  saveProjectAs = make(tr("Save Project &As\u2026"), {}, tr("Save the project under another name"),
                       QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
  openModel =
      make(tr("&Open Model\u2026"), tr("Open\u2026"), tr("Open a model folder, as Hugging Face writes it"),
           QKeySequence(Qt::CTRL | Qt::Key_O), "open");
  openSample = make(tr("Open the Sample"), tr("Sample"),
                    tr("Open the small trained model that comes with the program"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), "sample");
  openEmojiSample = make(tr("Open the Emo&ji Sample"), {},
                         tr("Open the small CLIP that comes with the program; its pictures are drawn from "
                            "the installed emoji font"),
                         {}, "sample");
  openVlmSample = make(tr("Open a Modern &Vision-Language Model"), {},
                       tr("Open a small model of today's kind that comes with the program: SigLIP's tower, "
                          "LLaMA's text, a chat template"),
                       {}, "sample");
  openCalibration =
      make(tr("Cali&bration Pairs\u2026"), tr("Calibration pairs\u2026"),
           tr("Choose the calibration data: the pairs that scoring and pruning run through the model"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), "open");
  openPairs = make(tr("&Test Pairs\u2026"), tr("Test pairs\u2026"),
                   tr("Choose the test pairs: the model answers them before and after pruning"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T), "open");
  clearRecent = make(tr("&Clear Recent"), {}, tr("Empty the list of recent models"));
  exportModel = make(tr("&Export Pruned Model\u2026"), tr("Export\u2026"),
                     tr("Write the pruned model to a folder that transformers loads unchanged"),
                     QKeySequence(Qt::CTRL | Qt::Key_E), "export");
  newWindow = make(tr("&New Window"), {}, tr("A second window, for another model or project beside this one"),
                   QKeySequence(Qt::CTRL | Qt::Key_N));
  closeWindow = make(tr("Close &Window"), {}, tr("Close this window and stop its jobs"),
                     QKeySequence(Qt::CTRL | Qt::Key_W));
  quit = make(tr("&Quit"), {}, tr("Close all windows and stop all jobs"), QKeySequence(Qt::CTRL | Qt::Key_Q));

  undo = history.createUndoAction(this, tr("Undo"));
  decorate(undo, tr("Take back the last change of the plan or of a choice"),
           QKeySequence(Qt::CTRL | Qt::Key_Z), "undo");
  redo = history.createRedoAction(this, tr("Redo"));
  decorate(redo, tr("Make the undone change again"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), "redo");
  // Which change, where it can be pointed at.
  for (QAction* action : {undo, redo})
    connect(action, &QAction::changed, this, [action] {
      const QString tip = QStringLiteral("%1 (%2)").arg(
          withoutMnemonic(action->text()), action->shortcut().toString(QKeySequence::NativeText));
      if (action->toolTip() != tip) action->setToolTip(tip);
    });
  resetPlan = make(tr("&Reset All Blocks"), {},
                   tr("Remove every pin and give each block the sparsity of the allocation"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), "reset");
  globalMagnitude = make(tr("Plan by Global &Magnitude"), {},
                         tr("For comparison: one threshold over all weights decides what each matrix loses"),
                         QKeySequence(Qt::CTRL | Qt::Key_G));
  globalGradient = make(tr("Plan by Iterative &Gradient"), {},
                        tr("For comparison: one threshold on weight times gradient in ten rounds decides "
                           "what each matrix loses"));
  globalObd = make(tr("Plan by Iterative O&BD"), {},
                   tr("For comparison: one threshold on the second-order change of the loss in ten rounds "
                      "decides what each "
                      "matrix loses"));
  find = make(tr("&Find Pairs"), {}, tr("Search the questions and answers"),
              QKeySequence(Qt::CTRL | Qt::Key_F), "search");

  selectAll = make(tr("Select &All Blocks"), {}, tr("Select every block of the plan"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A));
  selectComponent =
      make(tr("Select &Component"), {}, tr("Select all blocks of the current block's component"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M));
  expand = make(tr("Show &Matrices"), {}, tr("Open the current block into its matrices, or close it again"),
                QKeySequence(Qt::CTRL | Qt::Key_M));
  pin = make(tr("Pin or &Unpin"), {}, tr("Fix the sparsity of the selected blocks, or let it change again"),
             QKeySequence(Qt::CTRL | Qt::Key_P), "pin");
  lock = make(tr("L&ock or Unlock Component"), {},
              tr("Fix the sparsity of every block in this component, or let it change again"),
              QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L));
  resetSelected =
      make(tr("Rese&t Selected"), {}, tr("Give the selected blocks the sparsity of the allocation"),
           QKeySequence(Qt::CTRL | Qt::Key_R), "reset");
  sharpen = make(tr("Sharpe&n Plan"), {}, tr("Move every block that is not pinned further from the target"),
                 QKeySequence(Qt::CTRL | Qt::Key_BracketRight));
  flatten = make(tr("&Flatten Plan"), {}, tr("Move every block that is not pinned towards the target"),
                 QKeySequence(Qt::CTRL | Qt::Key_BracketLeft));
  savePlan = make(tr("Keep T&his Plan\u2026"), {},
                  tr("Keep the plan under a name, to go back to or to compare with"),
                  QKeySequence(Qt::CTRL | Qt::Key_D));
  keepResult =
      make(tr("Keep Result as a Run"), {},
           tr("Add what the present plan's model can do and what it would take to the table of runs"));
  comparePlans =
      make(tr("Comp&are Plans\u2026"), tr("Compare plans"),
           tr("Two plans side by side: their difference, their results, the answers they differ in"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D), "compare");
  explain =
      make(tr("E&xplain the Answer"), {},
           tr("Show the chosen pair large: the answer token by token, and where in picture and words it "
              "comes from"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_X));
  copyCommand = make(tr("Copy as Co&mmand"), {},
                     tr("Copy what led to this plan and its answers as lines of espalier-cli"));
  copyPython = make(tr("Copy as P&ython"), {},
                    tr("Copy what led to this plan and its answers as Python, for the module espalier"));
  exportInteractive = make(tr("Write Interactive Report\u2026"), {},
                           tr("One HTML page with a grid of measured plans, explored in any browser without "
                              "this program"));
  zoomIn = make(tr("Zoom &In"), {}, tr("Show fewer blocks, larger"), QKeySequence(Qt::CTRL | Qt::Key_Plus));
  zoomOut = make(tr("Zoom &Out"), {}, tr("Show more blocks"), QKeySequence(Qt::CTRL | Qt::Key_Minus));
  zoomFit =
      make(tr("Show A&ll Blocks"), {}, tr("Zoom out to the whole model"), QKeySequence(Qt::CTRL | Qt::Key_9));

  score = make(tr("&Score"), tr("Score"), tr("Measure how much the model's loss depends on each block"),
               QKeySequence(Qt::Key_F7), "score");
  watchEstimate = make(
      tr("&Watch the Estimate"), {},
      tr("Score exactly, then estimate by repeated noise: see the error bars close in on the exact values"),
      QKeySequence(Qt::CTRL | Qt::Key_F7));
  prune =
      make(tr("&Prune and Compare"), tr("Prune"),
           tr("Prune the model to the plan, then ask it the test pairs"), QKeySequence(Qt::Key_F8), "prune");
  live = make(tr("Follow the Plan Li&ve"), tr("Live"),
              tr("Prune and compare again after each change of the plan"), QKeySequence(Qt::Key_F9), "live");
  live->setCheckable(true);
  live->setChecked(true);
  stop = make(tr("Stop All &Jobs"), {}, tr("Cancel whatever is running"),
              QKeySequence(Qt::CTRL | Qt::Key_Period), "stop");

  sensitivity = make(
      tr("Measure Sensitivit&y"), tr("Measure sensitivity"),
      tr("Measure how much the loss rises when each block alone is pruned, on held-out calibration data"),
      QKeySequence(Qt::SHIFT | Qt::Key_F7));
  improve = make(tr("&Improve Plan"), tr("Improve plan"),
                 tr("Move budget between blocks as long as the loss on held-out calibration data falls"),
                 QKeySequence(Qt::SHIFT | Qt::Key_F8));
  sweep = make(tr("Run Sw&eep"), tr("Run sweep"),
               tr("Measure accuracy for several methods at several sparsities. A stopped sweep continues"),
               QKeySequence(Qt::Key_F10));
  recover =
      make(tr("Re&cover Accuracy"), tr("Recover"),
           tr("Train what stays so that the pruned model comes near to the dense one again, by the ways "
              "ticked in the Recovery pane"),
           QKeySequence(Qt::CTRL | Qt::Key_F8));
  keepReached = make(tr("Stop the Recovery and &Keep It"), {},
                     tr("End the recovery with the best weights so far, which become the plan's model"),
                     QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F8));
  exportMasks =
      make(tr("Export &Masks\u2026"), {}, tr("Write the masks of the kept weights as a safetensors file"),
           QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E));
  exportPlan =
      make(tr("Export P&lan\u2026"), {},
           tr("Write the plan as JSON, or as the YAML of name and sparsity that the official code reads"),
           QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_E));
  exportRecipe = make(tr("E&xport Recipe\u2026"), {},
                      tr("Write all options and the plan as a recipe that espalier-cli run repeats"));
  importPlan = make(tr("&Import Plan\u2026"), {}, tr("Take over a plan from a JSON or YAML file"),
                    QKeySequence(Qt::CTRL | Qt::Key_I), "open");
  importRuns = make(tr("Import R&uns\u2026"), {},
                    tr("Add the runs of a table or of another project to those of this one"));
  exportReport = make(tr("Write &Report\u2026"), {},
                      tr("One HTML or PDF file with model, method, plan, results, examples and recipe"),
                      QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_R));
  exportChart = make(tr("Export C&hart\u2026"), {}, tr("Write the plan chart as SVG, PDF, PNG or CSV"),
                     QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C));
  exportSweepChart = make(tr("Export S&weep Chart\u2026"), {}, tr("Write the sweep as SVG, PDF, PNG or CSV"));
  exportSensitivityChart = make(tr("Export &Sensitivity Charts\u2026"), {},
                                tr("Write every block's curve as SVG, PDF, PNG or CSV"));
  exportMatrixChart = make(tr("Export Matri&x Chart\u2026"), {},
                           tr("Write the mask and the histograms as SVG, PDF, PNG or CSV"));
  exportRecoveryChart = make(tr("Export &Recovery Chart\u2026"), {},
                             tr("Write the losses of the recovery as SVG, PDF, PNG or CSV"));
  palette = make(tr("Find &Command\u2026"), {}, tr("Type a few letters of what you want to do"),
                 QKeySequence(Qt::CTRL | Qt::Key_K), "search");
  presentation =
      make(tr("Presentation Mo&de"), {},
           tr("Show only plan, answers and results, in large type, for a class"), QKeySequence(Qt::Key_F5));
  presentation->setCheckable(true);
  tour = make(tr("Guided &Tour"), {},
              tr("Learn the method on the bundled sample. Work in this window stays: the tour then opens "
                 "another one"),
              QKeySequence(Qt::CTRL | Qt::Key_F1));
  logarithmic = make(tr("Lo&garithmic Importance"), {},
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
  manual = make(tr("&Manual"), {}, tr("How everything in this window is used; works without a network"),
                QKeySequence(Qt::Key_F1));
  about = make(tr("&About Espalier"), {}, tr("Version, licence and the method's source"));
  preferences =
      make(tr("Pr&eferences\u2026"), {}, tr("Language, look, size of type, threads, memory limit and device"),
           QKeySequence(Qt::CTRL | Qt::Key_Comma));
  // Found by name in the command palette; the preferences show them.
  language = make(tr("Lan&guage\u2026"), {}, tr("The language of the window, from its next start on"));
  threads =
      make(tr("T&hreads\u2026"), {},
           tr("How many cores the program computes on, from its next start on; results do not depend on it"));
}

QList<QAction*> Actions::all() const {
  return findChildren<QAction*>(Qt::FindDirectChildrenOnly);
}

QAction* Actions::make(const QString& text, const QString& iconText, const QString& help,
                       const QKeySequence& shortcut, const QString& icon) {
  auto* action = new QAction(text, this);
  action->setIconText(iconText.isEmpty() ? withoutMnemonic(text) : iconText);  // Qt leaves "(X)"
  decorate(action, help, shortcut, icon);
  return action;
}

void Actions::decorate(QAction* action, const QString& help, const QKeySequence& shortcut,
                       const QString& icon) {
  action->setShortcut(shortcut);
  action->setStatusTip(help);
  action->setWhatsThis(help);
  action->setToolTip(shortcut.isEmpty()
                         ? help
                         : QStringLiteral("%1 (%2)").arg(help, shortcut.toString(QKeySequence::NativeText)));
  if (!icon.isEmpty()) action->setIcon(lineIcon(icon));
}

}  // namespace espalier
