#pragma once

#include <QStyledItemDelegate>

namespace espalier {

// Draws the cells of the before/after table: under an accuracy a thin bar with its interval, a difference in
// colour and weight by what it means, outdated figures faint.
class AccuracyDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace espalier
