// Exports, presentation, command palette, lessons of the main window, and what it tells of jobs.
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QToolTip>

#include "core/document/command_text.h"
#include "core/samples/sample_folder.h"
#include "ui/actions/actions.h"
#include "ui/base/desktop_notice.h"
#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/lesson/bundled_lessons.h"
#include "ui/lesson/lesson_author.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/jobs_panel.h"
#include "ui/panels/matrix_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/recovery_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/sensitivity_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/plot/recovery_chart.h"
#include "ui/plot/sensitivity_grid.h"
#include "ui/plot/sweep_chart.h"
#include "ui/window/command_palette.h"
#include "ui/window/explanation_window.h"
#include "ui/window/main_window.h"
#include "ui/window/manual_window.h"
#include "ui/window/option_commands.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

constexpr double kPresentationScale = 1.4;
constexpr int kHintMs = 6000;
constexpr double kLongJobS = 10;  // from which on its end is told to a person who is elsewhere

bool isSample(const std::filesystem::path& folder) {
  try {
    std::error_code none;
    return std::filesystem::equivalent(folder, sampleFolder() / "model", none);
  } catch (const Error&) {
    return false;  // it is not installed
  }
}

// The window about one pair, made when it is first asked for.
void showExplanation(QWidget* parent, Session& session, qint64 pair) {
  auto* window = parent->findChild<ExplanationWindow*>();
  if (!window) window = new ExplanationWindow(session, parent);
  window->showPair(pair);
  window->show();
  window->raise();
  window->activateWindow();
}

// What the window did, to be said in commands.
CommandedWork workOf(const Session& session) {
  CommandedWork work;
  work.model = session.info().folder;
  work.calibration = session.calibration().path, work.calibrationOptions = session.calibration().options;
  work.pairs = session.pairs().path, work.pairsOptions = session.pairs().options;
  work.prompt = promptOf(*session.model());
  work.scored = session.plan().isScored();
  work.score = session.scoreOptions();
  work.plan = session.plan().settledPlan();
  work.capFollowsTarget = session.plan().capFollowsTarget();
  work.prune = session.pruneOptions();
  if (const auto recovered = session.plan().recovered()) {
    work.recover = recovered->record.options;
    work.recoveryStopped = recovered->record.stopped;
  }
  return work;
}

// The dock in which a lesson stands beside the window it happens in.
constexpr auto kLessonDock = "lessonDock";

}  // namespace

void MainWindow::chooseFile(const QString& title, const QString& name, const QString& filters,
                            const std::function<void(const QString&)>& take) {
  QFileDialog dialog(this, title, lastFolder(FolderOf::Exports), filters);
  dialog.setAcceptMode(name.isEmpty() ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
  dialog.setFileMode(name.isEmpty() ? QFileDialog::ExistingFile : QFileDialog::AnyFile);
  if (!name.isEmpty()) {
    dialog.setDefaultSuffix(QFileInfo(name).suffix());
    dialog.selectFile(name);
  }
  if (dialog.exec() != QDialog::Accepted) return;
  const QString file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, file);
  take(file);
}

