#include "ui/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>
#include <QWhatsThis>

#include "core/engine/prunable_blocks.h"
#include "ui/actions/actions.h"
#include "ui/base/elided_label.h"
#include "ui/base/focus_ring.h"
#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/controllers/needs.h"
#include "ui/controllers/runs_controller.h"
#include "ui/lesson/lesson_author.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/job_indicator.h"
#include "ui/panels/jobs_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/remote_folder_dialog.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/welcome_page.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

constexpr QSize kFirstSize{1280, 800}, kLeastSize{880, 560};
constexpr double kUsualLine = 17;              // pixels of a line of text at the size the window is drawn for
constexpr int kFrameTop = 32, kFrameSide = 4;  // what a window manager puts around a window
constexpr int kMostFocusSteps = 1000;          // more than there are widgets
constexpr auto kGeometryKey = "geometry";
constexpr auto kLogarithmicKey = "logarithmic";
constexpr auto kLiveKey = "live";

// The one local folder or file of a drag; empty for anything else.
QString openableIn(const QMimeData* data) {
  if (!data->hasUrls() || data->urls().size() != 1) return {};
  const QString path = data->urls().first().toLocalFile();
  return !path.isEmpty() && QFileInfo::exists(path) ? path : QString();
}

}  // namespace

MainWindow::MainWindow(QWidget* parent, ElsewherePtr engine)
    : QMainWindow(parent),
      m_session(nullptr, std::move(engine)),
      m_models(m_session),
      m_projects(m_session),
      m_scoring(m_session),
      m_results(m_session),
      m_exports(m_session),
      m_probes(m_session),
      m_sweeps(m_session),
      m_recovery(m_session),
      m_comparing(m_session),
      m_engine(m_session),
      m_actions(new Actions(m_session.plan().history(), this)),
      m_messages(new MessageBar),
      m_pages(new QStackedWidget),
      m_welcome(new WelcomePage(
          m_recent,
          {m_actions->openSample, ModelController::hasVlmSample() ? m_actions->openVlmSample : nullptr,
           m_actions->openEmojiSample},
          m_actions->openModel)),
      m_workbench(new Workbench({m_session, *m_actions, m_probes, m_sweeps, m_recovery})),
      m_jobs(new JobIndicator),
      m_modelName(new ElidedLabel) {
  FocusRing::install();
  setObjectName("mainWindow");
  setWindowTitle(tr("Espalier"));
  setAcceptDrops(true);
  m_pages->addWidget(m_welcome);
  m_pages->addWidget(m_workbench);
  auto* centre = new QWidget;
  auto* layout = new QVBoxLayout(centre);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(m_messages);
  layout->addWidget(m_pages, 1);
  setCentralWidget(centre);

  makeMenus();
  makeToolBar();
  makeStatusBar();
  connectActions();
  connectPlanActions();
  connectExports();
  connectControllers();
  connectEngine();

  QSettings settings;
  m_actions->logarithmic->setChecked(settings.value(kLogarithmicKey, false).toBool());
  m_actions->live->setChecked(settings.value(kLiveKey, true).toBool());
  const QRect room = screen()->availableGeometry();
  setMinimumSize(kLeastSize.boundedTo(room.size()));
  if (!restoreGeometry(settings.value(kGeometryKey).toByteArray())) {
    // Larger type needs a larger window, as far as the screen goes.
    const double scale = std::max(1.0, fontMetrics().height() / kUsualLine);
    setGeometry(firstPlace((QSizeF(kFirstSize) * scale).toSize(), room));
  }
  updateActions();
}

QRect MainWindow::firstPlace(const QSize& wanted, const QRect& room) {
  const QRect inside = room.adjusted(kFrameSide, kFrameTop, -kFrameSide, -kFrameSide);
  QRect place(QPoint(), wanted.boundedTo(inside.size()));
  place.moveCenter(inside.center());
  return place;
}

// Qt goes through everything that is visible to it, panes that stand behind others included.
bool MainWindow::focusNextPrevChild(bool next) {
  const QWidget* const before = QApplication::focusWidget();
  for (int i = 0; i < kMostFocusSteps; ++i) {
    if (!QMainWindow::focusNextPrevChild(next)) return false;
    const QWidget* now = QApplication::focusWidget();
    if (now == before || !m_workbench->isBehind(now)) break;
  }
  return true;
}

