#include "ui/plot/density_map.h"

#include <QEvent>
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kMargin = 8, kEdge = 34;  // pixels of the bars along the edges

}  // namespace

DensityMap::DensityMap(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Mask"));
  setWhatsThis(tr(
      "Where the matrix keeps its weights: each cell is darker the more of them stay. The bars at the right "
      "and below say how much each row (output) and column (input) keeps; lines part attention heads."));
}

void DensityMap::setView(std::optional<MatrixView> view) {
  m_view = std::move(view);
  if (m_view)
    setAccessibleDescription(tr("%1: %2 by %3, %4 kept")
                                 .arg(text(m_view->name))
                                 .arg(m_view->rows)
                                 .arg(m_view->columns)
                                 .arg(percent(m_view->kept)));
  render();
  update();
}

void DensityMap::render() {
  m_image = {};
  if (!m_view) return;
  const QColor none = palette().color(QPalette::Base), all = palette().color(QPalette::Highlight);
  m_image = QImage(int(m_view->gridColumns), int(m_view->gridRows), QImage::Format_RGB32);
  for (int r = 0; r < m_image.height(); ++r) {
    auto* line = reinterpret_cast<QRgb*>(m_image.scanLine(r));
    for (int c = 0; c < m_image.width(); ++c) {
      const double d = m_view->density[size_t(r) * size_t(m_view->gridColumns) + size_t(c)];
      const auto mix = [&](int from, int to) { return int(from + (to - from) * d); };
      line[c] =
          qRgb(mix(none.red(), all.red()), mix(none.green(), all.green()), mix(none.blue(), all.blue()));
    }
  }
}

QRect DensityMap::mapRect() const {
  return rect().adjusted(kMargin, kMargin, -kMargin - kEdge, -kMargin - kEdge);
}

void DensityMap::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Base));
  if (!m_view) return;
  const Shades& shades = shadesFor(palette());
  const QRect map = mapRect();
  painter.drawImage(map, m_image);
  painter.setPen(QPen(shades.axis, 1));
  painter.drawRect(map.adjusted(-1, -1, 0, 0));
  const auto& v = *m_view;
  for (int64_t h = 1; h < v.heads; ++h) {
    painter.setPen(QPen(shades.cap, 1, Qt::DashLine));
    if (v.headsInColumns) {
      const int x = map.left() + int(map.width() * h / v.heads);
      painter.drawLine(x, map.top(), x, map.bottom());
    } else {
      const int y = map.top() + int(map.height() * h / v.heads);
      painter.drawLine(map.left(), y, map.right(), y);
    }
  }
  const QColor bar = palette().color(QPalette::Highlight);
  const QRect right(map.right() + 6, map.top(), kEdge - 6, map.height());
  const QRect below(map.left(), map.bottom() + 6, map.width(), kEdge - 6);
  painter.fillRect(right, palette().color(QPalette::AlternateBase));
  painter.fillRect(below, palette().color(QPalette::AlternateBase));
  for (int64_t r = 0; r < v.gridRows; ++r) {
    const int top = right.top() + int(right.height() * r / v.gridRows);
    const int bottom = right.top() + int(right.height() * (r + 1) / v.gridRows);
    painter.fillRect(
        QRectF(right.left(), top, right.width() * double(v.rowKept[size_t(r)]), std::max(1, bottom - top)),
        bar);
  }
  for (int64_t c = 0; c < v.gridColumns; ++c) {
    const int left = below.left() + int(below.width() * c / v.gridColumns);
    const int end = below.left() + int(below.width() * (c + 1) / v.gridColumns);
    painter.fillRect(
        QRectF(left, below.top(), std::max(1, end - left), below.height() * double(v.columnKept[size_t(c)])),
        bar);
  }
}

bool DensityMap::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && m_view) {
    auto* help = static_cast<QHelpEvent*>(event);
    const QRect map = mapRect();
    if (map.contains(help->pos())) {
      const int64_t r = (help->pos().y() - map.top()) * m_view->gridRows / map.height();
      const int64_t c = (help->pos().x() - map.left()) * m_view->gridColumns / map.width();
      QToolTip::showText(help->globalPos(),
                         tr("Around row %1, column %2: %3 kept")
                             .arg(r * m_view->rows / m_view->gridRows)
                             .arg(c * m_view->columns / m_view->gridColumns)
                             .arg(percent(double(m_view->density[size_t(r * m_view->gridColumns + c)]))),
                         this);
      return true;
    }
    // The bars along the edges.
    const auto edge = [&](const QString& said) {
      QToolTip::showText(help->globalPos(), said, this);
      return true;
    };
    const auto& v = *m_view;
    if (help->pos().x() > map.right() && help->pos().y() >= map.top() && help->pos().y() <= map.bottom()) {
      const int64_t r = (help->pos().y() - map.top()) * v.gridRows / map.height();
      return edge(tr("Near row %1 (an output): it keeps %2 of its inputs")
                      .arg(r * v.rows / v.gridRows)
                      .arg(percent(double(v.rowKept[size_t(r)]))));
    }
    if (help->pos().y() > map.bottom() && help->pos().x() >= map.left() && help->pos().x() <= map.right()) {
      const int64_t c = (help->pos().x() - map.left()) * v.gridColumns / map.width();
      return edge(tr("Near column %1 (an input): %2 of the outputs keep it")
                      .arg(c * v.columns / v.gridColumns)
                      .arg(percent(double(v.columnKept[size_t(c)]))));
    }
  }
  return QWidget::event(event);
}

