#include "ui/items/fraction_delegate.h"

#include <QDoubleSpinBox>
#include <QPainter>

#include "ui/base/theme.h"
#include "ui/items/block_model.h"

namespace espalier {

namespace {

constexpr int kShortestBar = 70, kCellSide = 6;

int numberWidth(const QFontMetrics& metrics) {
  return metrics.horizontalAdvance(QStringLiteral("100.0 %")) + 8;
}

}  // namespace

QRect FractionDelegate::barIn(const QRect& cell, const QFontMetrics& metrics) {
  return QRect(cell.left() + kCellSide, cell.center().y() - 5,
               cell.width() - numberWidth(metrics) - 2 * kCellSide, 10);
}

QSize FractionDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {kShortestBar + numberWidth(option.fontMetrics) + 2 * kCellSide, option.fontMetrics.height() + 8};
}

void FractionDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
  painter->save();
  const QPalette& palette = option.palette;
  const bool selected = option.state & QStyle::State_Selected;
  if (selected) painter->fillRect(option.rect, palette.color(QPalette::Highlight));
  const QColor ink = palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
  QColor track = palette.color(QPalette::Midlight);
  if (selected) {
    track = ink;
    track.setAlphaF(0.3f);
  }
  const double fraction = index.data(BlockModel::FractionRole).toDouble();
  const QRectF bar = barIn(option.rect, option.fontMetrics);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(Qt::NoPen);
  painter->setBrush(track);
  painter->drawRoundedRect(bar, 3, 3);
  painter->setBrush(selected ? ink : palette.color(QPalette::Highlight));
  QRectF filled = bar;
  filled.setWidth(bar.width() * fraction);
  painter->drawRoundedRect(filled, 3, 3);
  // The handle.
  painter->setBrush(ink);
  painter->drawRoundedRect(QRectF(filled.right() - 2, bar.top() - 2, 4, bar.height() + 4), 2, 2);
  painter->setPen(ink);
  painter->drawText(option.rect.adjusted(0, 0, -kCellSide, 0), Qt::AlignRight | Qt::AlignVCenter,
                    index.data().toString());
  painter->restore();
}

QWidget* FractionDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                        const QModelIndex&) const {
  auto* spin = new QDoubleSpinBox(parent);
  spin->setRange(0, 100);
  spin->setDecimals(1);
  spin->setSuffix(tr(" %"));
  spin->setAccessibleName(tr("Sparsity"));
  return spin;
}

void FractionDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
  static_cast<QDoubleSpinBox*>(editor)->setValue(index.data(Qt::EditRole).toDouble());
}

void FractionDelegate::setModelData(QWidget* editor, QAbstractItemModel* model,
                                    const QModelIndex& index) const {
  auto* spin = static_cast<QDoubleSpinBox*>(editor);
  spin->interpretText();
  model->setData(index, spin->value(), Qt::EditRole);
}

}  // namespace espalier
