#include "ui/panels/similarity_bars.h"

#include <QLocale>
#include <QPainter>

#include "ui/base/theme.h"
#include "ui/items/picture_cache.h"

namespace espalier {

namespace {

constexpr int kMargin = 8, kBetween = 6, kNarrowestColumn = 290;

QString similarityText(double value) {
  return QLocale().toString(value, 'f', 3);
}

}  // namespace

SimilarityBars::SimilarityBars(PictureCache& pictures, QWidget* parent)
    : QWidget(parent), m_pictures(pictures) {
  setAccessibleName(tr("Most alike pictures"));
  setWhatsThis(
      tr("The pictures most like the text, before and after pruning. A bar is as long as the "
         "similarity is great, "
         "from 0 on, on one scale for both; the tick marks the text's own picture. The number in front is "
         "its place "
         "among all "
         "pictures."));
  connect(&m_pictures, &PictureCache::arrived, this, qOverload<>(&QWidget::update));
}

void SimilarityBars::setLists(std::vector<List> lists) {
  m_lists = std::move(lists);
  QStringList said;
  for (const auto& list : m_lists) {
    said << list.title;
    for (const auto& row : list.rows)
      said << tr("%1. %2: %3%4")
                  .arg(row.rank)
                  .arg(row.text, similarityText(row.similarity), row.own ? tr(", its own") : QString());
  }
  setAccessibleDescription(said.join('\n'));
  updateGeometry();
  update();
}

double SimilarityBars::barPlace(double similarity, double low, double high) {
  return high > low ? std::clamp((similarity - low) / (high - low), 0.0, 1.0) : 0.0;
}

int SimilarityBars::lineHeight() const {
  return fontMetrics().height() + 10;
}

int SimilarityBars::listHeight(const List& list) const {
  return int(list.rows.size() + 1) * lineHeight();
}

int SimilarityBars::columns() const {
  return width() < int(m_lists.size()) * kNarrowestColumn ? 1 : std::max(1, int(m_lists.size()));
}

QSize SimilarityBars::sizeHint() const {
  int highest = 0, all = 0;
  for (const auto& list : m_lists) {
    highest = std::max(highest, listHeight(list));
    all += listHeight(list) + kMargin;
  }
  return {420, columns() == 1 ? kMargin + all : 2 * kMargin + highest};
}

void SimilarityBars::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  updateGeometry();
}

void SimilarityBars::paintEvent(QPaintEvent*) {
  if (m_lists.empty()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  // One scale for both, from 0 on, so that bars can be compared; dissimilar pictures go to the left of it.
  double low = 0, high = 0;
  for (const auto& list : m_lists)
    for (const auto& row : list.rows)
      low = std::min(low, row.similarity), high = std::max(high, row.similarity);
  const int columns = this->columns(), width = (this->width() - (columns + 1) * kMargin) / columns;
  QPoint at(kMargin, kMargin);
  for (const auto& list : m_lists) {
    paintList(painter, QRect(at, QSize(width, listHeight(list))), list, low, high);
    at += columns > 1 ? QPoint(width + kMargin, 0) : QPoint(0, listHeight(list) + kMargin);
  }
}

void SimilarityBars::paintList(QPainter& painter, const QRect& place, const List& list, double low,
                               double high) const {
  const Shades& shades = shadesFor(palette());
  const int line = lineHeight();
  const QFontMetrics metrics = fontMetrics();
  QRect row(place.left(), place.top(), place.width(), line);
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(list.title, Qt::ElideRight, row.width()));
  const int rankWidth = metrics.horizontalAdvance(QStringLiteral("000.")) + kBetween;
  const int valueWidth = metrics.horizontalAdvance(similarityText(-0.888)) + kBetween;
  const int signWidth = metrics.horizontalAdvance(QStringLiteral("\u2713")) + kBetween;
  for (const auto& r : list.rows) {
    row.translate(0, line);
    QRect rest = row;
    painter.setPen(shades.muted);
    painter.drawText(QRect(rest.left(), rest.top(), rankWidth - kBetween, line),
                     Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("%1.").arg(r.rank));
    rest.setLeft(rest.left() + rankWidth);
    if (!r.picture.isEmpty()) {
      const QRect frame(rest.left(), rest.top() + 2, line - 4, line - 4);
      if (const QImage image = m_pictures.picture(r.picture); !image.isNull()) {
        QRect target(QPoint(), image.size().scaled(frame.size(), Qt::KeepAspectRatio));
        target.moveCenter(frame.center());
        painter.setRenderHint(QPainter::SmoothPixmapTransform, image.width() > target.width());
        painter.drawImage(target, image);
      }
      rest.setLeft(frame.right() + kBetween);
    }
    // Text on the left half of what is left, its bar and value on the right one.
    const int textWidth = rest.width() * 9 / 20;
    painter.setPen(r.own ? shades.right : palette().color(QPalette::Text));
    if (r.own)
      painter.drawText(QRect(rest.left(), rest.top(), signWidth, line), Qt::AlignLeft | Qt::AlignVCenter,
                       QStringLiteral("\u2713"));
    const QRect words(rest.left() + signWidth, rest.top(), textWidth - signWidth - kBetween, line);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(r.text, Qt::ElideRight, words.width()));
    const QRect room(rest.left() + textWidth, rest.top() + line / 4, rest.width() - textWidth - valueWidth,
                     line / 2);
    const auto at = [&](double v) { return room.left() + room.width() * barPlace(v, low, high); };
    painter.setPen(Qt::NoPen);
    painter.setBrush(shades.grid);
    painter.drawRoundedRect(room, 2, 2);
    painter.setBrush(r.own ? shades.right : shades.muted);
    painter.drawRoundedRect(
        QRectF(QPointF(at(0), room.top()), QPointF(at(r.similarity), room.bottom() + 1)).normalized(), 2, 2);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRect(room.right(), row.top(), valueWidth, line), Qt::AlignRight | Qt::AlignVCenter,
                     similarityText(r.similarity));
  }
}

}  // namespace espalier