void DensityMap::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) render();
}

HistogramView::HistogramView(const QString& title, const QString& help, QWidget* parent)
    : QWidget(parent), m_title(title) {
  setAccessibleName(title);
  setToolTip(help);
  setWhatsThis(help);
}

void HistogramView::setHistograms(const Histogram& back, const Histogram& front) {
  m_back = back;
  m_front = front;
  update();
}

void HistogramView::setThreshold(std::optional<double> at, const QString& label) {
  m_threshold = at;
  m_label = label;
  update();
}

// What the two colours are, where there is room beside the title.
void HistogramView::paintKey(QPainter& painter) const {
  if (m_back.counts.empty()) return;
  const int line = fontMetrics().height(), side = line / 2, gap = 4;
  const std::pair<QString, QColor> keys[] = {{tr("kept"), palette().color(QPalette::Highlight)},
                                             {tr("all"), palette().color(QPalette::Mid)}};
  int right = width() - kMargin;
  const int least = kMargin + fontMetrics().horizontalAdvance(m_title) + 3 * gap;
  int whole = 0;
  for (const auto& [said, colour] : keys)
    whole += fontMetrics().horizontalAdvance(said) + gap + side + 2 * gap;
  if (right - whole < least) return;
  for (const auto& [said, colour] : keys) {
    const int wide = fontMetrics().horizontalAdvance(said);
    painter.setPen(shadesFor(palette()).muted);
    painter.drawText(QRect(right - wide, 2, wide, line), Qt::AlignLeft | Qt::AlignTop, said);
    right -= wide + gap + side;
    painter.fillRect(QRect(right, 2 + (line - side) / 2, side, side), colour);
    right -= 2 * gap;
  }
}

void HistogramView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Shades& shades = shadesFor(palette());
  painter.fillRect(rect(), palette().color(QPalette::Base));
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(rect().adjusted(kMargin, 2, -kMargin, 0), Qt::AlignLeft | Qt::AlignTop, m_title);
  const int line = fontMetrics().height();
  paintKey(painter);
  const QRectF plot = QRectF(rect()).adjusted(kMargin, line + 6, -kMargin, -line - 6);
  painter.setPen(QPen(shades.axis, 1));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  int64_t most = 0;
  for (int64_t n : m_back.counts) most = std::max(most, n);
  if (most == 0) return;
  const auto bars = [&](const Histogram& h, const QColor& colour) {
    const double each = plot.width() / double(std::max<size_t>(1, h.counts.size()));
    for (size_t i = 0; i < h.counts.size(); ++i) {
      const double height = plot.height() * double(h.counts[i]) / double(most);
      painter.fillRect(
          QRectF(plot.left() + each * double(i), plot.bottom() - height, std::max(1.0, each - 0.5), height),
          colour);
    }
  };
  bars(m_back, palette().color(QPalette::Mid));
  bars(m_front, palette().color(QPalette::Highlight));
  const QRectF foot(plot.left(), plot.bottom() + 2, plot.width(), line);
  QRectF label;
  if (m_threshold) {
    const double part = std::clamp((*m_threshold - m_back.from) / (m_back.to - m_back.from), 0.0, 1.0);
    const double x = plot.left() + part * plot.width();
    painter.setPen(QPen(shades.cap, 2));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    const double width = fontMetrics().horizontalAdvance(m_label) + 2;
    label = QRectF(std::clamp(x - width / 2, plot.left(), plot.right() - width), foot.top(), width, line);
    painter.drawText(label, Qt::AlignCenter, m_label);
  }
  // The ends of the scale, where the threshold leaves room.
  painter.setPen(shades.muted);
  const auto end = [&](Qt::Alignment side, double value) {
    const QString said = shortNumber(value);
    const QRectF place(
        side == Qt::AlignLeft ? foot.left() : foot.right() - fontMetrics().horizontalAdvance(said) - 1,
        foot.top(), fontMetrics().horizontalAdvance(said) + 1, line);
    if (label.isNull() || !place.adjusted(-4, 0, 4, 0).intersects(label))
      painter.drawText(place, side | Qt::AlignTop, said);
  };
  end(Qt::AlignLeft, m_back.from);
  end(Qt::AlignRight, m_back.to);
}

}  // namespace espalier
