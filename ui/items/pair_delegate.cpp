#include "ui/items/pair_delegate.h"

#include <QFileInfo>
#include <QPainter>

#include "ui/base/theme.h"
#include "ui/items/pair_model.h"
#include "ui/items/picture_cache.h"
#include "ui/items/word_difference.h"

namespace espalier {

namespace {

constexpr int kPadding = 8, kGap = 10, kLineGap = 2, kAccent = 4;
// With room for fewer characters beside the picture the question goes above it.
constexpr int kFewCharacters = 28;

// What stands at the right end of a card's first line.
struct Badge {
  QString whole, brief;  // brief: where the question needs the room; empty: then none
};

Badge badgeOf(Change change, const QString& kind) {
  const QString right = QStringLiteral("\u2713"), wrong = QStringLiteral("\u2717"),
                to = QStringLiteral("\u2192");
  switch (change) {
    case Change::RightToWrong:
      return {PairModel::tr("right \u2192 wrong"), right + to + wrong};
    case Change::WrongToRight:
      return {PairModel::tr("wrong \u2192 right"), wrong + to + right};
    default:
      return {kind, {}};
  }
}

// The place of the text's own picture before and after.
Badge badgeOf(const QPoint& places) {
  const auto place = [](int p) { return p > 0 ? QString::number(p) : QStringLiteral("\u2013"); };
  if (places.y() == 0) return {PairModel::tr("place %1").arg(place(places.x())), place(places.x())};
  return {PairModel::tr("place %1 \u2192 %2").arg(place(places.x()), place(places.y())),
          place(places.x()) + QStringLiteral("\u2192") + place(places.y())};
}

// What stands in the place of a question where there is none: the picture's name, or the text itself.
QString titleOf(const QModelIndex& index) {
  const QString picture = QFileInfo(index.data(PairModel::PictureRole).toString()).completeBaseName();
  return picture.isEmpty() ? index.data(PairModel::ExpectedRole).toString() : picture;
}

}  // namespace

PairDelegate::PairDelegate(PictureCache& pictures, QObject* parent)
    : QStyledItemDelegate(parent), m_pictures(pictures) {}

int PairDelegate::heightFor(const QFontMetrics& metrics) {
  return 4 * metrics.height() + 3 * kLineGap + 2 * kPadding + 4;
}

QSize PairDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {m_cardWidth, heightFor(option.fontMetrics)};
}

void PairDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  painter->save();
  const QPalette& palette = option.palette;
  const Shades& shades = shadesFor(palette);
  const QRect card = option.rect.adjusted(3, 2, -3, -2);
  const bool selected = option.state & QStyle::State_Selected;
  const QColor fill = selected ? selectionFill(palette) : palette.color(QPalette::AlternateBase);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(selected ? palette.color(QPalette::Highlight) : shades.hairline, 1));
  painter->setBrush(fill);
  painter->drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);

  const auto change = Change(index.data(PairModel::ChangeRole).toInt());
  if (change == Change::RightToWrong || change == Change::WrongToRight) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(change == Change::RightToWrong ? shades.wrong : shades.right);
    painter->drawRoundedRect(QRectF(card.left(), card.top() + 5, kAccent, card.height() - 10), 2, 2);
  }

  const QString path = index.data(PairModel::PictureRole).toString();
  QRect inside = card.adjusted(kPadding + kAccent, kPadding, -kPadding, -kPadding);
  int answersLeft = inside.left();
  if (!path.isEmpty()) {
    QRect picture(inside.topLeft(), QSize(inside.height(), inside.height()));
    const int beside = inside.width() - picture.width() - kGap;
    const bool narrow = beside < kFewCharacters * option.fontMetrics.averageCharWidth();
    if (narrow)
      picture.adjust(0, option.fontMetrics.height() + 2 * kLineGap,
                     -option.fontMetrics.height() - 2 * kLineGap, 0);
    drawPicture(painter, picture, path, palette);
    answersLeft = picture.right() + 1 + kGap;
    if (!narrow) inside.setLeft(answersLeft);
  }
  drawText(painter, inside, answersLeft, option, index);
  painter->restore();
}

void PairDelegate::drawPicture(QPainter* painter, const QRect& place, const QString& path,
                               const QPalette& palette) const {
  const QImage image = m_pictures.picture(path);
  if (image.isNull()) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(palette.color(QPalette::Midlight));
    painter->drawRect(place);
    return;
  }
  QRect target(QPoint(), image.size().scaled(place.size(), Qt::KeepAspectRatio));
  target.moveCenter(place.center());
  // Small pictures show their pixels; only scaling down is smoothed.
  painter->setRenderHint(QPainter::SmoothPixmapTransform, image.width() > target.width());
  painter->drawImage(target, image);
}

