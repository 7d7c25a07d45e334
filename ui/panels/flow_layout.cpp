#include "ui/panels/flow_layout.h"

#include <QWidget>
#include <algorithm>

namespace espalier {

FlowLayout::FlowLayout(int gap, QWidget* parent) : QLayout(parent), m_gap(gap) {}

FlowLayout::~FlowLayout() {
  while (QLayoutItem* item = takeAt(0)) delete item;
}

void FlowLayout::addItem(QLayoutItem* item) {
  m_items.append(item);
}

QLayoutItem* FlowLayout::takeAt(int index) {
  return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const {
  return arrange(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const auto* item : m_items) size = size.expandedTo(item->minimumSize());
  const QMargins m = contentsMargins();
  return size + QSize(m.left() + m.right(), m.top() + m.bottom());
}

QSize FlowLayout::sizeHint() const {
  QSize size(-m_gap, 0);
  for (auto* item : m_items)
    if (!item->isEmpty())
      size = QSize(size.width() + m_gap + item->sizeHint().width(),
                   std::max(size.height(), item->sizeHint().height()));
  const QMargins m = contentsMargins();
  return size.expandedTo({0, 0}) + QSize(m.left() + m.right(), m.top() + m.bottom());
}

void FlowLayout::setGeometry(const QRect& place) {
  QLayout::setGeometry(place);
  arrange(place, true);
}

int FlowLayout::arrange(const QRect& place, bool move) const {
  const QMargins m = contentsMargins();
  const QRect inside = place.adjusted(m.left(), m.top(), -m.right(), 0);
  QList<std::pair<QLayoutItem*, QSize>> row;
  int x = 0, y = inside.top();
  const auto endRow = [&] {
    int height = 0;
    for (const auto& [item, size] : row) height = std::max(height, size.height());
    int at = inside.left();
    for (const auto& [item, size] : row) {
      const QPoint corner(at, y + (height - size.height()) / 2);
      if (move) item->setGeometry(QRect(corner, size));
      at += size.width() + m_gap;
    }
    y += height;
    row.clear();
    x = 0;
  };
  for (auto* item : m_items) {
    if (item->isEmpty()) continue;
    const QSize size(std::min(item->sizeHint().width(), std::max(1, inside.width())),
                     item->sizeHint().height());
    if (!row.isEmpty() && x + size.width() > inside.width()) {
      endRow();
      y += m_gap / 3;
    }
    row.append({item, size});
    x += size.width() + m_gap;
  }
  endRow();
  return y - place.top() + m.bottom();
}

}  // namespace espalier