MainWindow::~MainWindow() = default;

bool MainWindow::isBusy() const {
  return m_jobs->isBusy();
}

void MainWindow::makeStatusBar() {
  m_modelName->setContentsMargins(8, 0, 0, 0);
  statusBar()->addWidget(m_modelName, 1);
  statusBar()->addPermanentWidget(m_jobs);
  for (JobRunner* runner : runners()) {
    m_jobs->watch(*runner);
    m_workbench->content<JobsPanel>()->watch(*runner);
  }
  connect(m_jobs, &JobIndicator::busyChanged, this, &MainWindow::updateActions);
  connect(m_workbench->content<JobsPanel>(), &JobsPanel::jobEnded, this, &MainWindow::tellOfJob);
}

QList<JobRunner*> MainWindow::runners() {
  return {&m_models.runner(),
          &m_projects.runner(),
          &m_scoring.runner(),
          &m_results.runner(),
          &m_results.planRunner(),
          &m_exports.runner(),
          &m_probes.runner(),
          &m_sweeps.runner(),
          &m_sweeps.planRunner(),
          &m_comparing.runner(),
          &m_recovery.runner(),
          &m_engine.runner(),
          &m_workbench->content<RunsPanel>()->controller()->runner()};
}

void MainWindow::open(const QString& path) {
  if (isElsewhere(path)) return;
  const bool isProject = ProjectController::looksLikeProject(path);
  if (QFileInfo::exists(path)) rememberFolder(isProject ? FolderOf::Projects : FolderOf::Models, path);
  if (isProject)
    replaceBy(tr("Open a Project"), [this, path] { m_projects.open(path); });
  else
    replaceBy(tr("Open a Model"), [this, path] { m_models.open(path); });
}

void MainWindow::openSample() {
  replaceBy(tr("Open the Sample"), [this] { m_models.openSample(); });
}

bool MainWindow::isElsewhere(const QString& project) {
  MainWindow* other = m_elsewhere ? m_elsewhere(project) : nullptr;
  if (other) other->comeForward();
  return other != nullptr;
}

void MainWindow::comeForward() {
  setWindowState(windowState() & ~Qt::WindowMinimized);
  raise();
  activateWindow();
}

