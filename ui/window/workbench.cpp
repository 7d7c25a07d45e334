#include "ui/window/workbench.h"

#include <QApplication>
#include <QChildEvent>
#include <QPointer>
#include <QSettings>
#include <QTabBar>

#include "ui/actions/actions.h"
#include "ui/panels/plan_panel.h"

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

Workbench::Workbench(const PaneContext& context, const std::vector<Pane>& panes, QWidget* parent)
    : QMainWindow(parent), m_plan(new PlanPanel(context.session, context.actions.score)) {
  setWindowFlags(Qt::Widget);
  setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  setContextMenuPolicy(Qt::NoContextMenu);
  setCentralWidget(m_plan);
  for (const auto& pane : panes) addPane(pane, context);
}

void Workbench::addPane(const Pane& pane, const PaneContext& context) {
  auto* dock = new QDockWidget(pane.title);
  dock->setObjectName(pane.name);
  dock->setWidget(pane.make(context));
  dock->setAccessibleName(pane.title);
  addDockWidget(pane.place == Pane::Place::Right ? Qt::RightDockWidgetArea : Qt::BottomDockWidgetArea, dock);
  // Not Qt's own, which hides a pane that stands behind another.
  auto* action = new QAction(pane.title, dock);
  action->setCheckable(true);
  action->setShortcut(pane.shortcut);
  action->setStatusTip(tr("Show this pane, or hide it if it is in front"));
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
  QSizePolicy policy = dock->widget()->sizePolicy();
  policy.setRetainSizeWhenHidden(true);  // a pane behind keeps the room that it needs in front
  dock->widget()->setSizePolicy(policy);
  dock->installEventFilter(this);
  m_docks.push_back({dock, pane.place, pane.presented, action});
}

bool Workbench::eventFilter(QObject* watched, QEvent* event) {
  const bool moves = event->type() == QEvent::Move || event->type() == QEvent::Show;
  if (auto* dock = moves ? qobject_cast<QDockWidget*>(watched) : nullptr) showContent(*dock);
  return QMainWindow::eventFilter(watched, event);
}

// A pane that goes behind another is moved aside, and is visible to Qt. Its content is hidden meanwhile, so
// that it does no work there: what has to be up to date when it is seen is made so by its showEvent.
void Workbench::showContent(QDockWidget& dock) {
  QWidget* content = dock.widget();
  const bool aside = !dock.isFloating() && (dock.geometry().right() < 0 || dock.geometry().bottom() < 0);
  if (content->isHidden() == aside) return;
  const QWidget* focus = QApplication::focusWidget();
  const bool hasKeyboard = focus && (content == focus || content->isAncestorOf(focus));
  content->setVisible(!aside);
  if (!aside || !hasKeyboard) return;
  // The keyboard does not stay there. Where nobody gives it to a widget, it goes on to the next pane.
  QMetaObject::invokeMethod(
      this,
      [this, &dock, next = QPointer<QWidget>(QApplication::focusWidget())] {
        if (QApplication::focusWidget() == next) leave(dock);
      },
      Qt::QueuedConnection);
}

// To the pane that stands in front of it, else to the plan.
void Workbench::leave(QDockWidget& dock) {
  if (isInFront(dock)) return;
  for (auto* other : tabifiedDockWidgets(&dock))
    if (isInFront(*other))
      if (QWidget* first = firstFocusable(other->widget())) return first->setFocus(Qt::OtherFocusReason);
  if (QWidget* first = firstFocusable(m_plan)) first->setFocus(Qt::OtherFocusReason);
}

bool Workbench::isBehind(const QWidget* widget) const {
  for (const auto& d : m_docks)
    if (d.dock->isAncestorOf(widget)) return !isInFront(*d.dock);
  return false;
}

QList<QAction*> Workbench::paneActions() const {
  QList<QAction*> actions;
  for (const auto& d : m_docks) actions << d.action;
  return actions;
}

QList<QDockWidget*> Workbench::docksAt(Pane::Place place) const {
  QList<QDockWidget*> docks;
  for (const auto& d : m_docks)
    if (d.place == place) docks << d.dock;
  return docks;
}

int Workbench::layoutVersion() const {
  QByteArray names;
  for (const auto& d : m_docks) names += d.dock->objectName().toUtf8() + ' ';
  return kLayoutVersion * 0x10000 + qChecksum(names);
}

void Workbench::saveLayout() const {
  if (m_laidOut && m_layoutBefore.isEmpty()) QSettings().setValue(kLayoutKey, saveState(layoutVersion()));
}

void Workbench::restoreLayout() {
  if (!restoreState(QSettings().value(kLayoutKey).toByteArray(), layoutVersion())) resetLayout();
}