void PairDelegate::drawText(QPainter* painter, const QRect& place, int answersLeft,
                            const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QPalette& palette = option.palette;
  const Shades& shades = shadesFor(palette);
  const int line = option.fontMetrics.height() + kLineGap;
  QRect row(place.left(), place.top(), place.width(), option.fontMetrics.height());

  QFont bold = option.font;
  bold.setBold(true);
  QString question = index.data(PairModel::QuestionRole).toString();
  if (question.isEmpty()) question = titleOf(index);

  // The kind, or that the answer flipped, at the right end of the first line.
  const auto change = Change(index.data(PairModel::ChangeRole).toInt());
  const QVariant places = index.data(PairModel::PlacesRole);
  const Badge badge = places.isValid() ? badgeOf(places.toPoint())
                                       : badgeOf(change, index.data(PairModel::KindRole).toString());
  const auto widthOf = [&](const QString& text) {
    return text.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(text) + kGap;
  };
  const bool fits = QFontMetrics(bold).horizontalAdvance(question) + widthOf(badge.whole) <= row.width();
  const QString& said = fits ? badge.whole : badge.brief;
  painter->setFont(option.font);
  painter->setPen(change == Change::RightToWrong   ? shades.wrong
                  : change == Change::WrongToRight ? shades.right
                                                   : shades.muted);
  painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, said);
  painter->setFont(bold);
  painter->setPen(palette.color(QPalette::Text));
  const int questionWidth = row.width() - widthOf(said);
  painter->drawText(QRect(row.left(), row.top(), questionWidth, row.height()),
                    Qt::AlignLeft | Qt::AlignVCenter,
                    QFontMetrics(bold).elidedText(question, Qt::ElideMiddle, questionWidth));

  // Of a text alone nothing is right or wrong: it is foreseen better or worse.
  const bool judged = index.data(PairModel::JudgedRole).toBool();
  row.translate(0, line);
  row.setLeft(answersLeft);
  const QVariant expected = index.data(PairModel::ExpectedRole), dense = index.data(PairModel::DenseRole);
  drawAnswer(painter, row, PairModel::tr("Expected"), expected, {}, true, true, option);
  row.translate(0, line);
  drawAnswer(painter, row, PairModel::tr("Dense"), dense, judged ? expected : QVariant(),
             index.data(PairModel::DenseRightRole).toBool(), !judged, option);
  row.translate(0, line);
  drawAnswer(painter, row, PairModel::tr("Pruned"), index.data(PairModel::PrunedRole),
             !judged           ? QVariant()
             : dense.isValid() ? dense
                               : expected,
             index.data(PairModel::PrunedRightRole).toBool(), !judged, option,
             index.data(PairModel::OutdatedRole).toBool());
}

void PairDelegate::drawAnswer(QPainter* painter, const QRect& place, const QString& who,
                              const QVariant& answer, const QVariant& against, bool right, bool faint,
                              const QStyleOptionViewItem& whole, bool outdated) const {
  // Of an earlier plan: quieter, and still to be read.
  QStyleOptionViewItem option = whole;
  option.font.setItalic(outdated);
  const Shades& shades = shadesFor(option.palette);
  const QFontMetrics& metrics = option.fontMetrics;
  int whoWidth = 0;
  for (const QString& title : {PairModel::tr("Expected"), PairModel::tr("Dense"), PairModel::tr("Pruned")})
    whoWidth = std::max(whoWidth, metrics.horizontalAdvance(title));
  painter->setFont(option.font);
  painter->setPen(shades.muted);
  painter->drawText(place, Qt::AlignLeft | Qt::AlignVCenter, who);

  const int signWidth = metrics.horizontalAdvance(QStringLiteral("\u2717")) + 5;
  QRect rest = place.adjusted(whoWidth + kGap, 0, 0, 0);
  if (!answer.isValid()) {
    painter->drawText(rest.adjusted(signWidth, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                      QStringLiteral("\u2013"));
    return;
  }
  if (!faint) {
    painter->setPen(outdated ? shades.muted : right ? shades.right : shades.wrong);
    painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                      right ? QStringLiteral("\u2713") : QStringLiteral("\u2717"));
  } else {
    painter->setPen(outdated ? shades.muted : option.palette.color(QPalette::Text));
  }
  rest.setLeft(rest.left() + signWidth);
  QString said = answer.toString();
  if (said.isEmpty()) said = PairModel::tr("(nothing)");
  drawWords(painter, rest, wordDifference(said, against.isValid() ? against.toString() : said), option);
}

void PairDelegate::drawWords(QPainter* painter, const QRect& place, const WordDifference& said,
                             const QStyleOptionViewItem& option) const {
  QFont marked = option.font;
  marked.setBold(true);
  marked.setUnderline(true);
  const QFontMetrics plain(option.font), bold(marked);
  const int blank = plain.horizontalAdvance(' ');
  const auto widthOf = [&](qsizetype i) {
    return (said.differs[size_t(i)] ? bold : plain).horizontalAdvance(said.words[i]);
  };
  // What does not fit is left out at the end, but never the first word that differs: then the beginning goes.
  const QString more = QStringLiteral("\u2026 ");
  int whole = -blank;
  for (qsizetype i = 0; i < said.words.size(); ++i) whole += widthOf(i) + blank;
  qsizetype from = 0;
  if (const int first = said.first(); whole > place.width() && first > 0) {
    int reach = plain.horizontalAdvance(more) * 2;
    for (qsizetype i = 0; i <= first; ++i) reach += widthOf(i) + blank;
    while (from < first && reach > place.width()) reach -= widthOf(from++) + blank;
  }
  int x = place.left();
  painter->setFont(option.font);
  if (from > 0) {
    painter->drawText(QRect(x, place.top(), place.width(), place.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      more);
    x += plain.horizontalAdvance(more);
  }
  for (qsizetype i = from; i < said.words.size() && x < place.right(); ++i) {
    const bool differs = said.differs[size_t(i)];
    const QRect word(x, place.top(), place.right() - x + 1, place.height());
    painter->setFont(differs ? marked : option.font);
    const bool last = i + 1 == said.words.size();
    const int room = word.width() - (last ? 0 : plain.horizontalAdvance(more));
    painter->drawText(word, Qt::AlignLeft | Qt::AlignVCenter,
                      widthOf(i) <= room ? said.words[i]
                                         : (differs ? bold : plain)
                                               .elidedText(said.words[i] + (last ? "" : " \u2026"),
                                                           Qt::ElideRight, word.width()));
    if (widthOf(i) > room) break;
    x += widthOf(i) + blank;
  }
}

}  // namespace espalier