void MainWindow::connectActions() {
  const Actions& a = *m_actions;
  connect(a.openProject, &QAction::triggered, this, &MainWindow::chooseProject);
  connect(a.saveProject, &QAction::triggered, this, [this] { saveProject(false); });
  connect(a.saveProjectAs, &QAction::triggered, this, [this] { saveProject(true); });
  connect(a.openModel, &QAction::triggered, this, [this] {
    chooseFolder(tr("Open a Model Folder"), [this](const QString& folder) { open(folder); });
  });
  connect(a.openSample, &QAction::triggered, this, &MainWindow::openSample);
  connect(a.openVlmSample, &QAction::triggered, this,
          [this] { replaceBy(tr("Open the Sample"), [this] { m_models.openVlmSample(); }); });
  connect(a.openEmojiSample, &QAction::triggered, this,
          [this] { replaceBy(tr("Open the Sample"), [this] { m_models.openEmojiSample(); }); });
  connect(a.openCalibration, &QAction::triggered, this,
          [this] { showData(DatasetDialog::Use::Calibration, {}); });
  connect(a.openPairs, &QAction::triggered, this, [this] { showData(DatasetDialog::Use::Test, {}); });
  connect(a.clearRecent, &QAction::triggered, &m_recent, &RecentFolders::clear);
  connect(a.exportModel, &QAction::triggered, this, &MainWindow::chooseExport);
  connect(a.newWindow, &QAction::triggered, this, [this] { Q_EMIT newWindowWanted({}); });
  connect(a.closeWindow, &QAction::triggered, this, &QWidget::close);
  connect(a.quit, &QAction::triggered, qApp, &QApplication::closeAllWindows, Qt::QueuedConnection);
  connect(a.resetPlan, &QAction::triggered, &m_session.plan(), &PlanDocument::resetAll);
  connect(a.globalMagnitude, &QAction::triggered, &m_results, &ResultController::useGlobalMagnitude);
  connect(a.globalGradient, &QAction::triggered, this, [this] { m_results.useGlobally("global-gradient"); });
  connect(a.globalObd, &QAction::triggered, this, [this] { m_results.useGlobally("global-obd"); });
  connect(a.find, &QAction::triggered, m_workbench->content<GalleryPanel>(), &GalleryPanel::focusSearch);
  connect(a.score, &QAction::triggered, &m_scoring, &ScoreController::score);
  connect(a.watchEstimate, &QAction::triggered, &m_scoring, &ScoreController::watchEstimate);
  connect(&m_scoring, &ScoreController::comparisonKnown, m_workbench->planPanel(), &PlanPanel::compareScores);
  connect(a.prune, &QAction::triggered, &m_results, &ResultController::prune);
  connect(a.live, &QAction::toggled, this, [this](bool live) {
    QSettings().setValue(kLiveKey, live);
    m_results.setLive(live);
  });
  connect(a.stop, &QAction::triggered, m_jobs, &JobIndicator::stopAll);
  connect(a.logarithmic, &QAction::toggled, this, [this](bool logarithmic) {
    QSettings().setValue(kLogarithmicKey, logarithmic);
    m_workbench->planPanel()->setLogarithmic(logarithmic);
  });
  connect(a.nextPane, &QAction::triggered, this, [this] { m_workbench->cyclePane(true); });
  connect(a.previousPane, &QAction::triggered, this, [this] { m_workbench->cyclePane(false); });
  connect(a.resetLayout, &QAction::triggered, m_workbench, &Workbench::resetLayout);
  connect(a.fullScreen, &QAction::toggled, this,
          [this](bool full) { setWindowState(windowState().setFlag(Qt::WindowFullScreen, full)); });
  connect(a.whatsThis, &QAction::triggered, this, [] { QWhatsThis::enterWhatsThisMode(); });
  connect(a.about, &QAction::triggered, this, &MainWindow::showAbout);
}

// What goes wrong in a controller is said, and no longer when the same goes well.
template <class Controller>
void MainWindow::connectMessages(Controller& controller, const QList<JobRunner*>& runners) {
  connect(&controller, &Controller::failed, this,
          [this, who = &controller](const QString& sentence, const QString& job) {
            if (m_engine.isLost() && sentence == m_engine.why()) return;  // said once, with what can be done
            if (job == kNeedsCalibration)
              m_messages->postWithChoices(MessageBar::Severity::Error, sentence,
                                          {{m_actions->openCalibration->iconText(),
                                            [this] { m_actions->openCalibration->trigger(); }}},
                                          {who, job});
            else
              m_messages->post(MessageBar::Severity::Error, sentence, {who, job});
          });
  for (JobRunner* runner : runners)
    connect(runner, &JobRunner::succeeded, this, [this, who = &controller](const QString& job) {
      m_messages->settle(who, job);
      m_messages->settle(who, kNeedsCalibration);
    });
}

