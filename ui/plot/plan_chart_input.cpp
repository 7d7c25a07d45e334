// What the mouse, the wheel and the keys do with the plan chart.

#include <QKeyEvent>
#include <QMouseEvent>
#include <QRubberBand>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/plot/plan_chart_parts.h"

namespace espalier {

namespace {

constexpr int kGripReach = 8;  // pixels above and below a bar's top
constexpr double kStep = 0.01, kLargeStep = 0.1;

}  // namespace

bool PlanChart::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_parts->plot) return QWidget::eventFilter(watched, event);
  const auto* mouse = static_cast<QMouseEvent*>(event);  // where the type says so
  switch (event->type()) {
    case QEvent::MouseButtonPress:
      if (mouse->button() == Qt::LeftButton) {
        pressAt(mouse->position().toPoint(), mouse->modifiers());
      } else if (mouse->button() == Qt::MiddleButton && m_parts->hand == Parts::Hand::Free) {
        m_parts->hand = Parts::Hand::Pan;
        m_parts->from = mouse->position().toPoint();
        m_parts->viewThen = view();
        m_parts->plot->setCursor(Qt::ClosedHandCursor);
      }
      // The menu is about what is under the pointer.
      if (mouse->button() == Qt::RightButton && m_parts->hand == Parts::Hand::Free)
        if (const int column = columnAt(mouse->position().toPoint());
            column >= 0 && !selected().contains(column))
          setCurrent(column);
      return true;
    case QEvent::MouseButtonDblClick: {
      if (mouse->button() != Qt::LeftButton) return true;
      const QPoint at = mouse->position().toPoint();
      const int column = columnAt(at);
      if (column >= 0)
        Q_EMIT openToggled(m_parts->columns.columns[size_t(column)].group);
      else if (spanAt(at) < 0)
        fit();
      return true;
    }
    case QEvent::MouseMove:
      moveTo(mouse->position().toPoint());
      return true;
    case QEvent::MouseButtonRelease:
      if (mouse->button() == Qt::LeftButton || m_parts->hand == Parts::Hand::Pan) release();
      return true;
    case QEvent::Wheel: {
      const auto* turned = static_cast<QWheelEvent*>(event);
      wheel(turned->position(), turned->angleDelta(), turned->modifiers());
      return true;
    }
    case QEvent::Leave:
      unhover();
      return false;
    case QEvent::ToolTip:
      return true;  // shown while the pointer moves
    default:
      return false;
  }
}

void PlanChart::wheel(const QPointF& position, const QPoint& angle, Qt::KeyboardModifiers modifiers) {
  if (m_parts->columns.columns.empty() || isDragging()) return;
  const auto [left, right] = view();
  const bool sideways = (modifiers & Qt::ShiftModifier) || std::abs(angle.x()) > std::abs(angle.y());
  const double turns = (std::abs(angle.x()) > std::abs(angle.y()) ? angle.x() : angle.y()) / 120.0;
  if (sideways) {
    const double by = -turns * (right - left) / 8;
    m_parts->panes->setView(left + by, right + by);
  } else {
    const double about = std::clamp(xAt(position.x()), left, right);
    const double factor = std::pow(1.25, turns);
    m_parts->panes->setView(about - (about - left) / factor, about + (right - about) / factor);
  }
  applyTheme();
  hover(position.toPoint());
}

