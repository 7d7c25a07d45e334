#pragma once

#include <QStyledItemDelegate>

namespace espalier {

class PictureCache;
struct WordDifference;

// Draws a pair as a card: the picture, its pixels kept sharp, what is asked and expected, and both answers
// marked by colour and by sign; words in which an answer differs from the one above it are underlined.
class PairDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  PairDelegate(PictureCache& pictures, QObject* parent);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  // As wide as the view has room for; to be followed by a new layout of the view.
  void setCardWidth(int width) { m_cardWidth = width; }
  static int heightFor(const QFontMetrics& metrics);

 private:
  void drawPicture(QPainter* painter, const QRect& place, const QString& path, const QPalette& palette) const;
  // The question over the whole place, below it the answers from answersLeft on.
  void drawText(QPainter* painter, const QRect& place, int answersLeft, const QStyleOptionViewItem& option,
                const QModelIndex& index) const;
  // against: the answer whose words are compared; what differs is marked.
  void drawAnswer(QPainter* painter, const QRect& place, const QString& who, const QVariant& answer,
                  const QVariant& against, bool right, bool faint, const QStyleOptionViewItem& whole,
                  bool outdated = false) const;
  void drawWords(QPainter* painter, const QRect& place, const WordDifference& said,
                 const QStyleOptionViewItem& option) const;

  PictureCache& m_pictures;
  int m_cardWidth = 240;
};

}  // namespace espalier
