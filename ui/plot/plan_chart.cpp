#include "ui/plot/plan_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QTextDocumentFragment>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/plot/plan_panes.h"

namespace espalier {

namespace {

constexpr int kGripReach = 8;  // pixels above and below a bar's top
constexpr double kStep = 0.01, kLargeStep = 0.1;

bool sameStructure(const ChartColumns& a, const ChartColumns& b) {
  return a.columns.size() == b.columns.size() &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), [](const auto& l, const auto& r) {
           return l.name == r.name && l.component == r.component;
         });
}

}  // namespace

struct PlanChart::Parts {
  ChartColumns columns;
  QCustomPlot* plot = nullptr;
  std::unique_ptr<PlanPanes> panes;
  QWidget* hint = nullptr;
  double grabOffset = 0;  // of the pointer from the bar's top, as sparsity
};

PlanChart::PlanChart(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Plan chart"));
  setWhatsThis(tr(
      "Every block of the model in order. Above, how much the model's loss depends on it; the thin lines are "
      "the standard error. Below, the part of its weights that will be removed. Drag the top of a bar to "
      "decide for yourself: the block is pinned there and the others give way, so that the target holds."));
  auto& parts = *m_parts;
  parts.plot = new QCustomPlot(this);
  parts.plot->setFocusPolicy(Qt::NoFocus);
  parts.plot->setMouseTracking(true);
  parts.plot->installEventFilter(this);
  QFont font = parts.plot->font();
  font.setPointSizeF(font.pointSizeF() * 0.92);
  parts.plot->setFont(font);
  parts.panes = std::make_unique<PlanPanes>(parts.plot, &parts.columns);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(parts.plot);
  parts.panes->setLogarithmic(false);
  applyTheme();
  connect(parts.plot, &QCustomPlot::afterReplot, this, &PlanChart::placeHint);
}

PlanChart::~PlanChart() = default;

const ChartColumns& PlanChart::columns() const {
  return m_parts->columns;
}

void PlanChart::setColumns(ChartColumns columns) {
  auto& parts = *m_parts;
  if (sameStructure(columns, parts.columns)) {
    parts.columns = std::move(columns);
    parts.panes->showValues();
  } else {
    auto& look = parts.panes->look();
    const std::string name =
        look.current >= 0 ? parts.columns.columns[size_t(look.current)].name : std::string();
    parts.columns = std::move(columns);
    look.hovered = look.dragged = -1;
    parts.panes->rebuild();
    setCurrent(parts.columns.indexOf(name));
  }
  redraw();
}

void PlanChart::setBudget(double target, double cap) {
  auto& look = m_parts->panes->look();
  look.target = target;
  look.cap = cap;
  redraw();
}

void PlanChart::setLogarithmic(bool logarithmic) {
  m_parts->panes->setLogarithmic(logarithmic);
  redraw();
}

bool PlanChart::isLogarithmic() const {
  return m_parts->panes->isLogarithmic();
}

void PlanChart::setImportanceHint(QWidget* hint) {
  m_parts->hint = hint;
  hint->setParent(this);
  placeHint();
}

void PlanChart::setRemark(const QString& remark) {
  m_parts->panes->look().remark = remark;
  redraw();
}

int PlanChart::current() const {
  return m_parts->panes->look().current;
}

void PlanChart::setCurrent(int column) {
  auto& look = m_parts->panes->look();
  if (column == look.current) return;
  look.current = column;
  setAccessibleDescription(column >= 0 ? QTextDocumentFragment::fromHtml(describe(column)).toPlainText()
                                       : QString());
  redraw();
  Q_EMIT currentChanged(column);
}

bool PlanChart::isDragging() const {
  return m_parts->panes->look().dragged >= 0;
}

QPoint PlanChart::handleOf(int column) const {
  const auto& c = m_parts->columns.columns[size_t(column)];
  const auto* rect = m_parts->panes->sparsityRect();
  const QPointF place(rect->axis(QCPAxis::atBottom)->coordToPixel(c.x),
                      rect->axis(QCPAxis::atLeft)->coordToPixel(c.sparsity * 100));
  return m_parts->plot->mapTo(const_cast<PlanChart*>(this), place.toPoint());
}

QString PlanChart::describe(int column) const {
  const auto& c = m_parts->columns.columns[size_t(column)];
  QString rows = QStringLiteral("<b>%1</b><br>%2<table cellspacing='0'>")
                     .arg(text(c.name).toHtmlEscaped(), componentTitle(c.component).toHtmlEscaped());
  const auto row = [&rows](const QString& title, const QString& value) {
    rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(title, value);
  };
  row(tr("Parameters"), exactCount(c.parameters));
  if (c.score) {
    QString score = shortNumber(*c.score);
    if (c.standardError > 0) score += QStringLiteral(" \u00b1 ") + shortNumber(c.standardError);
    row(tr("Importance"), score);
  }
  row(tr("Sparsity"), c.pinned ? tr("%1, pinned").arg(percent(c.sparsity)) : percent(c.sparsity));
  return rows + QStringLiteral("</table>");
}