void PlanChart::pressAt(const QPoint& position, Qt::KeyboardModifiers modifiers) {
  setFocus(Qt::MouseFocusReason);
  auto& parts = *m_parts;
  parts.from = position;
  const int grip = modifiers & (Qt::ControlModifier | Qt::ShiftModifier) ? -1 : gripAt(position);
  if (grip >= 0) {
    // With others selected they move along; the grip of another column drags that one alone.
    if (selected().contains(grip))
      select(selected(), grip);
    else
      setCurrent(grip);
    parts.panes->look().dragged = grip;
    parts.grabOffset = sparsityAt(position) - parts.columns.columns[size_t(grip)].sparsity;
    QToolTip::hideText();
    auto with = selectedGroups();
    with.erase(with.begin());
    Q_EMIT dragBegan(parts.columns.columns[size_t(grip)].group, with);
    return redraw();
  }
  if (const int span = spanAt(position); span >= 0) {
    const auto& s = parts.columns.spans[size_t(span)];
    std::set<int> all = modifiers & Qt::ControlModifier ? selected() : std::set<int>{};
    for (size_t i = s.first; i <= s.last; ++i) all.insert(int(i));
    return select(all, int(s.first));
  }
  const int column = columnAt(position);
  if (modifiers & Qt::ShiftModifier && column >= 0 && current() >= 0) {
    std::set<int> range = modifiers & Qt::ControlModifier ? selected() : std::set<int>{};
    for (int i = std::min(current(), column); i <= std::max(current(), column); ++i) range.insert(i);
    return select(range, current());
  }
  if (modifiers & Qt::ControlModifier) {
    auto now = selected();
    if (column >= 0 && now.contains(column) && now.size() > 1) {
      now.erase(column);
      return select(now, column == current() ? *now.begin() : current());
    }
    if (column >= 0) now.insert(column);
    select(now, column >= 0 ? column : current());
    parts.selectedThen = selected();
  } else {
    setCurrent(column);
    parts.selectedThen.clear();
  }
  parts.hand = Parts::Hand::Band;
}

void PlanChart::moveTo(const QPoint& position) {
  auto& parts = *m_parts;
  if (parts.hand == Parts::Hand::Pan) {
    const double by = xAt(parts.from.x()) - xAt(position.x());
    parts.panes->setView(parts.viewThen.first + by, parts.viewThen.second + by);
    parts.viewThen = view();
    parts.from = position;
    return redraw();
  }
  if (parts.hand == Parts::Hand::Band) return takeBand(position);
  if (!isDragging()) return hover(position);
  Q_EMIT dragged(std::clamp(sparsityAt(position) - parts.grabOffset, 0.0, 1.0));
}

void PlanChart::takeBand(const QPoint& to) {
  auto& parts = *m_parts;
  constexpr int kMeant = 5;  // pixels; less is a hand that shakes
  if (!parts.band && std::abs(to.x() - parts.from.x()) < kMeant) return;
  const auto* rect = parts.panes->sparsityRect();
  if (!parts.band) {
    parts.band = new QRubberBand(QRubberBand::Rectangle, parts.plot);
    parts.band->show();
  }
  const int left = std::clamp(std::min(to.x(), parts.from.x()), rect->left(), rect->right());
  const int right = std::clamp(std::max(to.x(), parts.from.x()), rect->left(), rect->right());
  parts.band->setGeometry(
      QRect(QPoint(left, parts.panes->importanceRect()->top()), QPoint(right, rect->bottom())));
  std::set<int> covered = parts.selectedThen;
  int nearest = -1;
  for (size_t i = 0; i < parts.columns.columns.size(); ++i) {
    const double x = parts.columns.columns[i].x;
    if (x + 0.39 < xAt(left) || x - 0.39 > xAt(right)) continue;
    covered.insert(int(i));
    if (nearest < 0 || to.x() > parts.from.x()) nearest = int(i);
  }
  select(covered, nearest >= 0 ? nearest : current());
}

void PlanChart::release() {
  auto& parts = *m_parts;
  delete std::exchange(parts.band, nullptr);
  if (parts.hand == Parts::Hand::Pan) parts.plot->setCursor(Qt::ArrowCursor);
  parts.hand = Parts::Hand::Free;
  if (!isDragging()) return;
  parts.panes->look().dragged = -1;
  Q_EMIT dragEnded();
  redraw();
}

void PlanChart::hover(const QPoint& position) {
  auto& look = m_parts->panes->look();
  const int grip = gripAt(position);
  const int column = grip >= 0 ? grip : columnAt(position);
  m_parts->plot->setCursor(grip >= 0 ? Qt::SizeVerCursor : Qt::ArrowCursor);
  if (column != look.hovered) {
    look.hovered = column;
    redraw();
    if (column >= 0)
      QToolTip::showText(m_parts->plot->mapToGlobal(position), describe(column), m_parts->plot);
    else
      QToolTip::hideText();
  }
}