void Workbench::resetLayout() {
  const auto right = docksAt(Pane::Place::Right), left = docksAt(Pane::Place::BottomLeft),
             further = docksAt(Pane::Place::BottomRight);
  for (auto* dock : right) addDockWidget(Qt::RightDockWidgetArea, dock);
  for (auto* dock : left + further) addDockWidget(Qt::BottomDockWidgetArea, dock);
  const auto stack = [this](const QList<QDockWidget*>& docks) {
    for (auto* dock : docks.mid(1)) tabifyDockWidget(docks.first(), dock);
  };
  // Side by side where both have room, else one behind the other.
  if (!left.isEmpty() && !further.isEmpty()) {
    if (width() >= kWideEnough)
      splitDockWidget(left.first(), further.first(), Qt::Horizontal);
    else
      tabifyDockWidget(left.first(), further.first());
  }
  for (const auto& docks : {right, left, further}) stack(docks);
  for (const auto& d : m_docks) {
    d.dock->setFloating(false);
    d.dock->show();
  }
  if (!right.isEmpty()) resizeDocks({right.first()}, {std::max(264, width() / 5)}, Qt::Horizontal);
  if (!left.isEmpty() && !further.isEmpty()) {
    resizeDocks({left.first(), further.first()}, {500, 450}, Qt::Horizontal);
    resizeDocks({left.first()}, {height() * 21 / 50}, Qt::Vertical);
  }
  for (const auto& docks : {right, further, left})
    if (!docks.isEmpty()) docks.first()->raise();
  keepRoom();
}

// Whether the panes at the bottom fit beside each other and the right ones, by what each needs at least.
bool Workbench::hasRoomSideBySide() const {
  int needed = 2 * style()->pixelMetric(QStyle::PM_DockWidgetSeparatorExtent);
  for (auto place : {Pane::Place::Right, Pane::Place::BottomLeft, Pane::Place::BottomRight}) {
    int widest = 0;
    for (const auto* dock : docksAt(place))
      if (!dock->isHidden() && !dock->isFloating())
        widest = std::max(widest, dock->minimumSizeHint().width());
    needed += widest;
  }
  return needed <= width();
}

// Larger type or a smaller window: what has no room side by side stands one behind the other, where Qt would
// paint panes over each other.
void Workbench::keepRoom() {
  const auto left = docksAt(Pane::Place::BottomLeft), further = docksAt(Pane::Place::BottomRight);
  if (!m_laidOut || left.isEmpty() || further.isEmpty() || hasRoomSideBySide()) return;
  QDockWidget *first = left.first(), *other = further.first();
  if (first->isFloating() || other->isFloating() || dockWidgetArea(first) != dockWidgetArea(other) ||
      tabifiedDockWidgets(first).contains(other))
    return;
  QDockWidget* front = other;
  for (auto* dock : further)
    if (isInFront(*dock)) front = dock;
  tabifyDockWidget(other, first);
  front->raise();
}

void Workbench::showEvent(QShowEvent* event) {
  QMainWindow::showEvent(event);
  if (m_laidOut) return;
  m_laidOut = true;
  restoreLayout();
  keepRoom();
}

void Workbench::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  keepRoom();
}

// Panes take the new type after this.
void Workbench::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::FontChange)
    QMetaObject::invokeMethod(this, &Workbench::keepRoom, Qt::QueuedConnection);
}

// The tabs of docks are Qt's: names are shown whole, with arrows where there are more than fit.
void Workbench::childEvent(QChildEvent* event) {
  QMainWindow::childEvent(event);
  auto* tabs = event->polished() ? qobject_cast<QTabBar*>(event->child()) : nullptr;
  if (!tabs) return;
  tabs->setElideMode(Qt::ElideNone);
  tabs->setUsesScrollButtons(true);
  tabs->setAccessibleName(tr("Panes"));
}

void Workbench::setPresenting(bool presenting) {
  // No buttons to float and close panes with: there is nothing to arrange before a class.
  for (const auto& d : m_docks)
    d.dock->setFeatures(presenting ? QDockWidget::NoDockWidgetFeatures
                                   : QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable |
                                         QDockWidget::DockWidgetFloatable);
  m_plan->setPresenting(presenting);
  if (presenting) {
    m_layoutBefore = saveState(layoutVersion());
    for (const auto& d : m_docks) d.dock->setVisible(d.presented);
  } else if (!m_layoutBefore.isEmpty()) {
    restoreState(m_layoutBefore, layoutVersion());
    m_layoutBefore.clear();
  }
}

void Workbench::cyclePane(bool forward) {
  QList<QWidget*> panes{m_plan};
  for (const auto& d : m_docks)
    if (isInFront(*d.dock) && firstFocusable(d.dock->widget())) panes.append(d.dock->widget());
  int at = -1;
  for (int i = 0; i < panes.size(); ++i)
    if (panes[i]->isAncestorOf(QApplication::focusWidget())) at = i;
  const int next = at < 0 ? 0 : int((at + (forward ? 1 : panes.size() - 1)) % panes.size());
  if (QWidget* target = firstFocusable(panes[next])) target->setFocus(Qt::ShortcutFocusReason);
}

}  // namespace espalier