// Long: one connection for each export and tool.
void MainWindow::connectExports() {
  const Actions& a = *m_actions;
  const auto named = [this](const char* rest) {
    return modelTitle(m_session.info().folder) + QString::fromUtf8(rest);
  };
  connect(a.exportMasks, &QAction::triggered, this, [this, named] {
    chooseFile(tr("Export the Masks"), named("-masks.safetensors"), tr("Safetensors (*.safetensors)"),
               [this](const QString& file) { m_exports.exportMasks(file); });
  });
  connect(a.exportPlan, &QAction::triggered, this, [this, named] {
    chooseFile(tr("Export the Plan"), named("-plan.json"), tr("Plans (*.json *.yaml *.yml)"),
               [this](const QString& file) { m_exports.exportPlan(file); });
  });
  connect(a.exportRecipe, &QAction::triggered, this, [this, named] {
    chooseFile(tr("Export the Recipe"), named("-recipe.json"), tr("Recipes (*.json)"),
               [this](const QString& file) { m_exports.exportRecipe(file); });
  });
  const auto runs = [this] {
    auto* panel = m_workbench->content<RunsPanel>();
    auto* dock = qobject_cast<QDockWidget*>(panel->parentWidget());
    dock->show();
    dock->raise();
    return panel;
  };
  connect(a.importRuns, &QAction::triggered, this, [runs] { runs()->importTable(); });
  connect(a.keepResult, &QAction::triggered, this, [runs] { runs()->keepResult(); });
  connect(a.importPlan, &QAction::triggered, this, [this] {
    chooseFile(tr("Import a Plan"), {}, tr("Plans (*.json *.yaml *.yml)"),
               [this](const QString& file) { m_exports.importPlan(file); });
  });
  connect(a.exportReport, &QAction::triggered, this, [this, named] {
    chooseFile(tr("Write the Report"), named("-report.html"), tr("Reports (*.html *.pdf)"),
               [this](const QString& file) { m_exports.exportReport(file); });
  });
  connect(a.exportInteractive, &QAction::triggered, this, [this, named] {
    chooseFile(tr("Write the Interactive Report"), named("-plans.html"), tr("Pages (*.html)"),
               [this](const QString& file) { m_exports.exportInteractive(file); });
  });
  using Write = std::function<QString(const QString& file)>;
  const auto chart = [this, named](QAction* action, const char* ending, const Write& write) {
    connect(action, &QAction::triggered, this, [this, named, ending, write] {
      chooseFile(tr("Export the Chart"), named(ending), tr("Charts (*.svg *.pdf *.png *.csv)"),
                 [this, write](const QString& file) {
                   const QString problem = write(file);
                   m_messages->settle(this, tr("Export the Chart"));
                   if (problem.isEmpty())
                     m_messages->postWithFolder(tr("The chart is in %1.").arg(file),
                                                QFileInfo(file).absolutePath());
                   else
                     m_messages->post(MessageBar::Severity::Error, problem, {this, tr("Export the Chart")});
                 });
    });
  };
  Workbench* w = m_workbench;
  chart(a.exportChart, "-plan.svg",
        [w](const QString& file) { return w->planPanel()->chart()->exportTo(file); });
  chart(a.exportSweepChart, "-sweep.svg",
        [w](const QString& file) { return w->content<SweepPanel>()->chart()->exportTo(file); });
  chart(a.exportSensitivityChart, "-sensitivity.svg",
        [w](const QString& file) { return w->content<SensitivityPanel>()->grid()->exportTo(file); });
  chart(a.exportMatrixChart, "-matrix.svg",
        [w](const QString& file) { return w->content<MatrixPanel>()->exportTo(file); });
  chart(a.exportRecoveryChart, "-recovery.svg",
        [w](const QString& file) { return w->content<RecoveryPanel>()->chart()->exportTo(file); });
  const std::pair<QWidget*, QAction*> places[] = {
      {w->planPanel()->chart(), a.exportChart},
      {w->content<SweepPanel>()->chart(), a.exportSweepChart},
      {w->content<SensitivityPanel>()->grid(), a.exportSensitivityChart},
      {w->content<MatrixPanel>(), a.exportMatrixChart},
      {w->content<RecoveryPanel>()->chart(), a.exportRecoveryChart}};
  for (const auto& [place, action] : places) {
    place->setContextMenuPolicy(Qt::ActionsContextMenu);
    place->addAction(action);
  }
  connect(a.sensitivity, &QAction::triggered, &m_probes, &ProbeController::measureSensitivity);
  connect(a.improve, &QAction::triggered, &m_probes, &ProbeController::improve);
  connect(a.sweep, &QAction::triggered, m_workbench->content<SweepPanel>(), &SweepPanel::run);
  auto* gallery = w->content<GalleryPanel>();
  connect(a.explain, &QAction::triggered, this,
          [this, gallery] { showExplanation(this, m_session, gallery->currentPair()); });
  connect(gallery, &GalleryPanel::pairActivated, this,
          [this](qint64 pair) { showExplanation(this, m_session, pair); });
  // One that is open follows the choice.
  connect(gallery, &GalleryPanel::pairChosen, this, [this](qint64 pair) {
    if (auto* open = findChild<ExplanationWindow*>(); open && open->isVisible()) open->showPair(pair);
  });
  connect(a.copyCommand, &QAction::triggered, this,
          [this] { QApplication::clipboard()->setText(text(shellText(commandsOf(workOf(m_session))))); });
  connect(a.copyPython, &QAction::triggered, this,
          [this] { QApplication::clipboard()->setText(text(pythonText(commandsOf(workOf(m_session))))); });
  connect(a.recover, &QAction::triggered, &m_recovery, &RecoverController::recover);
  connect(a.keepReached, &QAction::triggered, &m_recovery, &RecoverController::keepReached);
  connect(a.presentation, &QAction::toggled, this, &MainWindow::present);
  connect(a.palette, &QAction::triggered, this, &MainWindow::findCommand);
  connect(a.tour, &QAction::triggered, this, [this] { startLesson("tour"); });
  connect(a.manual, &QAction::triggered, this, &MainWindow::showManual);
  connect(a.preferences, &QAction::triggered, this, [this] { showPreferences(); });
  connect(a.language, &QAction::triggered, this,
          [this] { showPreferences(PreferencesDialog::Field::Language); });
  connect(a.threads, &QAction::triggered, this,
          [this] { showPreferences(PreferencesDialog::Field::Threads); });
}