bool PlanChart::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_parts->plot) return QWidget::eventFilter(watched, event);
  switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick:
      if (static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton)
        pressAt(static_cast<QMouseEvent*>(event)->position().toPoint());
      return true;
    case QEvent::MouseMove:
      moveTo(static_cast<QMouseEvent*>(event)->position().toPoint());
      return true;
    case QEvent::MouseButtonRelease:
      if (static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton) release();
      return true;
    case QEvent::Leave:
      unhover();
      return false;
    case QEvent::ToolTip:
      return true;  // shown while the pointer moves
    default:
      return false;
  }
}

void PlanChart::pressAt(const QPoint& position) {
  setFocus(Qt::MouseFocusReason);
  const int grip = gripAt(position);
  setCurrent(grip >= 0 ? grip : columnAt(position));
  if (grip < 0) return;
  auto& look = m_parts->panes->look();
  look.dragged = grip;
  m_parts->grabOffset = sparsityAt(position) - m_parts->columns.columns[size_t(grip)].sparsity;
  QToolTip::hideText();
  Q_EMIT dragBegan(m_parts->columns.columns[size_t(grip)].name);
  redraw();
}

void PlanChart::moveTo(const QPoint& position) {
  if (!isDragging()) return hover(position);
  Q_EMIT dragged(std::clamp(sparsityAt(position) - m_parts->grabOffset, 0.0, 1.0));
}

void PlanChart::release() {
  if (!isDragging()) return;
  m_parts->panes->look().dragged = -1;
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
  return m_parts->columns.indexAt(lower->axis(QCPAxis::atBottom)->pixelToCoord(position.x()));
}

double PlanChart::sparsityAt(const QPoint& position) const {
  return m_parts->panes->sparsityRect()->axis(QCPAxis::atLeft)->pixelToCoord(position.y()) / 100;
}

void PlanChart::keyPressEvent(QKeyEvent* event) {
  const int count = int(m_parts->columns.columns.size());
  const int at = current();
  if (event->key() == Qt::Key_Escape && isDragging()) {
    m_parts->panes->look().dragged = -1;
    Q_EMIT dragCancelled();
    return redraw();
  }
  if (count == 0 || (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)))
    return QWidget::keyPressEvent(event);
  const double step = event->modifiers() & Qt::ShiftModifier ? kLargeStep : kStep;
  switch (event->key()) {
    case Qt::Key_Left:
      return setCurrent(at < 0 ? count - 1 : std::max(at - 1, 0));
    case Qt::Key_Right:
      return setCurrent(std::min(at + 1, count - 1));
    default:
      break;
  }
  if (at < 0 || isDragging()) return QWidget::keyPressEvent(event);
  const std::string name = m_parts->columns.columns[size_t(at)].name;
  switch (event->key()) {
    case Qt::Key_Up:
      Q_EMIT nudged(name, step);
      return;
    case Qt::Key_Down:
      Q_EMIT nudged(name, -step);
      return;
    case Qt::Key_Home:
      Q_EMIT resetRequested(name);
      return;
    case Qt::Key_P:
      Q_EMIT pinToggled(name);
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void PlanChart::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  m_parts->panes->look().focused = true;
  // By keyboard: there has to be something that the keys act on.
  const bool byKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                     event->reason() == Qt::ShortcutFocusReason;
  if (byKey && current() < 0 && !m_parts->columns.columns.empty()) setCurrent(0);
  redraw();
}

void PlanChart::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  m_parts->panes->look().focused = false;
  redraw();
}

void PlanChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_parts->panes) applyTheme();
}

void PlanChart::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  applyTheme();
}

void PlanChart::applyTheme() {
  m_parts->panes->applyTheme(palette());
  redraw();
}

void PlanChart::placeHint() {
  if (!m_parts->hint) return;
  const auto& columns = m_parts->columns.columns;
  const bool anyScore =
      std::any_of(columns.begin(), columns.end(), [](const auto& c) { return c.score.has_value(); });
  m_parts->hint->setVisible(!anyScore && !columns.empty());
  m_parts->hint->setGeometry(m_parts->panes->importanceRect()->rect().adjusted(2, 2, -2, -2));
}

void PlanChart::redraw() {
  m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace espalier
