#include "ui/items/accuracy_delegate.h"

#include <QPainter>

#include "ui/base/theme.h"
#include "ui/items/result_model.h"

namespace espalier {

namespace {

constexpr int kSide = 6, kBarHeight = 3, kBelow = 4;

void drawBar(QPainter* painter, const QRect& cell, const QModelIndex& index, const QPalette& palette) {
  const double accuracy = index.data(ResultModel::AccuracyRole).toDouble();
  const double low = index.data(ResultModel::LowRole).toDouble(),
               high = index.data(ResultModel::HighRole).toDouble();
  const QRectF track(cell.left() + kSide, cell.bottom() - kBelow - kBarHeight, cell.width() - 2 * kSide,
                     kBarHeight);
  const auto at = [&](double fraction) { return track.left() + fraction * track.width(); };
  painter->fillRect(track, palette.color(QPalette::Midlight));
  QColor fill = palette.color(QPalette::Highlight);
  painter->fillRect(QRectF(track.left(), track.top(), at(accuracy) - track.left(), track.height()), fill);
  painter->setPen(QPen(palette.color(QPalette::Text), 1));
  const double middle = track.center().y();
  painter->drawLine(QPointF(at(low), middle), QPointF(at(high), middle));
  for (double end : {low, high})
    painter->drawLine(QPointF(at(end), middle - 2.5), QPointF(at(end), middle + 2.5));
}

}  // namespace

QSize AccuracyDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QFont bold = option.font;
  bold.setBold(true);
  const int width = QFontMetrics(bold).horizontalAdvance(index.data().toString()) + 2 * kSide + 4;
  return {width, option.fontMetrics.height() + kBarHeight + 2 * kBelow + 2};
}

void AccuracyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
  painter->save();
  const QPalette& palette = option.palette;
  const Shades& shades = shadesFor(palette);
  if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, selectionFill(palette));
  const int column = index.column();
  const bool ofPruned = column == ResultModel::Pruned || column == ResultModel::Difference ||
                        column == ResultModel::IntervalColumn || column == ResultModel::Loss;
  // Of an earlier plan: quieter, and still to be read.
  const bool outdated = ofPruned && index.data(ResultModel::OutdatedRole).toBool();

  QFont font = option.font;
  QColor colour = palette.color(QPalette::Text);
  const int sign = index.data(ResultModel::SignRole).toInt();
  if (sign != 0) colour = sign < 0 ? shades.wrong : shades.right;
  if (sign != 0 || index.row() == 0) font.setBold(true);
  if (column == ResultModel::IntervalColumn || column == ResultModel::Pairs || outdated)
    colour = shades.muted;
  font.setItalic(outdated);
  painter->setFont(font);
  painter->setPen(colour);
  const bool hasBar = index.data(ResultModel::AccuracyRole).isValid();
  const QRect place = option.rect.adjusted(kSide, 0, -kSide, hasBar ? -kBarHeight - 3 : 0);
  const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
  painter->drawText(place, int(alignment),
                    QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideMiddle, place.width()));
  if (outdated) painter->setOpacity(0.45);
  if (hasBar) drawBar(painter, option.rect, index, palette);
  painter->restore();
}

}  // namespace espalier
