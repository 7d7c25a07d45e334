// Similarities as they are drawn: bars begin at 0, on one scale for both lists, and are as long as their
// values.
#include "ui/panels/similarity_bars.h"

#include <QImage>
#include <QtTest/QtTest>

#include "ui/base/theme.h"
#include "ui/items/picture_cache.h"

using namespace espalier;

namespace {

// A bar and the room that it is drawn in: the first pixel and the one behind the last.
struct Drawn {
  int roomBegin = 0, roomEnd = 0, begin = 0, end = 0;

  double share() const { return double(end - begin) / double(roomEnd - roomBegin); }
};

bool isLike(QRgb pixel, const QColor& colour) {
  return qAbs(qRed(pixel) - colour.red()) + qAbs(qGreen(pixel) - colour.green()) +
             qAbs(qBlue(pixel) - colour.blue()) <
         6;
}

}  // namespace

class SimilarityBarsTest : public QObject {
  Q_OBJECT
  PictureCache m_pictures{nullptr};
  SimilarityBars m_bars{m_pictures};

  void show(const std::vector<std::vector<double>>& lists) {
    std::vector<SimilarityBars::List> all;
    for (const auto& values : lists) {
      all.push_back({"List", {}});
      // The first is the text's own, which has a colour of its own.
      for (const double v : values)
        all.back().rows.push_back({int(all.back().rows.size()) + 1, {}, "text", v, all.back().rows.empty()});
    }
    m_bars.resize(760, 400);
    m_bars.setLists(all);
  }

  // What is drawn of a row of a list, by its colours on the line through its middle.
  Drawn drawn(size_t list, size_t lists, int row) {
    const QImage image = m_bars.grab().toImage();
    const Shades& shades = shadesFor(m_bars.palette());
    const int line = m_bars.fontMetrics().height() + 10;
    const int y = 8 + (row + 1) * line + line / 2;
    const QColor bar = row == 0 ? shades.right : shades.muted;
    const QRgb background = image.pixel(1, 1);
    Drawn out;
    int begin = -1;
    const int end = image.width() * int(list + 1) / int(lists);
    for (int x = image.width() * int(list) / int(lists); x <= end; ++x) {
      // Letters are narrower.
      const bool inRoom = x < end && image.pixel(x, y) != background;
      if (inRoom && begin < 0) begin = x;
      if (!inRoom && begin >= 0 && x - begin > out.roomEnd - out.roomBegin)
        out.roomBegin = begin, out.roomEnd = x;
      if (!inRoom) begin = -1;
    }
    out.begin = out.end = out.roomBegin;
    for (int x = out.roomBegin; x < out.roomEnd; ++x) {
      if (!isLike(image.pixel(x, y), bar)) continue;
      if (out.end == out.roomBegin) out.begin = x;
      out.end = x + 1;
    }
    return out;
  }

 private Q_SLOTS:
  void barsBeginAtNought() {
    show({{0.8, 0.4, 0.2}, {0.6, 0.1}});
    const std::vector<std::vector<double>> values{{0.8, 0.4, 0.2}, {0.6, 0.1}};
    for (size_t list = 0; list < values.size(); ++list)
      for (size_t row = 0; row < values[list].size(); ++row) {
        const auto d = drawn(list, values.size(), int(row));
        QVERIFY2(d.roomEnd - d.roomBegin > 60, "a bar is drawn");
        QCOMPARE(d.begin, d.roomBegin);
        // The greatest of all fills the room; the others have their share of it, to within a pixel.
        QVERIFY2(std::abs(d.share() - values[list][row] / 0.8) < 2.0 / (d.roomEnd - d.roomBegin),
                 qPrintable(QString::number(d.share())));
      }
  }

  // What is alike in no way at all has no bar, however alike the others are.
  void likeOnesKeepTheirLengths() {
    show({{0.91, 0.90, 0.0}});
    QVERIFY(drawn(0, 1, 1).share() > 0.97);
    QCOMPARE(drawn(0, 1, 2).begin, drawn(0, 1, 2).end);
  }

  // Where some are below 0, bars begin in the middle: to the right above it, to the left below.
  void barsBelowNoughtGoToTheLeft() {
    show({{0.6, 0.3, -0.2}});
    const auto own = drawn(0, 1, 0), other = drawn(0, 1, 1), below = drawn(0, 1, 2);
    const double nought = own.roomBegin + 0.25 * (own.roomEnd - own.roomBegin);
    QVERIFY(std::abs(own.begin - nought) <= 1.5 && std::abs(other.begin - nought) <= 1.5);
    QCOMPARE(own.end, own.roomEnd);
    QCOMPARE(below.begin, below.roomBegin);
    QVERIFY(std::abs(below.end - nought) <= 1.5);
  }
};

QTEST_MAIN(SimilarityBarsTest)
#include "similarity_bars_test.moc"