void MainWindow::present(bool presenting) {
  // This window's alone: another may be open beside it.
  QFont font;
  if (presenting) font.setPointSizeF(QApplication::font().pointSizeF() * kPresentationScale);
  setFont(font);
  menuBar()->setVisible(!presenting);
  statusBar()->setVisible(!presenting);
  for (auto* bar : findChildren<QToolBar*>()) bar->setVisible(!presenting);
  m_workbench->setPresenting(presenting);
  // Without menus nothing else says how to get them back.
  if (presenting)
    QToolTip::showText(mapToGlobal(QPoint(width() / 2, 4)),
                       tr("Esc or %1 ends the presentation.")
                           .arg(m_actions->presentation->shortcut().toString(QKeySequence::NativeText)),
                       this, {}, kHintMs);
  else
    QToolTip::hideText();
}

// Keys that nothing in the window wanted.
void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && m_actions->presentation->isChecked())
    return m_actions->presentation->setChecked(false);
  QMainWindow::keyPressEvent(event);
}

void MainWindow::keepJobLogIn(const QString& file) {
  m_workbench->content<JobsPanel>()->keepLogIn(file);
}

// A person who works elsewhere meanwhile is told of what took long.
void MainWindow::tellOfJob(const QString& title, const QString& how, double seconds) {
  if (seconds < kLongJobS || QApplication::activeWindow()) return;
  QApplication::alert(this);
  showDesktopNotice(modelTitle(m_session.hasModel() ? m_session.info().folder : std::filesystem::path()),
                    tr("%1: %2 (%3)").arg(title, how, duration(seconds)));
}

void MainWindow::findCommand() {
  auto* options = new QObject(this);
  auto* palette = new CommandPalette(
      m_actions->all() + m_workbench->paneActions() + optionCommands(*this, options), this);
  // They outlive the palette until what was chosen is done.
  connect(palette, &QObject::destroyed, options,
          [options] { QTimer::singleShot(1000, options, &QObject::deleteLater); });
  palette->setAttribute(Qt::WA_DeleteOnClose);
  palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, 60)));
  palette->show();
  palette->field()->setFocus();
}

void MainWindow::showManual() {
  auto* manual = findChild<ManualWindow*>();
  if (!manual) {
    manual = new ManualWindow(this);
    manual->setAttribute(Qt::WA_DeleteOnClose);
  }
  manual->show();
  manual->raise();
  manual->activateWindow();
}

void MainWindow::showPreferences(std::optional<PreferencesDialog::Field> field) {
  auto* dialog = new PreferencesDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
  if (field) dialog->focus(*field);
}