void MainWindow::connectControllers() {
  connectMessages(m_models, {&m_models.runner()});
  connectMessages(m_scoring, {&m_scoring.runner()});
  connectMessages(m_results, {&m_results.runner(), &m_results.planRunner()});
  connectMessages(m_exports, {&m_exports.runner()});
  connectMessages(m_projects, {&m_projects.runner()});
  connectMessages(m_probes, {&m_probes.runner()});
  connectMessages(m_sweeps, {&m_sweeps.runner(), &m_sweeps.planRunner()});
  connectMessages(m_comparing, {&m_comparing.runner()});
  connectMessages(m_recovery, {&m_recovery.runner()});
  connect(&m_projects, &ProjectController::succeeded, this,
          [this](const QString& job) { m_messages->settle(&m_projects, job); });
  // Jobs that were refused for want of data can be asked for again.
  for (auto changed : {&Session::calibrationChanged, &Session::pairsChanged})
    connect(&m_session, changed, this, [this] {
      for (const QObject* who :
           std::initializer_list<QObject*>{&m_scoring, &m_results, &m_probes, &m_sweeps, &m_recovery})
        m_messages->settle(who, kNeedsCalibration);
    });
  connect(&m_probes, &ProbeController::improveTested, this, [this](double before, double after) {
    if (after <= before) return;
    m_messages->post(
        MessageBar::Severity::Warning,
        tr("The search lowered the loss of the held-out calibration pairs, but the loss of the test "
           "pairs rose from %1 to %2. Undo takes the search back.")
            .arg(QLocale().toString(before, 'g', 4), QLocale().toString(after, 'g', 4)));
  });
  const auto warn = [this](const QString& sentence) {
    m_messages->post(MessageBar::Severity::Warning, sentence);
  };
  connect(&m_models, &ModelController::warned, this, warn);
  connect(&m_recovery, &RecoverController::warned, this, warn);
  connect(&m_recovery, &RecoverController::recoveredLate, this, [this] {
    m_messages->postWithChoices(
        MessageBar::Severity::Info, tr("The recovery is done, but the plan is another by now."),
        {{tr("Go Back to Its Plan"), [this] { m_recovery.takeLate(); }}}, {&m_recovery, tr("Late recovery")});
  });
  connect(&m_exports, &ExportController::warned, this, warn);
  connect(&m_exports, &ExportController::overflowed, this, &MainWindow::askToClamp);
  connect(m_workbench->content<GalleryPanel>(), &GalleryPanel::promptWanted, this, [this](PromptForm form) {
    if (form != promptOf(*m_session.model()) && mayChangeData(tr("Another Prompt Form"), true, true))
      m_models.askBy(form);
  });
  connect(&m_projects, &ProjectController::warned, this, warn);
  connect(&m_projects, &ProjectController::opened, &m_recent, &RecentFolders::add);
  connect(&m_projects, &ProjectController::stateChanged, this, &MainWindow::showTitle);
  connect(&m_session, &Session::savedPlansChanged, this, &MainWindow::listSavedPlans);
  connect(&m_exports, &ExportController::exported, this,
          [this](const QString& folder, const QString& sentence) {
            if (m_session.engine() && !QFileInfo::exists(folder))
              m_messages->post(MessageBar::Severity::Info, sentence);  // it lies there
            else
              m_messages->postWithFolder(sentence, folder);
          });
  connect(&m_models, &ModelController::opened, &m_recent, &RecentFolders::add);
  connect(&m_recent, &RecentFolders::changed, this, &MainWindow::listRecent);
  connect(m_welcome, &WelcomePage::folderChosen, this, &MainWindow::open);
  connect(&m_session, &Session::modelChanged, this, &MainWindow::showModel);
  for (auto changed : {&Session::evaluationChanged, &Session::staleChanged})
    connect(&m_session, changed, this, &MainWindow::updateActions);
  connect(&m_session.plan(), &PlanDocument::planSettled, this, &MainWindow::updateActions);
}

void MainWindow::updateActions() {
  const bool has = m_session.hasModel() && !m_session.plan().isEmpty();
  const Actions& a = *m_actions;
  a.openSample->setEnabled(ModelController::hasSample());
  a.openEmojiSample->setEnabled(ModelController::hasSample());
  a.openVlmSample->setVisible(ModelController::hasVlmSample());
  for (QAction* action : {a.selectAll,
                          a.selectComponent,
                          a.expand,
                          a.pin,
                          a.lock,
                          a.resetSelected,
                          a.sharpen,
                          a.flatten,
                          a.savePlan,
                          a.comparePlans,
                          a.copyCommand,
                          a.copyPython,
                          a.sensitivity,
                          a.improve,
                          a.sweep,
                          a.exportRecoveryChart,
                          a.exportMasks,
                          a.exportPlan,
                          a.exportRecipe,
                          a.importPlan,
                          a.importRuns,
                          a.exportReport,
                          a.exportInteractive,
                          a.exportChart,
                          a.exportSweepChart,
                          a.exportSensitivityChart,
                          a.exportMatrixChart,
                          a.zoomIn,
                          a.zoomOut,
                          a.zoomFit})
    action->setEnabled(has);
  for (QAction* action :
       {a.saveProject, a.saveProjectAs, a.exportModel, a.globalMagnitude, a.globalGradient, a.globalObd,
        a.find, a.explain, a.openCalibration, a.openPairs, a.nextPane, a.previousPane, a.resetLayout})
    action->setEnabled(m_session.hasModel());
  for (QAction* action : {a.score, a.watchEstimate}) action->setEnabled(has && !m_scoring.runner().isBusy());
  a.prune->setEnabled(has);
  a.keepResult->setEnabled(m_session.measuredNow().has_value());
  a.recover->setEnabled(has && !m_recovery.runner().isBusy());
  a.keepReached->setEnabled(m_recovery.runner().isBusy());
  a.stop->setEnabled(m_jobs->isBusy());
  bool pinned = false;
  if (has)
    for (const auto& group : m_session.plan().settledPlan().groups) pinned = pinned || group.pinned;
  a.resetPlan->setEnabled(pinned);
  if (m_session.engine()) disableElsewhere();
}

