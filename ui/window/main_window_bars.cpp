// The menus and the tool bar of the main window.
#include <QActionGroup>
#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>
#include <QWidgetAction>

#include "core/engine/engine.h"
#include "ui/actions/actions.h"
#include "ui/base/theme.h"
#include "ui/panels/score_options_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

void MainWindow::makeMenus() {
  const Actions& a = *m_actions;
  QMenu* file = menuBar()->addMenu(tr("&File"));
  file->addAction(a.newWindow);
  file->addActions({a.openModel, a.openSample, a.openVlmSample, a.openEmojiSample, a.openProject});
  m_recentMenu = file->addMenu(tr("Open Re&cent"));
  listRecent();
  // Another window may have opened something since.
  connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::listRecent);
  connect(file, &QMenu::aboutToShow, this, &MainWindow::listRecent);
  m_discardedMenu = file->addMenu(tr("&Discarded Work"));
  listDiscarded();
  connect(file, &QMenu::aboutToShow, this, &MainWindow::listDiscarded);
  file->addSeparator();
  file->addActions({a.saveProject, a.saveProjectAs});
  file->addSeparator();
  file->addActions({a.openCalibration, a.openPairs});
  file->addSeparator();
  file->addActions({a.exportModel, a.exportMasks, a.exportPlan, a.exportRecipe, a.importPlan, a.importRuns,
                    a.exportReport, a.exportInteractive, a.exportChart});
  QMenu* charts = file->addMenu(tr("Other Charts"));
  charts->addActions(
      {a.exportSweepChart, a.exportSensitivityChart, a.exportMatrixChart, a.exportRecoveryChart});
  file->addSeparator();
  file->addActions({a.closeWindow, a.quit});

  QMenu* edit = menuBar()->addMenu(tr("&Edit"));
  edit->addActions({a.undo, a.redo});
  edit->addSeparator();
  edit->addActions({a.selectAll, a.selectComponent});
  edit->addSeparator();
  edit->addActions({a.find, a.explain});
  edit->addSeparator();
  edit->addActions({a.copyCommand, a.copyPython});
  edit->addSeparator();
  edit->addAction(a.preferences);

  QMenu* plan = menuBar()->addMenu(tr("&Plan"));
  plan->addActions({a.score, a.watchEstimate, a.prune, a.live});
  plan->addSeparator();
  plan->addActions({a.sensitivity, a.improve, a.sweep});
  plan->addSeparator();
  plan->addActions({a.recover, a.keepReached});
  plan->addSeparator();
  plan->addActions({a.pin, a.lock, a.resetSelected, a.resetPlan});
  plan->addSeparator();
  plan->addActions({a.sharpen, a.flatten, a.globalMagnitude, a.globalGradient, a.globalObd});
  plan->addSeparator();
  plan->addActions({a.savePlan, a.keepResult, a.comparePlans});
  m_savedPlansMenu = plan->addMenu(tr("Kept P&lans"));
  listSavedPlans();
  plan->addSeparator();
  plan->addAction(a.stop);

  QMenu* view = menuBar()->addMenu(tr("&View"));
  view->addActions(m_workbench->paneActions());
  view->addSeparator();
  view->addActions({a.expand, a.zoomIn, a.zoomOut, a.zoomFit, a.logarithmic});
  view->addSeparator();
  view->addActions({a.nextPane, a.previousPane, a.resetLayout});
  view->addSeparator();
  makeAppearanceMenu(view);
  view->addActions({a.presentation, a.fullScreen});

  QMenu* help = menuBar()->addMenu(tr("&Help"));
  help->addActions({a.manual, a.palette});
  listLessons(help);
  help->addActions({a.whatsThis, a.about});
  // In presentation there is no menu bar, and its shortcuts go on.
  addActions(a.all());
}

void MainWindow::makeAppearanceMenu(QMenu* view) {
  QMenu* menu = view->addMenu(tr("&Appearance"));
  auto* group = new QActionGroup(this);
  const std::pair<Appearance, QString> choices[] = {{Appearance::System, tr("As the &System")},
                                                    {Appearance::Light, tr("&Light")},
                                                    {Appearance::Dark, tr("&Dark")}};
  for (const auto& [appearance, title] : choices) {
    QAction* action = group->addAction(title);
    action->setCheckable(true);
    action->setChecked(appearance == savedAppearance());
    connect(menu, &QMenu::aboutToShow, action, [action, appearance = appearance] {
      action->setChecked(appearance == savedAppearance());  // another window may have changed it
    });
    connect(action, &QAction::triggered, this, [appearance = appearance] {
      saveAppearance(appearance);
      applyAppearance(*qApp, appearance);
    });
    menu->addAction(action);
  }
}

void MainWindow::makeToolBar() {
  const Actions& a = *m_actions;
  QToolBar* bar = addToolBar(tr("Tools"));
  bar->setObjectName("tools");
  bar->setMovable(false);
  bar->setContextMenuPolicy(Qt::PreventContextMenu);
  bar->setIconSize(QSize(18, 18));
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  bar->addActions({a.openModel, a.openSample, a.saveProject});
  bar->addSeparator();

  auto* scoreButton = new QToolButton;
  scoreButton->setDefaultAction(a.score);
  scoreButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  scoreButton->setPopupMode(QToolButton::MenuButtonPopup);
  scoreButton->setFocusPolicy(Qt::TabFocus);
  auto* menu = new QMenu(tr("Scoring"), scoreButton);
  auto* options = new QWidgetAction(menu);
  options->setDefaultWidget(new ScoreOptionsPanel(m_session, scoreMethods()));
  menu->addAction(options);
  scoreButton->setMenu(menu);
  bar->addWidget(scoreButton);

  bar->addActions({a.prune, a.live});
  bar->addSeparator();
  bar->addAction(a.exportModel);
  bar->addSeparator();
  bar->addActions({a.undo, a.redo});
  for (QAction* iconOnly : {a.undo, a.redo})
    qobject_cast<QToolButton*>(bar->widgetForAction(iconOnly))->setToolButtonStyle(Qt::ToolButtonIconOnly);
  for (auto* button : bar->findChildren<QToolButton*>())
    if (button->defaultAction()) button->setAccessibleName(button->defaultAction()->iconText());
}

void MainWindow::listRecent() {
  m_recentMenu->clear();
  const QStringList folders = m_recent.folders();
  for (const QString& folder : folders) {
    QAction* action = m_recentMenu->addAction(
        fontMetrics().elidedText(QDir::toNativeSeparators(folder), Qt::ElideMiddle, 420));
    action->setToolTip(folder);
    action->setEnabled(QFileInfo::exists(folder));
    connect(action, &QAction::triggered, this, [this, folder] { open(folder); });
  }
  if (!folders.isEmpty()) {
    m_recentMenu->addSeparator();
    m_recentMenu->addAction(m_actions->clearRecent);
  }
  m_recentMenu->setEnabled(!folders.isEmpty());
}

}  // namespace espalier