// A person's model and plan are left alone.
bool MainWindow::isFreeForTeaching() {
  return !m_session.hasModel() || (isSample(m_session.info().folder) && !m_projects.hasUnsavedWork() &&
                                   m_projects.file().isEmpty() && jobsAtStake().isEmpty());
}

void MainWindow::listLessons(QMenu* help) {
  QMenu* menu = help->addMenu(tr("&Lessons"));
  for (const QString& name : bundledLessons()) {
    if (name == "tour") {
      menu->addAction(m_actions->tour);
      continue;
    }
    auto* action = menu->addAction(text(openLesson(name).title));
    action->setObjectName("lesson:" + name);
    connect(action, &QAction::triggered, this, [this, name] { startLesson(name); });
  }
  menu->addSeparator();
  connect(menu->addAction(tr("&Open a Lesson\u2026")), &QAction::triggered, this, [this] {
    chooseFile(tr("Open a Lesson"), {}, tr("Lessons (*.lesson)"),
               [this](const QString& file) { startLesson(file); });
  });
  auto* write = menu->addAction(tr("&Write a Lesson\u2026"));
  write->setObjectName("writeLesson");
  connect(write, &QAction::triggered, this, &MainWindow::writeLesson);
}

// Beside this window, whose states become steps. What is tried stands in a window of its own.
void MainWindow::writeLesson() {
  auto* author = findChild<LessonAuthor*>();
  if (!author) {
    QList<QPair<QString, QString>> panes;
    for (const auto* dock : m_workbench->findChildren<QDockWidget*>())
      panes.append({dock->objectName(), dock->windowTitle()});
    author = new LessonAuthor(m_session, panes, this);
    author->setAttribute(Qt::WA_DeleteOnClose);
    connect(author, &LessonAuthor::tryWanted, this, &MainWindow::lessonWanted);
  }
  author->show();
  author->raise();
  author->activateWindow();
}

// In a window of its own where there is work in this one.
void MainWindow::startLesson(const QString& name) {
  if (!isFreeForTeaching()) return Q_EMIT lessonWanted(name);
  Lesson lesson;
  try {
    lesson = openLesson(name);
  } catch (const Error& e) {
    return m_messages->post(MessageBar::Severity::Error, QString::fromUtf8(e.what()));
  }
  delete findChild<QDockWidget*>(kLessonDock);
  auto* dock = new QDockWidget(tr("Lesson: %1").arg(text(lesson.title)), this);
  dock->setObjectName(kLessonDock);
  dock->setAttribute(Qt::WA_DeleteOnClose);
  auto* panel = new LessonPanel(std::move(lesson), LessonRun(stageForTeaching()));
  dock->setWidget(panel);
  addDockWidget(Qt::LeftDockWidgetArea, dock);
  connect(panel, &LessonPanel::ended, dock, &QDockWidget::close);
  panel->go(0);
  panel->setFocus();
}

LessonStage MainWindow::stageForTeaching() {
  LessonStage stage{m_session, m_workbench->planPanel()->chart(), {}, {}, {}, {}, {}, {}, {}};
  stage.pane = [this](const char* name) -> QWidget* {
    auto* dock = m_workbench->findChild<QDockWidget*>(name);
    if (!dock) return nullptr;  // a lesson of a person's own may name any
    dock->show();
    dock->raise();
    return dock;
  };
  stage.openSample = [this] { openSample(); };
  stage.watchEstimate = [this] { m_actions->watchEstimate->trigger(); };
  stage.takeEstimate = [this] { m_scoring.takeEstimate(); };
  stage.prune = [this] { m_actions->prune->trigger(); };
  stage.measureSensitivity = [this] { m_actions->sensitivity->trigger(); };
  stage.score = [this](const std::string& method) {
    if (!method.empty()) {
      auto options = m_session.scoreOptions();
      options.method = method;
      m_session.setScoreOptions(options);
    }
    m_actions->score->trigger();
  };
  return stage;
}

}  // namespace espalier
