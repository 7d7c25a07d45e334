#include "ui/plot/level_marks.h"

#include <algorithm>
#include <cmath>

#include "ui/base/theme.h"

namespace espalier {

LevelMarks::LevelMarks(QCPAxisRect* rect, const ChartColumns* columns)
    : QCPLayerable(rect->parentPlot(), QStringLiteral("overlay")), m_rect(rect), m_columns(columns) {}

double LevelMarks::highest() const {
  double highest = 0;
  for (const auto& l : levels)
    for (const double value : l.values)
      if (!std::isnan(value)) highest = std::max(highest, value);
  return highest;
}

void LevelMarks::applyDefaultAntialiasingHint(QCPPainter* painter) const {
  painter->setAntialiasing(true);
}

// By dash as well as by colour.
void LevelMarks::draw(QCPPainter* painter) {
  static const Qt::PenStyle kDashes[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
  const auto* x = m_rect->axis(QCPAxis::atBottom);
  const auto* y = m_rect->axis(QCPAxis::atLeft);
  painter->setFont(parentPlot()->font());
  const QFontMetricsF metrics(painter->font());
  const QPalette palette = parentPlot()->palette();
  double at = m_rect->left() + 6;
  for (size_t i = 0; i < levels.size(); ++i) {
    painter->setPen(QPen(seriesColour(int(i), palette), 2, kDashes[i % 4], Qt::FlatCap));
    const auto& values = levels[i].values;
    for (size_t c = 0; c < std::min(values.size(), m_columns->columns.size()); ++c) {
      if (std::isnan(values[c])) continue;
      const double left = std::max<double>(m_rect->left(), x->coordToPixel(m_columns->columns[c].x - 0.5)),
                   right = std::min<double>(m_rect->right(), x->coordToPixel(m_columns->columns[c].x + 0.5));
      const double level = y->coordToPixel(values[c]);
      if (left < right) painter->drawLine(QPointF(left, level), QPointF(right, level));
    }
    const double row = m_rect->top() + metrics.height() / 2;
    painter->drawLine(QPointF(at, row), QPointF(at + 22, row));
    painter->setPen(palette.color(QPalette::Text));
    const double width = metrics.horizontalAdvance(levels[i].name);
    painter->drawText(QRectF(at + 27, m_rect->top(), width + 2, metrics.height()),
                      Qt::AlignLeft | Qt::AlignVCenter, levels[i].name);
    at += 27 + width + 18;
  }
}

}  // namespace espalier
