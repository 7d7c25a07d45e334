// Project files and kept plans of the main window.
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>

#include "ui/base/format.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/actions.h"
#include "ui/window/compare_window.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

constexpr auto kLastProjectKey = "lastProjectFolder";

QString lastProjectFolder() {
  return QSettings().value(kLastProjectKey, QDir::homePath()).toString();
}

}  // namespace

void MainWindow::chooseProject() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Open a Project"), lastProjectFolder(),
                                                    tr("Espalier projects (*.espalier)"));
  if (file.isEmpty()) return;
  QSettings().setValue(kLastProjectKey, QFileInfo(file).absolutePath());
  open(file);
}

bool MainWindow::saveProject(bool underAnotherName) {
  QString file = m_projects.file();
  if (underAnotherName || file.isEmpty()) {
    QFileDialog dialog(this, tr("Save the Project"), lastProjectFolder(),
                       tr("Espalier projects (*.espalier)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix("espalier");
    dialog.selectFile(QFileInfo(file.isEmpty() ? modelTitle(m_session.info().folder) : file).fileName());
    if (dialog.exec() != QDialog::Accepted) return false;
    file = dialog.selectedFiles().value(0);
    QSettings().setValue(kLastProjectKey, QFileInfo(file).absolutePath());
    if (m_elsewhere && m_elsewhere(file)) {
      m_messages->post(
          MessageBar::Severity::Error,
          tr("%1 is open in another window; choose another name.").arg(QFileInfo(file).fileName()),
          {&m_projects});
      return false;
    }
  }
  m_projects.saveTo(file);
  return true;
}

void MainWindow::showTitle() {
  QString name = QFileInfo(m_projects.file()).completeBaseName();
  if (name.isEmpty() && m_session.hasModel()) name = modelTitle(m_session.info().folder);
  setWindowTitle(name.isEmpty() ? tr("Espalier") : tr("%1[*] \u2013 Espalier").arg(name));
  // A session that was never saved has nothing to differ from.
  setWindowModified(m_projects.isModified() && !m_projects.file().isEmpty());
}

bool MainWindow::mayClose() {
  if (!m_projects.isModified() || m_projects.file().isEmpty()) return true;
  const auto answer = QMessageBox::question(
      this, tr("Espalier"),
      tr("%1 has changes that are not saved.").arg(QFileInfo(m_projects.file()).fileName()),
      QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
  if (answer == QMessageBox::Cancel) return false;
  if (answer == QMessageBox::Save) return m_projects.saveNow();
  m_projects.forgetChanges();
  return true;
}

void MainWindow::keepCopiesIn(const QString& folder, bool offer) {
  m_projects.keepCopiesIn(folder);
  if (!offer) return;
  const auto copies = m_projects.leftCopies();
  if (copies.empty()) return;
  const auto newest = copies.front();
  m_messages->postWithChoices(MessageBar::Severity::Warning,
                              tr("Work on %1 of %2 was not saved.")
                                  .arg(newest.model, QLocale().toString(newest.when, QLocale::ShortFormat)),
                              {{tr("Take It Up Again"), [this, newest] { m_projects.takeUp(newest.path); }},
                               {tr("Discard"), [this, copies] {
                                  for (const auto& copy : copies) m_projects.discard(copy.path);
                                }}});
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
