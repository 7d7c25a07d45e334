#include "ui/plot/bar_marks.h"

#include <QCoreApplication>

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr double kHalfBar = 0.39;  // of a column's width
constexpr double kNarrowest = 5;   // pixels, below which a column has no room for marks of its own

struct BarMarksText {
  Q_DECLARE_TR_FUNCTIONS(BarMarks)
};

}  // namespace

BarMarks::BarMarks(QCPAxisRect* rect, const ChartColumns* columns)
    : QCPLayerable(rect->parentPlot(), QStringLiteral("overlay")), m_rect(rect), m_columns(columns) {}

QString BarMarks::targetWords(const QString& target) {
  return BarMarksText::tr("target %1").arg(target);
}

QString BarMarks::capWords(const QString& cap) {
  return BarMarksText::tr("cap %1").arg(cap);
}

void BarMarks::applyDefaultAntialiasingHint(QCPPainter* painter) const {
  painter->setAntialiasing(true);
}

QRectF BarMarks::barOf(const ChartColumn& column) const {
  const auto* x = m_rect->axis(QCPAxis::atBottom);
  const auto* y = m_rect->axis(QCPAxis::atLeft);
  const QPointF topLeft(x->coordToPixel(column.x - kHalfBar), y->coordToPixel(column.sparsity * 100));
  const QPointF bottomRight(x->coordToPixel(column.x + kHalfBar), y->coordToPixel(0));
  return QRectF(topLeft, bottomRight);
}

void BarMarks::draw(QCPPainter* painter) {
  if (m_columns->columns.empty()) return;
  painter->setFont(parentPlot()->font());
  const Shades& shades = shadesFor(parentPlot()->palette());
  const bool capIsAbove = look.cap >= look.target;
  drawLine(painter, look.cap, shades.cap, Qt::DashLine, capWords(percent(look.cap, 0)), !capIsAbove);
  drawLine(painter, look.target, shades.target, Qt::SolidLine, targetWords(percent(look.target, 0)),
           capIsAbove);

  for (const auto& column : m_columns->columns)
    if (column.pinned && isVisible(column)) drawPin(painter, column);
  for (int column : {look.current, look.hovered, look.dragged})
    if (column >= 0 && column < int(m_columns->columns.size()) &&
        isVisible(m_columns->columns[size_t(column)]))
      drawGrip(painter, column);
  const int remarked = look.dragged >= 0 ? look.dragged : look.current;
  if (!look.remark.isEmpty() && remarked >= 0 && remarked < int(m_columns->columns.size()))
    drawRemark(painter, m_columns->columns[size_t(remarked)]);
}

bool BarMarks::isVisible(const ChartColumn& column) const {
  const auto range = m_rect->axis(QCPAxis::atBottom)->range();
  return column.x >= range.lower - 0.4 && column.x <= range.upper + 0.4;
}

void BarMarks::drawLine(QCPPainter* painter, double at, const QColor& colour, Qt::PenStyle style,
                        const QString& label, bool labelBelow) const {
  const double y = m_rect->axis(QCPAxis::atLeft)->coordToPixel(at * 100);
  painter->setPen(QPen(colour, 1.3, style));
  painter->drawLine(QPointF(m_rect->left(), y), QPointF(m_rect->right(), y));

  const QFontMetricsF metrics(painter->font());
  // In the margin to the right, where no bar hides it.
  double top = labelBelow ? y - 1 : y - metrics.height() + 1;
  top = std::clamp(top, double(m_rect->top()) - metrics.height() / 2, m_rect->bottom() - metrics.height());
  painter->drawText(QRectF(m_rect->right() + 6, top, 200, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                    label);
}

void BarMarks::drawGrip(QCPPainter* painter, int index) const {
  const QRectF bar = barOf(m_columns->columns[size_t(index)]);
  const bool active = index == look.dragged || index == look.hovered;
  const QPalette palette = parentPlot()->palette();
  const double width = std::max(bar.width(), kNarrowest);
  const QRectF grip(bar.center().x() - width / 2, bar.top() - 2.5, width, 5);
  painter->setPen(QPen(palette.color(QPalette::Base), 1));
  painter->setBrush(active || look.focused ? palette.color(QPalette::Highlight)
                                           : palette.color(QPalette::Text));
  painter->drawRoundedRect(grip, 2.5, 2.5);
}

void BarMarks::drawPin(QCPPainter* painter, const ChartColumn& column) const {
  const QRectF bar = barOf(column);
  const QPalette palette = parentPlot()->palette();
  const double size = std::clamp(bar.width() * 0.5, 3.0, 5.0);
  // A drawing pin: a round head and its needle into the bar's top.
  const double headY = std::max(bar.top() - 8, m_rect->top() + size);
  painter->setPen(QPen(palette.color(QPalette::Text), 1.3));
  painter->drawLine(QPointF(bar.center().x(), headY), QPointF(bar.center().x(), bar.top() + 1));
  painter->setBrush(palette.color(QPalette::Text));
  painter->drawEllipse(QPointF(bar.center().x(), headY), size * 0.75, size * 0.75);
}

void BarMarks::drawRemark(QCPPainter* painter, const ChartColumn& column) const {
  const QRectF bar = barOf(column);
  const QPalette palette = parentPlot()->palette();
  const QFontMetricsF metrics(painter->font());
  QRectF bubble(0, 0, metrics.horizontalAdvance(look.remark) + 16, metrics.height() + 8);
  bubble.moveCenter(QPointF(bar.center().x(), 0));
  bubble.moveTop(bar.top() - bubble.height() - 16);
  if (bubble.top() < m_rect->top()) bubble.moveTop(bar.top() + 10);
  bubble.moveLeft(std::clamp(bubble.left(), double(m_rect->left()),
                             std::max(double(m_rect->left()), m_rect->right() - bubble.width())));
  painter->setPen(QPen(shadesFor(palette).cap, 1));
  painter->setBrush(palette.color(QPalette::ToolTipBase));
  painter->drawRoundedRect(bubble, 4, 4);
  painter->setPen(palette.color(QPalette::ToolTipText));
  painter->drawText(bubble, Qt::AlignCenter, look.remark);
}

ColumnBand::ColumnBand(QCPAxisRect* rect, const ChartColumns* columns, const BarMarks::Look* look)
    : QCPLayerable(rect->parentPlot(), QStringLiteral("background")),
      m_rect(rect),
      m_columns(columns),
      m_look(look) {}

void ColumnBand::applyDefaultAntialiasingHint(QCPPainter* painter) const {
  painter->setAntialiasing(false);
}

void ColumnBand::draw(QCPPainter* painter) {
  const auto* x = m_rect->axis(QCPAxis::atBottom);
  std::set<int> shown = m_look->selected;
  shown.insert({m_look->current, m_look->hovered});
  for (int index : shown) {
    if (index < 0 || index >= int(m_columns->columns.size())) continue;
    const double at = m_columns->columns[size_t(index)].x;
    QColor fill = parentPlot()->palette().color(QPalette::Highlight);
    fill.setAlphaF(index == m_look->current ? 0.16f : m_look->selected.contains(index) ? 0.11f : 0.06f);
    painter->fillRect(QRectF(QPointF(x->coordToPixel(at - 0.5), m_rect->top()),
                             QPointF(x->coordToPixel(at + 0.5), m_rect->bottom() + 1)),
                      fill);
  }
}

}  // namespace espalier
