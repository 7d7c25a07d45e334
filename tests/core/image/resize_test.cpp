#include "core/image/resize.h"

#include <QtTest/QtTest>

#include "core/base/error.h"
#include "tests/support/fixtures.h"
#include "tests/support/safetensors_reader.h"

using namespace espalier;
using namespace espalier::test;

namespace {

void compareExactly(const Image& image, const RawTensor& expected, const std::string& name) {
  QCOMPARE(int64_t(image.height), expected.shape.at(0));
  QCOMPARE(int64_t(image.width), expected.shape.at(1));
  size_t different = 0;
  for (size_t i = 0; i < image.rgb.size(); ++i) different += image.rgb[i] != expected.bytes.at(i);
  QVERIFY2(different == 0, qPrintable(QString("%1: %2 values differ").arg(name.c_str()).arg(different)));
}

}  // namespace

class ResizeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void equalsTheReference() {
    const auto folder = fixturesRoot() / "images";
    int cases = 0;
    for (const auto& [name, expected] : readSafetensors(folder / "expected.safetensors")) {
      const size_t slash = name.find('/');
      const std::string what = name.substr(slash + 1);
      if (!what.starts_with("pil_")) continue;
      const auto filter = what.starts_with("pil_bilinear") ? ResizeFilter::Bilinear : ResizeFilter::Bicubic;
      const Image image = loadImage(folder / name.substr(0, slash));
      compareExactly(resizeImage(image, int(expected.shape.at(1)), int(expected.shape.at(0)), filter),
                     expected, name);
      ++cases;
    }
    QVERIFY(cases > 0);
  }

  // Names are resize/<Pillow's code>_<filter>/<width>x<height>.
  void equalsPillowForEveryFilter() {
    const Image image = loadImage(dataFile("images/resize_source.png"));
    int cases = 0;
    for (const auto& [name, expected] : readSafetensors(dataFile("images/expected.safetensors"))) {
      if (!name.starts_with("resize/")) continue;
      const auto filter = ResizeFilter(name.at(7) - '0');
      compareExactly(resizeImage(image, int(expected.shape.at(1)), int(expected.shape.at(0)), filter),
                     expected, name);
      ++cases;
    }
    QCOMPARE(cases, 48);
  }

  void leavesTheSameSizeAlone() {
    const Image image = loadImage(dataFile("images/resize_source.png"));
    QCOMPARE(resizeImage(image, image.width, image.height).rgb, image.rgb);
  }

  void refusesImpossibleSizes() {
    const Image image{1, 1, {1, 2, 3}};
    QVERIFY_EXCEPTION_THROWN(resizeImage(image, 0, 5), Error);
    QVERIFY_EXCEPTION_THROWN(resizeImage(image, 5, -1), Error);
    QVERIFY_EXCEPTION_THROWN(resizeImage(Image(), 5, 5), Error);
    QVERIFY_EXCEPTION_THROWN(resizeImage(image, 1 << 20, 1 << 20), Error);
    const Image tall{1, 1 << 20, std::vector<uint8_t>(size_t(3) << 20)};
    QVERIFY_EXCEPTION_THROWN(resizeImage(tall, 1 << 12, 2), Error);
  }
};

QTEST_APPLESS_MAIN(ResizeTest)
#include "resize_test.moc"