void MainWindow::showModel() {
  const ModelInfo& info = m_session.info();
  m_messages->clear();
  m_pages->setCurrentWidget(m_workbench);
  showTitle();
  m_modelName->setText(
      tr("%1  \u00b7  %2  \u00b7  %3 parameters, %4 prunable in %n blocks", nullptr,
         int(prunableBlocks(info)))
          .arg(placeTitle(info.folder), text(info.family), shortCount(info.parameters),
               shortCount(info.prunableParameters)) +
      (m_session.engine() ? QStringLiteral("  \u00b7  ") + tr("on %1").arg(text(m_session.engine()->place()))
                          : QString()));
  m_modelName->setHint(QDir::toNativeSeparators(text(info.folder)));
  if (m_session.plan().isEmpty())
    m_messages->post(MessageBar::Severity::Warning,
                     tr("%1 has no matrices that can be pruned.").arg(modelTitle(info.folder)));
  updateActions();
}

void MainWindow::chooseFolder(const QString& title, const std::function<void(const QString&)>& take) {
  if (const auto engine = m_session.engine()) {
    const QString begin = m_session.hasModel() ? text(m_session.info().folder.parent_path()) : QString();
    auto* dialog = new RemoteFolderDialog(engine, RemoteFolderDialog::Wanted::Model, title, begin, {}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RemoteFolderDialog::chosen, this, [take](const QString& path) { take(path); });
    return dialog->open();
  }
  const QString folder = QFileDialog::getExistingDirectory(this, title, lastFolder(FolderOf::Models));
  if (folder.isEmpty()) return;
  rememberFolder(FolderOf::Exports, folder);
  take(folder);
}

void MainWindow::chooseExport() {
  if (m_session.engine()) return chooseExportElsewhere();
  QFileDialog dialog(this, tr("Export the Pruned Model to a New Folder"), lastFolder(FolderOf::Exports));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setLabelText(QFileDialog::FileName, tr("Folder name:"));
  dialog.setOption(QFileDialog::DontConfirmOverwrite);
  // The kind of folder stands where dialogs of files ask for a file's type.
  const QString packed = tr("Packed model folder: smaller, for Espalier (*)");
  dialog.setNameFilters({tr("Model folder: for any program (*)"), packed});
  dialog.selectFile(tr("%1-pruned").arg(modelTitle(m_session.info().folder)));
  if (dialog.exec() != QDialog::Accepted) return;
  const QString folder = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, folder);
  ExportOptions options;
  options.packed = dialog.selectedNameFilter() == packed;
  m_exports.exportTo(folder, options);
}

