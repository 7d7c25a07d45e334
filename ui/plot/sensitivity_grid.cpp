#include "ui/plot/sensitivity_grid.h"

#include <QHelpEvent>
#include <QKeyEvent>
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

constexpr int kNarrowestCell = 104, kCellHeight = 84, kCellGap = 6;

}  // namespace

SensitivityGrid::SensitivityGrid(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Sensitivity of each block"));
  setWhatsThis(
      tr("For each block, what pruning it alone adds to the loss (vertical) as its sparsity grows "
         "(horizontal). A steep curve is a block that should keep its weights; the mark is where the plan "
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
  QColor fill = palette().color(QPalette::AlternateBase);
  if (selected) {
    fill = palette().color(QPalette::Highlight);
    fill.setAlphaF(0.16f);
  }
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
  const QRectF plot = QRectF(rect).adjusted(8, metrics.height() + 8, -8, -8);
  painter.setPen(QPen(shades.axis, 1));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  if (!cell.curve) {
    painter.setPen(shades.muted);
    painter.drawText(plot, Qt::AlignCenter, QStringLiteral("\u2013"));
    return;
  }
  double most = 0;
  for (double v : cell.curve->value) most = std::max(most, v);
  if (m_shared) most = highest();
  if (most <= 0) most = 1;
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
