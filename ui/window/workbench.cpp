#include "ui/window/workbench.h"

#include <QApplication>
#include <QChildEvent>
#include <QDockWidget>
#include <QSettings>
#include <QTabBar>

#include "core/engine/engine.h"
#include "ui/panels/blocks_panel.h"
#include "ui/panels/budget_panel.h"
#include "ui/panels/formula_panel.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/jobs_panel.h"
#include "ui/panels/matrix_panel.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/result_panel.h"
#include "ui/panels/sensitivity_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/window/actions.h"

namespace espalier {

namespace {

constexpr int kLayoutVersion = 4;
constexpr int kWideEnough = 1200;
constexpr auto kLayoutKey = "layout";

// The widget in a pane that takes the keyboard.
QWidget* firstFocusable(QWidget* pane) {
  for (QWidget* w : pane->findChildren<QWidget*>())
    if ((w->focusPolicy() & Qt::TabFocus) && w->isVisible() && w->isEnabled()) return w;
  return nullptr;
}

// Not behind another of the same place.
bool isInFront(const QDockWidget& dock) {
  return !dock.isHidden() && !dock.visibleRegion().isEmpty();
}

}  // namespace

Workbench::Workbench(Session& session, Actions& actions, ProbeController& probes, SweepController& sweeps,
                     QWidget* parent)
    : QMainWindow(parent),
      m_plan(new PlanPanel(session, actions.score)),
      m_gallery(new GalleryPanel(session, actions.openPairs)) {
  setWindowFlags(Qt::Widget);
  setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  setContextMenuPolicy(Qt::NoContextMenu);
  setCentralWidget(m_plan);
  m_budget = addPane("budget", tr("Budget"), new BudgetPanel(session, pruneCriteria()),
                     QKeySequence(Qt::CTRL | Qt::Key_1), Qt::RightDockWidgetArea);
  m_formulas = addPane("formulas", tr("Formulas"), new FormulaPanel(session),
                       QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), Qt::RightDockWidgetArea);
  m_pairs = addPane("pairs", tr("Answers"), m_gallery, QKeySequence(Qt::CTRL | Qt::Key_2),
                    Qt::BottomDockWidgetArea);
  m_results = addPane("results", tr("Results"), new ResultPanel(session, actions.prune),
                      QKeySequence(Qt::CTRL | Qt::Key_3), Qt::BottomDockWidgetArea);
  m_blocks = addPane("blocks", tr("Blocks"), new BlocksPanel(session), QKeySequence(Qt::CTRL | Qt::Key_4),
                     Qt::BottomDockWidgetArea);
  m_sweep = new SweepPanel(session, sweeps, actions.sweep);
  m_matrix = new MatrixPanel(session);
  m_sensitivity = new SensitivityPanel(session, probes, actions.sensitivity, actions.improve);
  m_jobs = new JobsPanel;
  m_further = {
      m_blocks,
      addPane("sensitivity", tr("Sensitivity"), m_sensitivity, QKeySequence(Qt::CTRL | Qt::Key_5),
              Qt::BottomDockWidgetArea),
      addPane("sweep", tr("Sweep"), m_sweep, QKeySequence(Qt::CTRL | Qt::Key_6), Qt::BottomDockWidgetArea),
      addPane("matrix", tr("Matrix"), m_matrix, QKeySequence(Qt::CTRL | Qt::Key_7), Qt::BottomDockWidgetArea),
      addPane("jobs", tr("Jobs"), m_jobs, QKeySequence(Qt::CTRL | Qt::Key_8), Qt::BottomDockWidgetArea)};
}

QDockWidget* Workbench::addPane(const QString& name, const QString& title, QWidget* content,
                                const QKeySequence& shortcut, Qt::DockWidgetArea area) {
  auto* dock = new QDockWidget(title);
  dock->setObjectName(name);
  dock->setWidget(content);
  dock->setAccessibleName(title);
  addDockWidget(area, dock);
  m_docks.append(dock);
  // Not Qt's own, which hides a pane that stands behind another.
  auto* action = new QAction(title, dock);
  action->setCheckable(true);
  action->setShortcut(shortcut);
  action->setStatusTip(tr("Show this pane, or hide it where it is in front"));
  connect(action, &QAction::triggered, dock, [dock, action] {
    if (isInFront(*dock)) {
      dock->close();
    } else {
      dock->show();
      dock->raise();
      if (QWidget* first = firstFocusable(dock->widget())) first->setFocus(Qt::ShortcutFocusReason);
    }
    action->setChecked(!dock->isHidden());
  });
  connect(dock, &QDockWidget::visibilityChanged, action,
          [dock, action] { action->setChecked(!dock->isHidden()); });
  // The keyboard does not stay in a pane that goes behind another.
  connect(dock, &QDockWidget::visibilityChanged, this, [this, dock](bool visible) {
    if (!visible && dock->isAncestorOf(QApplication::focusWidget()))
      QMetaObject::invokeMethod(
          this, [this, dock] { leave(*dock); }, Qt::QueuedConnection);
  });
  m_paneActions.append(action);
  return dock;
}

