// What controllers tell, and where the main window shows it.
#include <QFileInfo>
#include <QLocale>

#include "ui/actions/actions.h"
#include "ui/controllers/needs.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/welcome_page.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

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

}  // namespace espalier