// Nothing was written: a person decides whether such weights become the largest number of their dtype.
void MainWindow::askToClamp(const std::vector<OverflowingTensor>& tensors) {
  constexpr size_t kNamed = 4;
  int64_t weights = 0;
  QStringList lines;
  for (const auto& t : tensors) {
    weights += t.beyond;
    lines << tr("%1: %2 of %3 weights, largest %4 (%5)")
                 .arg(text(t.name), exactCount(t.beyond), exactCount(t.weights), shortNumber(t.largest),
                      text(t.dtype));
  }
  auto* question = new QMessageBox(
      QMessageBox::Warning, tr("Export the Pruned Model"),
      tr("%Ln tensors hold weights that their number format cannot hold.", nullptr, int(tensors.size())),
      QMessageBox::NoButton, this);
  question->setObjectName("clampQuestion");
  question->setAttribute(Qt::WA_DeleteOnClose);
  question->setInformativeText(tr("%1 weights are beyond its range. Nothing is written yet. Clamp writes the "
                                  "largest number of the format "
                                  "in their place.")
                                   .arg(exactCount(weights)) +
                               "\n\n" + lines.mid(0, int(kNamed)).join('\n') +
                               (tensors.size() > kNamed
                                    ? "\n" + tr("and %n more", nullptr, int(tensors.size() - kNamed))
                                    : QString()));
  if (tensors.size() > kNamed) question->setDetailedText(lines.join('\n'));
  auto* clamp = question->addButton(tr("Clamp and Export"), QMessageBox::AcceptRole);
  question->setDefaultButton(question->addButton(tr("Do Not Export"), QMessageBox::RejectRole));
  connect(question, &QMessageBox::finished, this, [this, question, clamp] {
    question->clickedButton() == clamp ? m_exports.exportClamped() : m_exports.giveUpExport();
  });
  question->open();
}

void MainWindow::showAbout() {
  QMessageBox::about(
      this, tr("About Espalier"),
      tr("<h3>Espalier %1</h3><p>Prunes vision-language models to a plan.</p>"
         "<p>The method is ECoFLaP: Yi-Lin Sung, Jaehong Yoon, Mohit Bansal, "
         "<i>Efficient Coarse-to-Fine Layer-Wise Pruning for Vision-Language Models</i>, ICLR 2024.</p>"
         "<p>Free software under the GNU General Public License, version 3 or later.</p>")
          .arg(QApplication::applicationVersion()));
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (auto* author = findChild<LessonAuthor*>(); author && !author->close()) return event->ignore();
  if (!mayLetGo(tr("Close the Window"))) return event->ignore();
  m_projects.discardChanges();  // nothing to discard where they were saved
  QSettings().setValue(kGeometryKey, saveGeometry());
  m_workbench->saveLayout();
  QMainWindow::closeEvent(event);
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::WindowStateChange && m_actions)
    m_actions->fullScreen->setChecked(isFullScreen());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (openableIn(event->mimeData()).isEmpty()) return;
  event->acceptProposedAction();
  m_welcome->setDropHighlighted(true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
  m_welcome->setDropHighlighted(false);
}

void MainWindow::dropEvent(QDropEvent* event) {
  m_welcome->setDropHighlighted(false);
  const QString path = openableIn(event->mimeData());
  event->acceptProposedAction();
  if (m_session.engine() && !ProjectController::looksLikeProject(path)) {
    m_messages->post(
        MessageBar::Severity::Error,
        tr("%1 lies on this machine, but the engine runs on another one (%2). Choose what lies there in "
           "the File menu.")
            .arg(path, text(m_session.engine()->place())));
    return;
  }
  if (ModelController::looksLikeModel(path) || ProjectController::looksLikeProject(path)) return open(path);
  if (m_session.hasModel()) return showData(DatasetDialog::Use::Test, path);
  m_messages->post(
      MessageBar::Severity::Error,
      tr("%1 is no model folder: there is no config.json in it. Drop the folder that holds the model's "
         "config.json and weights, or a project file; data sets can be dropped once a model is open.")
          .arg(path));
}

void MainWindow::showData(DatasetDialog::Use offered, const QString& path) {
  auto* dialog = new DatasetDialog(m_session.model(), offered, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &DatasetDialog::chosen, this, [this](DatasetDialog::Use use, const Dataset& dataset) {
    const bool test = use == DatasetDialog::Use::Test;
    if (!mayChangeData(test ? tr("Other Test Pairs") : tr("Other Calibration Pairs"), !test, test)) return;
    if (test)
      m_models.useAsPairs(dataset);
    else
      m_models.useForCalibration(dataset);
  });
  dialog->open();
  if (!path.isEmpty()) dialog->look(path);
}

}  // namespace espalier
