#include "core/image/orientation.h"

#include <QtTest/QtTest>

using namespace espalier;

namespace {

// One directory with one entry: the orientation as a short.
std::vector<uint8_t> exifBlock(bool little, uint8_t orientation) {
  std::vector<uint8_t> out;
  const auto put = [&](uint32_t value, int size) {
    for (int i = 0; i < size; ++i) out.push_back(uint8_t(value >> 8 * (little ? i : size - 1 - i)));
  };
  out.assign(2, little ? 'I' : 'M');
  put(42, 2), put(8, 4);
  put(1, 2), put(0x0112, 2), put(3, 2), put(1, 4), put(orientation, 2), put(0, 2), put(0, 4);
  return out;
}

}  // namespace

class OrientationTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsBothByteOrders() {
    for (bool little : {false, true})
      for (uint8_t k = 1; k <= 8; ++k) QCOMPARE(exifOrientation(exifBlock(little, k)), int(k));
  }

  void acceptsThePrefix() {
    auto block = exifBlock(true, 6);
    const std::string prefix("Exif\0\0", 6);
    block.insert(block.begin(), prefix.begin(), prefix.end());
    QCOMPARE(exifOrientation(block), 6);
  }

  void takesNonsenseForUpright() {
    QCOMPARE(exifOrientation(exifBlock(true, 0)), 1);
    QCOMPARE(exifOrientation(exifBlock(true, 9)), 1);
    QCOMPARE(exifOrientation({}), 1);
    const auto whole = exifBlock(false, 6);
    for (size_t size = 0; size < 20; ++size) QCOMPARE(exifOrientation(std::span(whole).first(size)), 1);
    auto endless = whole;
    endless[7] = 0xff;
    QCOMPARE(exifOrientation(endless), 1);
  }

  void findsTheLowByte() {
    for (bool little : {false, true}) {
      const auto block = exifBlock(little, 5);
      const auto tag = findTiffTag(block, 0x0112);
      QVERIFY(tag);
      QCOMPARE(block[tag->lowByteAt], uint8_t(5));
      QVERIFY(!findTiffTag(block, 0x0100));
    }
  }

  void turnsCorners() {
    // Red, green / blue, black: which of them comes first tells how the picture was turned.
    const Image image{2, 2, {255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0}};
    const std::vector<std::string> expected = {"rgbk", "grkb", "kbgr", "bkrg",
                                               "rbgk", "brkg", "kgbr", "gkrb"};
    for (int k = 1; k <= 8; ++k) {
      const Image turned = oriented(image, k);
      std::string corners;
      for (size_t i = 0; i < 4; ++i)
        corners += turned.rgb[i * 3] ? 'r' : turned.rgb[i * 3 + 1] ? 'g' : turned.rgb[i * 3 + 2] ? 'b' : 'k';
      QCOMPARE(corners, expected[size_t(k - 1)]);
    }
  }
};

QTEST_APPLESS_MAIN(OrientationTest)
#include "orientation_test.moc"
