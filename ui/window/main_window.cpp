#include "ui/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
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
#include "ui/controllers/runs_controller.h"
#include "ui/lesson/lesson_author.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/job_indicator.h"
#include "ui/panels/jobs_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/runs_panel.h"
#include "ui/panels/welcome_page.h"
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

MainWindow::~MainWindow() {
  hide();  // a field that loses the keyboard tells a session that is still there
}

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

}  // namespace espalier
