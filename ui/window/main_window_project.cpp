// Project files and kept plans of the main window.
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>

#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/compare_window.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

void MainWindow::chooseProject() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Open a Project"), lastFolder(FolderOf::Projects), tr("Espalier projects (*.espalier)"));
  if (file.isEmpty()) return;
  open(file);
}

// Asks for the name where there is none yet or another is wanted; empty: none was given.
QString MainWindow::chooseProjectFile(bool underAnotherName) {
  QString file = m_projects.file();
  if (!underAnotherName && !file.isEmpty()) return file;
  QFileDialog dialog(this, tr("Save the Project"), lastFolder(FolderOf::Projects),
                     tr("Espalier projects (*.espalier)"));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setDefaultSuffix("espalier");
  dialog.selectFile(QFileInfo(file.isEmpty() ? modelTitle(m_session.info().folder) : file).fileName());
  if (dialog.exec() != QDialog::Accepted) return {};
  file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Projects, file);
  if (m_elsewhere && m_elsewhere(file)) {
    m_messages->post(MessageBar::Severity::Error,
                     tr("%1 is open in another window; choose another name.").arg(QFileInfo(file).fileName()),
                     {&m_projects});
    return {};
  }
  return file;
}

void MainWindow::saveProject(bool underAnotherName) {
  const QString file = chooseProjectFile(underAnotherName);
  if (!file.isEmpty()) m_projects.saveTo(file);
}

void MainWindow::showTitle() {
  QString name = QFileInfo(m_projects.file()).completeBaseName();
  if (name.isEmpty() && m_session.hasModel()) name = modelTitle(m_session.info().folder);
  setWindowTitle(name.isEmpty() ? tr("Espalier") : tr("%1[*] \u2013 Espalier").arg(name));
  setWindowModified(m_projects.hasUnsavedWork());
}

// Jobs that a person began, or that have run long; those that follow the plan by themselves begin again.
QStringList MainWindow::jobsAtStake() {
  constexpr qint64 kLongMs = 30'000;
  const QList<const JobRunner*> asked{&m_scoring.runner(), &m_exports.runner(), &m_sweeps.runner(),
                                      &m_comparing.runner(), &m_recovery.runner()};
  QStringList out;
  for (const JobRunner* runner : runners())
    if (runner->isBusy() && runner != &m_models.runner() && runner != &m_projects.runner() &&
        (asked.contains(runner) || runner->elapsedMs() > kLongMs ||
         (runner == &m_probes.runner() && m_probes.wasAskedFor())))
      out << runner->title();
  return out;
}

