#pragma once

#include <QStyledItemDelegate>

namespace espalier {

// Draws BlockModel's sparsity as a bar with its number, and edits it as a percentage.
class FractionDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const override;
  void setEditorData(QWidget* editor, const QModelIndex& index) const override;
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

  // Where the bar of a cell lies: its whole length is a sparsity of 1.
  static QRect barIn(const QRect& cell, const QFontMetrics& metrics);
};

}  // namespace espalier
