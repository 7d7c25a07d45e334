#include "core/image/picture_view.h"

#include <QtTest/QtTest>

using namespace espalier;

namespace {

// Each pixel tells its column, its row and 7.
Image numbered(int width, int height) {
  Image out{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int value : {x, y, 7}) out.rgb.push_back(uint8_t(value));
  return out;
}

}  // namespace

class PictureViewTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theWholeIsThePicture() {
    const auto picture = numbered(5, 3);
    const auto same = viewOf(picture, {});
    QCOMPARE(same.width, 5);
    QVERIFY(same.rgb == picture.rgb);
  }

  void aPartHasItsPixels() {
    for (const bool mirrored : {false, true}) {
      const auto part = viewOf(numbered(8, 4), {0.25, 0.5, 0.5, 0.5, mirrored});
      QCOMPARE(part.width, 4);
      QCOMPARE(part.height, 2);
      QCOMPARE(part.rgb.size(), size_t(3 * 4 * 2));
      for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 4; ++x) {
          const auto* pixel = &part.rgb[size_t(y * 4 + x) * 3];
          QCOMPARE(int(pixel[0]), 2 + (mirrored ? 3 - x : x));
          QCOMPARE(int(pixel[1]), 2 + y);
          QCOMPARE(int(pixel[2]), 7);
        }
    }
  }

  void aPartIsNeverEmptyAndNeverOutside() {
    for (int width : {1, 2, 3, 7})
      for (const PictureView& view : {PictureView{1, 1, 0, 0}, {0.99, 0, 0.01, 1}, {0.5, 0.5, 0.5, 0.5}}) {
        const auto part = viewOf(numbered(width, 1), view);
        QVERIFY(part.width >= 1 && part.width <= width);
        QCOMPARE(part.height, 1);
        QCOMPARE(part.rgb.size(), size_t(3 * part.width));
      }
  }

  // Within the picture, a fifth of its area at least where it is clipped, and half of them mirrored.
  void drawnPartsAreWithin() {
    CounterRandom random(3, streamOf("views")), again(3, streamOf("views"));
    int mirrored = 0;
    double least = 1, most = 0;
    for (int i = 0; i < 2000; ++i) {
      const auto view = drawView(random);
      QVERIFY(view == drawView(again));
      QVERIFY(view.left >= 0 && view.top >= 0);
      QVERIFY(view.left + view.width <= 1 + 1e-12 && view.top + view.height <= 1 + 1e-12);
      const double shape = view.width / view.height;
      QVERIFY(shape > 0.749 && shape < 1.334);
      mirrored += view.mirrored;
      least = std::min(least, view.width * view.height);
      most = std::max(most, view.width * view.height);
    }
    QVERIFY(least >= 0.2499 && least < 0.27 && most > 0.9);
    QVERIFY(mirrored > 900 && mirrored < 1100);
  }
};

QTEST_APPLESS_MAIN(PictureViewTest)
#include "picture_view_test.moc"
