#include "ui/plot/sensitivity_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>

#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/plot_export.h"

namespace espalier {

namespace {

constexpr int kNarrowestCell = 118, kCellHeight = 112, kCellGap = 6;

}  // namespace

SensitivityGrid::SensitivityGrid(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Sensitivity of each block"));
  setWhatsThis(tr(
      "For each block, what pruning it alone adds to the loss (upwards; of the held-out calibration pairs, "
      "cross-entropy of a token) as its sparsity grows (to the right, from 0 to 100 %). A steep curve is a "
      "block that should keep its weights; the mark is where the plan "
      "has it now."));
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void SensitivityGrid::setCells(std::vector<Cell> cells) {
  const bool resized = cells.size() != m_cells.size();
  m_cells = std::move(cells);
  if (resized) updateGeometry();
  update();
}

void SensitivityGrid::setSelection(const std::set<std::string>& groups, const std::string& current) {
  m_selected = groups;
  m_current = current;
  update();
}

void SensitivityGrid::setShared(bool shared) {
  m_shared = shared;
  update();
}

int SensitivityGrid::columnsFor(int width) const {
  return std::max(1, (width - kCellGap) / (kNarrowestCell + kCellGap));
}

int SensitivityGrid::heightForWidth(int width) const {
  const int columns = columnsFor(width);
  const int rows = (int(m_cells.size()) + columns - 1) / columns;
  return std::max(1, rows) * (kCellHeight + kCellGap) + kCellGap;
}

QRect SensitivityGrid::cellRect(int index) const {
  const int columns = columnsFor(width());
  const int each = (width() - kCellGap) / columns;
  return QRect(kCellGap + (index % columns) * each, kCellGap + (index / columns) * (kCellHeight + kCellGap),
               each - kCellGap, kCellHeight);
}

int SensitivityGrid::at(const QPoint& position) const {
  for (int i = 0; i < int(m_cells.size()); ++i)
    if (cellRect(i).contains(position)) return i;
  return -1;
}

double SensitivityGrid::highest() const {
  double most = 0;
  for (const auto& cell : m_cells)
    if (cell.curve)
      for (double v : cell.curve->value) most = std::max(most, v);
  return most > 0 ? most : 1;
}

QString SensitivityGrid::csv() const {
  QString out = QStringLiteral("group,component,sparsity,loss_added\n");
  for (const auto& cell : m_cells)
    for (size_t i = 0; cell.curve && i < cell.curve->sparsity.size(); ++i)
      out += QStringLiteral("\"%1\",\"%2\",%3,%4\n")
                 .arg(text(cell.group), text(cell.component))
                 .arg(cell.curve->sparsity[i], 0, 'g', 17)
                 .arg(cell.curve->value[i], 0, 'g', 17);
  return out;
}

QString SensitivityGrid::exportTo(const QString& file) {
  return exportWidget(*this, csv(), file);
}

void SensitivityGrid::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.fillRect(event->rect(), palette().color(QPalette::Base));
  painter.setRenderHint(QPainter::Antialiasing);
  for (int i = 0; i < int(m_cells.size()); ++i)
    if (const QRect rect = cellRect(i); rect.intersects(event->rect()))
      paintCell(painter, m_cells[size_t(i)], rect);
}

void SensitivityGrid::paintCell(QPainter& painter, const Cell& cell, const QRect& rect) const {
  const Shades& shades = shadesFor(palette());
  const bool current = cell.group == m_current, selected = m_selected.contains(cell.group);
  const QColor fill = selected ? selectionFill(palette()) : palette().color(QPalette::AlternateBase);
  painter.setPen(QPen(current ? palette().color(QPalette::Highlight) : shades.hairline, current ? 2 : 1));
  painter.setBrush(fill);
  painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);