bool MainWindow::mayLetGo(const QString& what) {
  const QStringList work = m_projects.unsavedWork(), jobs = jobsAtStake();
  if (work.isEmpty() && jobs.isEmpty()) return true;
  const QString name = m_projects.file().isEmpty() ? modelTitle(m_session.info().folder)
                                                   : QFileInfo(m_projects.file()).fileName();
  const auto list = [](const QStringList& items) { return QLocale().createSeparatedList(items); };
  QStringList details;
  if (!work.isEmpty()) details << tr("Not saved: %1.").arg(list(work));
  if (!jobs.isEmpty()) details << tr("This stops: %1.").arg(list(jobs));
  if (!work.isEmpty() && m_projects.keepsCopies())
    details << tr("What you discard stays in File \u203a Discarded Work for %n days.", nullptr,
                  WorkCopies::kDiscardedDays);
  QMessageBox question(QMessageBox::Question, what,
                       work.isEmpty() ? tr("Stop what is running?") : tr("Save the work on %1?").arg(name),
                       QMessageBox::NoButton, this);
  question.setInformativeText(details.join("\n"));
  // Without work to save there is but one way on.
  QAbstractButton* stop = nullptr;
  if (work.isEmpty())
    stop = question.addButton(tr("Stop and Go On"), QMessageBox::AcceptRole);
  else
    question.setStandardButtons(QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
  if (work.isEmpty()) question.addButton(QMessageBox::Cancel);
  question.setDefaultButton(work.isEmpty() ? QMessageBox::Cancel : QMessageBox::Save);
  question.setEscapeButton(question.button(QMessageBox::Cancel));
  const int answer = question.exec();
  if (stop) return question.clickedButton() == stop;
  if (answer == QMessageBox::Discard) return true;
  if (answer != QMessageBox::Save) return false;
  const QString file = chooseProjectFile(false);
  return !file.isEmpty() && m_projects.saveNow(file);
}

void MainWindow::replaceBy(const QString& what, const std::function<void()>& open) {
  if (mayLetGo(what)) open();
}

// A project keeps what was measured with the data and the prompt form that it names.
bool MainWindow::mayChangeData(const QString& what, bool calibration, bool pairs) {
  if (!m_projects.hasUnsavedWork()) return true;
  QStringList measured;
  if (calibration) {
    if (const int count = m_session.measuredSensitivities())
      measured << tr("%n measured sensitivities", nullptr, count);
    if (const auto count = m_session.scoresByMethod().size())
      measured << tr("the scores by %n methods", nullptr, int(count));
  }
  if (pairs) {
    if (const auto count = m_session.sweep().size())
      measured << tr("%n measured points of the sweep", nullptr, int(count));
    int kept = 0;
    for (const auto& saved : m_session.savedPlans()) kept += saved.measured ? 1 : 0;
    if (kept) measured << tr("the answers of %n kept plans", nullptr, kept);
  }
  if (measured.isEmpty()) return true;
  QMessageBox question(QMessageBox::Question, what, tr("Save what was measured so far?"),
                       QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
  question.setInformativeText(tr("A project keeps what was measured with its own data and prompt form. After "
                                 "this change it loses %1. "
                                 "Undo brings them back while this window is open.")
                                  .arg(QLocale().createSeparatedList(measured)));
  question.setDefaultButton(QMessageBox::Save);
  const int answer = question.exec();
  if (answer == QMessageBox::Discard) return true;
  if (answer != QMessageBox::Save) return false;
  const QString file = chooseProjectFile(false);
  return !file.isEmpty() && m_projects.saveNow(file);
}

void MainWindow::keepCopiesIn(const QString& folder, bool offer) {
  m_projects.keepCopiesIn(folder);
  m_scoring.keepStepsIn(folder + "/steps");
  if (offer) offerCopies();
}

// The newest; the next one when a person has decided about it.
void MainWindow::offerCopies() {
  const auto copies = m_projects.abandonedCopies();
  if (copies.empty()) return;
  const auto newest = copies.front();
  QString said = tr("Work on %1 of %2 was not saved.")
                     .arg(newest.model, QLocale().toString(newest.when, QLocale::ShortFormat));
  if (copies.size() > 1)
    said +=
        ' ' + tr("%n further copies of unsaved work are offered after it.", nullptr, int(copies.size()) - 1);
  m_messages->postWithChoices(
      MessageBar::Severity::Warning, said,
      {{tr("Restore"), [this, newest] { restoreCopy(newest.path); }}, {tr("Discard"), [this, newest] {
                                                                         m_projects.discard(newest);
                                                                         listDiscarded();
                                                                         offerCopies();
                                                                       }}});
}

void MainWindow::restoreCopy(const QString& copy) {
  if (mayLetGo(tr("Restore Unsaved Work")))
    m_projects.restoreCopy(copy);
  else
    offerCopies();
}

void MainWindow::listDiscarded() {
  m_discardedMenu->clear();
  const auto copies = m_projects.discardedCopies();
  for (const auto& copy : copies)
    m_discardedMenu->addAction(
        tr("%1, %2").arg(copy.model, QLocale().toString(copy.when, QLocale::ShortFormat)), this,
        [this, copy] { restoreCopy(copy.path); });
  m_discardedMenu->setEnabled(!copies.empty());
}

void MainWindow::connectPlanActions() {
  const Actions& a = *m_actions;
  PlanPanel* panel = m_workbench->planPanel();
  PlanChart* chart = panel->chart();
  connect(a.selectAll, &QAction::triggered, chart, &PlanChart::selectAll);
  connect(a.selectComponent, &QAction::triggered, chart, &PlanChart::selectComponent);
  connect(a.expand, &QAction::triggered, panel, &PlanPanel::toggleOpened);
  connect(a.pin, &QAction::triggered, panel, &PlanPanel::togglePins);
  connect(a.lock, &QAction::triggered, panel, &PlanPanel::toggleLock);
  connect(a.resetSelected, &QAction::triggered, panel, &PlanPanel::resetSelected);
  connect(a.sharpen, &QAction::triggered, this, [this] { m_session.plan().scale(1.25); });
  connect(a.flatten, &QAction::triggered, this, [this] { m_session.plan().scale(0.8); });
  connect(a.savePlan, &QAction::triggered, this, &MainWindow::namePlan);
  connect(a.comparePlans, &QAction::triggered, this, &MainWindow::comparePlans);
  connect(a.zoomIn, &QAction::triggered, chart, [chart] { chart->zoom(1.25); });
  connect(a.zoomOut, &QAction::triggered, chart, [chart] { chart->zoom(0.8); });
  connect(a.zoomFit, &QAction::triggered, chart, &PlanChart::fit);
  chart->setContextMenuPolicy(Qt::ActionsContextMenu);
  chart->addActions({a.pin, a.lock, a.resetSelected, a.expand, a.selectComponent, a.selectAll, a.zoomFit});
}

CompareWindow* MainWindow::comparePlans() {
  if (!m_compareWindow) m_compareWindow = new CompareWindow(m_session, m_comparing, this);
  m_compareWindow->show();
  m_compareWindow->raise();
  m_compareWindow->activateWindow();
  return m_compareWindow;
}

void MainWindow::namePlan() {
  bool accepted = false;
  const QString proposal = tr("Plan %1").arg(m_session.savedPlans().size() + 1);
  const QString name =
      QInputDialog::getText(this, tr("Keep This Plan"), tr("Name:"), QLineEdit::Normal, proposal, &accepted)
          .simplified();
  if (accepted && !name.isEmpty()) m_session.savePlan(name.toStdString());
}

void MainWindow::listSavedPlans() {
  m_savedPlansMenu->clear();
  for (const auto& saved : m_session.savedPlans()) {
    QMenu* menu = m_savedPlansMenu->addMenu(text(saved.name));
    menu->addAction(tr("Go Back to It"), this, [this, saved] {
      m_session.plan().setPlan(tr("Plan \u201c%1\u201d").arg(text(saved.name)), saved.plan);
    });
    menu->addAction(tr("Forget It"), this, [this, saved] {
      m_session.removeSavedPlan(saved.name);
      m_messages->postWithChoices(
          MessageBar::Severity::Info, tr("The plan \u201c%1\u201d is forgotten.").arg(text(saved.name)),
          {{tr("Bring It Back"), [this, saved] { m_session.keepPlan(saved); }}}, {&m_session});
    });
  }
  m_savedPlansMenu->setEnabled(!m_session.savedPlans().empty());
}

}  // namespace espalier
