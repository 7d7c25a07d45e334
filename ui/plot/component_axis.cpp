#include "ui/plot/component_axis.h"

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kGap = 4;

}  // namespace

ComponentAxis::ComponentAxis(QCPAxisRect* rect, const ChartColumns* columns)
    : QCPLayerable(rect->parentPlot(), QStringLiteral("axes")), m_rect(rect), m_columns(columns) {}

int ComponentAxis::heightFor(const QFontMetrics& metrics) {
  return 2 * metrics.height() + 5 * kGap;
}

void ComponentAxis::applyDefaultAntialiasingHint(QCPPainter* painter) const {
  painter->setAntialiasing(false);
}

double ComponentAxis::pixelOf(double x) const {
  return m_rect->axis(QCPAxis::atBottom)->coordToPixel(x);
}

void ComponentAxis::draw(QCPPainter* painter) {
  painter->setFont(parentPlot()->font());
  for (const auto& span : m_columns->spans) {
    drawLabels(painter, span);
    drawBracket(painter, span);
  }
}

void ComponentAxis::drawLabels(QCPPainter* painter, const ColumnSpan& span) const {
  const QFontMetrics metrics(painter->font());
  const double each = pixelOf(1) - pixelOf(0);
  // Numbers can be counted on from every fifth; names are cut to what fits, and left out where that says
  // nothing.
  const auto isNumber = [&](size_t i) {
    bool number = false;
    m_columns->columns[i].label.toInt(&number);
    return number;
  };
  bool allNumbers = true;
  for (size_t i = span.first; allNumbers && i <= span.last; ++i) allNumbers = isNumber(i);
  // Hundreds of names are not measured where none has room.
  if (!allNumbers && each < metrics.averageCharWidth()) return;
  int widest = 0;
  for (size_t i = span.first; i <= span.last; ++i)
    widest = std::max(widest, metrics.horizontalAdvance(m_columns->columns[i].label));
  const int step = std::max(1, int(std::ceil((widest + 4) / std::max(each, 0.01))));
  const bool cut = step > 1 && !allNumbers;
  if (cut && each < metrics.averageCharWidth() * 3) return;

  painter->setPen(shadesFor(parentPlot()->palette()).muted);
  const int top = m_rect->bottom() + kGap;
  for (size_t i = span.first; i <= span.last; i += cut ? 1 : size_t(step)) {
    const auto& column = m_columns->columns[i];
    if (pixelOf(column.x) < m_rect->left() || pixelOf(column.x) > m_rect->right()) continue;
    const QRectF place(pixelOf(column.x) - 100, top, 200, metrics.height());
    painter->drawText(place, Qt::AlignHCenter | Qt::AlignTop,
                      cut ? metrics.elidedText(column.label, Qt::ElideRight, int(each) - 2) : column.label);
  }
}

void ComponentAxis::drawBracket(QCPPainter* painter, const ColumnSpan& span) const {
  const QFontMetrics metrics(painter->font());
  const QColor colour = componentColour(span.component, parentPlot()->palette());
  // What of it is in view.
  const double left = std::max<double>(m_rect->left(), pixelOf(m_columns->columns[span.first].x - 0.42));
  const double right = std::min<double>(m_rect->right(), pixelOf(m_columns->columns[span.last].x + 0.42));
  if (right - left < 2) return;
  const int top = m_rect->bottom() + metrics.height() + 2 * kGap;
  painter->fillRect(QRectF(left, top, right - left, 3), colour);

  // Groups: one that is opened has several columns.
  size_t count = 1;
  for (size_t i = span.first + 1; i <= span.last; ++i)
    count += m_columns->columns[i].group != m_columns->columns[i - 1].group;
  const QString title = componentTitle(span.component);
  const QString counted = count > 1 ? QStringLiteral("%1 \u00b7 %2").arg(title).arg(count) : title;
  // Into the gap as well: names of short components need it.
  const double room = right - left + std::min(pixelOf(0.9) - pixelOf(0), 30.0);
  const QString shown = metrics.horizontalAdvance(counted) <= room ? counted
                        : metrics.horizontalAdvance(title) <= room
                            ? title
                            : metrics.elidedText(title, Qt::ElideRight, int(room));
  painter->setPen(parentPlot()->palette().color(QPalette::Text));
  painter->drawText(QRectF(left - 200, top + 3 + kGap, right - left + 400, metrics.height()),
                    Qt::AlignHCenter | Qt::AlignTop, shown);
}

}  // namespace espalier