// To the pane that stands in front of it, else to the plan.
void Workbench::leave(const QDockWidget& dock) {
  if (!dock.isAncestorOf(QApplication::focusWidget()) || isInFront(dock)) return;
  for (auto* other : m_docks)
    if (isInFront(*other) && other->geometry().intersects(dock.geometry()))
      if (QWidget* first = firstFocusable(other->widget())) return first->setFocus(Qt::OtherFocusReason);
  if (QWidget* first = firstFocusable(m_plan)) first->setFocus(Qt::OtherFocusReason);
}

bool Workbench::isBehind(const QWidget* widget) const {
  for (const auto* dock : m_docks)
    if (dock->isAncestorOf(widget)) return !isInFront(*dock);
  return false;
}

QList<QAction*> Workbench::paneActions() const {
  return m_paneActions;
}

void Workbench::saveLayout() const {
  if (m_laidOut && m_layoutBefore.isEmpty()) QSettings().setValue(kLayoutKey, saveState(kLayoutVersion));
}

void Workbench::restoreLayout() {
  if (!restoreState(QSettings().value(kLayoutKey).toByteArray(), kLayoutVersion)) resetLayout();
}

void Workbench::resetLayout() {
  addDockWidget(Qt::RightDockWidgetArea, m_budget);
  addDockWidget(Qt::RightDockWidgetArea, m_formulas);
  addDockWidget(Qt::BottomDockWidgetArea, m_pairs);
  addDockWidget(Qt::BottomDockWidgetArea, m_results);
  for (auto* dock : m_further) addDockWidget(Qt::BottomDockWidgetArea, dock);
  tabifyDockWidget(m_budget, m_formulas);
  // Side by side where both have room, else one behind the other.
  if (width() >= kWideEnough)
    splitDockWidget(m_pairs, m_results, Qt::Horizontal);
  else
    tabifyDockWidget(m_pairs, m_results);
  for (auto* dock : m_further) tabifyDockWidget(m_results, dock);
  for (auto* dock : m_docks) {
    dock->setFloating(false);
    dock->show();
  }
  resizeDocks({m_budget}, {std::max(264, width() / 5)}, Qt::Horizontal);
  resizeDocks({m_pairs, m_results}, {500, 450}, Qt::Horizontal);
  resizeDocks({m_pairs}, {height() * 21 / 50}, Qt::Vertical);
  m_budget->raise();
  m_results->raise();
  m_pairs->raise();
}

void Workbench::showEvent(QShowEvent* event) {
  QMainWindow::showEvent(event);
  if (m_laidOut) return;
  m_laidOut = true;
  restoreLayout();
}

// The tabs of docks are Qt's: names are shown whole, with arrows where there are more than fit.
void Workbench::childEvent(QChildEvent* event) {
  QMainWindow::childEvent(event);
  auto* tabs = event->polished() ? qobject_cast<QTabBar*>(event->child()) : nullptr;
  if (!tabs) return;
  tabs->setElideMode(Qt::ElideNone);
  tabs->setUsesScrollButtons(true);
}

void Workbench::setPresenting(bool presenting) {
  // No buttons to float and close panes with: there is nothing to arrange before a class.
  for (auto* dock : m_docks)
    dock->setFeatures(presenting ? QDockWidget::NoDockWidgetFeatures
                                 : QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable |
                                       QDockWidget::DockWidgetFloatable);
  if (presenting) {
    m_layoutBefore = saveState(kLayoutVersion);
    for (auto* dock : m_docks) dock->setVisible(dock == m_pairs || dock == m_results);
  } else if (!m_layoutBefore.isEmpty()) {
    restoreState(m_layoutBefore, kLayoutVersion);
    m_layoutBefore.clear();
  }
}

void Workbench::cyclePane(bool forward) {
  QList<QWidget*> panes{m_plan};
  for (auto* dock : m_docks)
    if (isInFront(*dock) && firstFocusable(dock->widget())) panes.append(dock->widget());
  int at = -1;
  for (int i = 0; i < panes.size(); ++i)
    if (panes[i]->isAncestorOf(QApplication::focusWidget())) at = i;
  const int next = at < 0 ? 0 : int((at + (forward ? 1 : panes.size() - 1)) % panes.size());
  if (QWidget* target = firstFocusable(panes[next])) target->setFocus(Qt::ShortcutFocusReason);
}

}  // namespace espalier