  const QColor colour = componentColour(cell.component, palette());
  const QFontMetrics metrics(font());
  const QRect title = rect.adjusted(7, 3, -6, 0);
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(title, Qt::AlignLeft | Qt::AlignTop,
                   metrics.elidedText(shortComponentTitle(cell.component) + ' ' + shortBlockLabel(cell.group),
                                      Qt::ElideMiddle, title.width()));
  double most = 0;
  if (cell.curve)
    for (double v : cell.curve->value) most = std::max(most, v);
  if (m_shared) most = highest();
  if (most <= 0) most = 1;
  const QRectF plot = paintAxes(painter, rect.adjusted(6, metrics.height() + 6, -8, -4), most);
  painter.setFont(font());
  if (!cell.curve) {
    painter.setPen(shades.muted);
    painter.drawText(plot, Qt::AlignCenter, QStringLiteral("\u2013"));
    return;
  }
  const auto place = [&](double s, double v) {
    return QPointF(plot.left() + s * plot.width(),
                   plot.bottom() - std::clamp(v / most, 0.0, 1.0) * plot.height());
  };
  QPainterPath line;
  for (size_t i = 0; i < cell.curve->sparsity.size(); ++i) {
    const QPointF p = place(cell.curve->sparsity[i], cell.curve->value[i]);
    i ? line.lineTo(p) : line.moveTo(p);
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(colour, 2));
  painter.drawPath(line);
  const QPointF mark = place(cell.sparsity, cell.curve->at(cell.sparsity));
  painter.setPen(QPen(shades.axis, 1, Qt::DotLine));
  painter.drawLine(QPointF(mark.x(), plot.top()), QPointF(mark.x(), plot.bottom()));
  painter.setPen(QPen(palette().color(QPalette::Base), 1));
  painter.setBrush(palette().color(QPalette::Text));
  painter.drawEllipse(mark, 4, 4);
}

// Loss added upwards, from nothing to `most`; sparsity to the right, from nothing to all. Gives what is left
// for the curve.
QRectF SensitivityGrid::paintAxes(QPainter& painter, const QRect& place, double most) const {
  const Shades& shades = shadesFor(palette());
  QFont small = font();
  small.setPointSizeF(small.pointSizeF() * 0.8);
  painter.setFont(small);
  const QFontMetrics metrics(small);
  const QString top = '+' + shortNumber(most), zero = QLocale().toString(0), all = percent(1, 0);
  const int left = std::max(metrics.horizontalAdvance(top), metrics.horizontalAdvance(zero)) + 4;
  const QRectF plot = QRectF(place).adjusted(left, metrics.height() / 2.0, 0, -metrics.height() - 1);
  painter.setPen(QPen(shades.axis, 1));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  painter.drawLine(plot.bottomLeft(), plot.topLeft());
  painter.setPen(shades.muted);
  const auto beside = [&](double y) {
    return QRectF(place.left(), y - metrics.height() / 2.0, left - 4, metrics.height());
  };
  painter.drawText(beside(plot.top()), Qt::AlignRight | Qt::AlignVCenter, top);
  painter.drawText(beside(plot.bottom()), Qt::AlignRight | Qt::AlignVCenter, zero);
  const QRectF below(plot.left(), plot.bottom() + 1, plot.width(), metrics.height());
  painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, percent(0, 0));
  painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter, all);
  return plot;
}

void SensitivityGrid::mousePressEvent(QMouseEvent* event) {
  const int index = at(event->position().toPoint());
  if (event->button() == Qt::LeftButton && index >= 0)
    Q_EMIT chosen(m_cells[size_t(index)].group, event->modifiers() & Qt::ControlModifier);
}

void SensitivityGrid::keyPressEvent(QKeyEvent* event) {
  int index = -1;
  for (int i = 0; i < int(m_cells.size()); ++i)
    if (m_cells[size_t(i)].group == m_current) index = i;
  const int columns = columnsFor(width());
  int by = 0;
  switch (event->key()) {
    case Qt::Key_Left:
      by = -1;
      break;
    case Qt::Key_Right:
      by = 1;
      break;
    case Qt::Key_Up:
      by = -columns;
      break;
    case Qt::Key_Down:
      by = columns;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  if (m_cells.empty()) return;
  const int next = index < 0 ? 0 : std::clamp(index + by, 0, int(m_cells.size()) - 1);
  Q_EMIT chosen(m_cells[size_t(next)].group, event->modifiers() & Qt::ShiftModifier);
}

bool SensitivityGrid::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    auto* help = static_cast<QHelpEvent*>(event);
    const int index = at(help->pos());
    if (index >= 0) {
      const Cell& cell = m_cells[size_t(index)];
      QString said = text(cell.group);
      if (cell.curve)
        said += "\n" + tr("At %1 sparsity it alone adds %2 to the loss")
                           .arg(percent(cell.sparsity), shortNumber(cell.curve->at(cell.sparsity)));
      QToolTip::showText(help->globalPos(), said, this);
      return true;
    }
  }
  return QWidget::event(event);
}

}  // namespace espalier