void PlanChart::unhover() {
  if (m_parts->panes->look().hovered < 0) return;
  m_parts->panes->look().hovered = -1;
  redraw();
}

int PlanChart::gripAt(const QPoint& position) const {
  const int column = columnAt(position);
  if (column < 0) return -1;
  const auto* rect = m_parts->panes->sparsityRect();
  const double top =
      rect->axis(QCPAxis::atLeft)->coordToPixel(m_parts->columns.columns[size_t(column)].sparsity * 100);
  return std::abs(position.y() - top) <= kGripReach ? column : -1;
}

int PlanChart::columnAt(const QPoint& position) const {
  const auto* lower = m_parts->panes->sparsityRect();
  const auto* upper = m_parts->panes->importanceRect();
  if (position.y() < upper->top() || position.y() > lower->bottom() + kGripReach) return -1;
  if (position.x() < lower->left() || position.x() > lower->right()) return -1;
  return m_parts->columns.indexAt(xAt(position.x()));
}

double PlanChart::xAt(double pixel) const {
  return m_parts->panes->sparsityRect()->axis(QCPAxis::atBottom)->pixelToCoord(pixel);
}

int PlanChart::spanAt(const QPoint& position) const {
  if (position.y() <= m_parts->panes->sparsityRect()->bottom() + kGripReach) return -1;
  const double x = xAt(position.x());
  const auto& parts = *m_parts;
  for (size_t i = 0; i < parts.columns.spans.size(); ++i)
    if (x >= parts.columns.columns[parts.columns.spans[i].first].x - 0.5 &&
        x <= parts.columns.columns[parts.columns.spans[i].last].x + 0.5)
      return int(i);
  return -1;
}

double PlanChart::sparsityAt(const QPoint& position) const {
  return m_parts->panes->sparsityRect()->axis(QCPAxis::atLeft)->pixelToCoord(position.y()) / 100;
}

void PlanChart::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && isDragging()) {
    m_parts->panes->look().dragged = -1;
    Q_EMIT dragCancelled();
    return redraw();
  }
  if (event->matches(QKeySequence::SelectAll)) return selectAll();
  if (m_parts->columns.columns.empty() || (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) ||
      !handleKey(event->key(), event->modifiers()))
    QWidget::keyPressEvent(event);
}

bool PlanChart::handleKey(int key, Qt::KeyboardModifiers modifiers) {
  const int count = int(m_parts->columns.columns.size());
  const int at = current();
  const bool shift = modifiers & Qt::ShiftModifier;
  const auto moveOn = [&](int to) {
    if (!shift || at < 0) return setCurrent(to), reveal(to);
    auto more = selected();
    more.insert(to);
    select(more, to);
    reveal(to);
  };
  switch (key) {
    case Qt::Key_Left:
      return moveOn(at < 0 ? count - 1 : std::max(at - 1, 0)), true;
    case Qt::Key_Right:
      return moveOn(std::min(at + 1, count - 1)), true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(1.25), true;
    case Qt::Key_Minus:
      return zoom(0.8), true;
    case Qt::Key_0:
      return fit(), true;
    default:
      break;
  }
  if (at < 0 || isDragging()) return false;
  const double step = shift ? kLargeStep : kStep;
  switch (key) {
    case Qt::Key_Up:
      Q_EMIT nudged(selectedGroups(), step);
      return true;
    case Qt::Key_Down:
      Q_EMIT nudged(selectedGroups(), -step);
      return true;
    case Qt::Key_Home:
      Q_EMIT resetRequested(selectedGroups());
      return true;
    case Qt::Key_P:
      Q_EMIT pinToggled(selectedGroups());
      return true;
    case Qt::Key_L:
      Q_EMIT lockToggled(componentGroups());
      return true;
    case Qt::Key_C:
      selectComponent();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      Q_EMIT openToggled(m_parts->columns.columns[size_t(at)].group);
      return true;
    case Qt::Key_Escape:
      if (selected().size() < 2) return false;
      setCurrent(at);
      return true;
    default:
      return false;
  }
}

}  // namespace espalier
