#include "core/image/encode.h"

#include <QtTest/QtTest>
#include <cstdlib>

#include "core/base/error.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class EncodeTest : public QObject {
  Q_OBJECT
  Image m_image;

 private Q_SLOTS:
  void initTestCase() { m_image = loadImage(dataFile("images/plain.png")); }

  void pngIsLossless() {
    const Image again = decodeImage(encodeImage(m_image), "memory");
    QCOMPARE(again.width, m_image.width);
    QCOMPARE(again.height, m_image.height);
    QCOMPARE(again.rgb, m_image.rgb);
  }

  void jpegIsClose() {
    Image smooth{64, 48, {}};
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 64; ++x)
        smooth.rgb.insert(smooth.rgb.end(), {uint8_t(x * 4), uint8_t(y * 5), uint8_t(x + y)});
    const auto fine = encodeImage(smooth, ImageFormat::Jpeg, 95);
    QVERIFY(fine.size() > encodeImage(smooth, ImageFormat::Jpeg, 20).size());
    const Image again = decodeImage(fine, "memory");
    double sum = 0;
    for (size_t i = 0; i < smooth.rgb.size(); ++i) sum += std::abs(int(again.rgb[i]) - int(smooth.rgb[i]));
    QVERIFY(sum / double(smooth.rgb.size()) < 2);
  }

  void writesByExtension() {
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    for (const char* name : {"a.png", "b.JPG", "c.jpeg"}) saveImage(m_image, root / name);
    QCOMPARE(loadImage(root / "a.png").rgb, m_image.rgb);
    QCOMPARE(loadImage(root / "b.JPG").width, m_image.width);
    QCOMPARE(loadImage(root / "c.jpeg").height, m_image.height);
    QCOMPARE(entriesOf(root).size(), size_t(3));
  }

  void refuses() {
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    QVERIFY_EXCEPTION_THROWN(saveImage(m_image, root / "a.gif"), Error);
    QVERIFY_EXCEPTION_THROWN(saveImage(m_image, root / "none" / "a.png"), Error);
    QVERIFY_EXCEPTION_THROWN(encodeImage(Image()), Error);
    QVERIFY_EXCEPTION_THROWN(encodeImage(Image{2, 2, {1, 2, 3}}), Error);
    QVERIFY_EXCEPTION_THROWN(encodeImage(m_image, ImageFormat::Jpeg, 0), Error);
    const Image wide{70000, 1, std::vector<uint8_t>(210000)};
    QVERIFY_EXCEPTION_THROWN(encodeImage(wide, ImageFormat::Jpeg), Error);
    QCOMPARE(decodeImage(encodeImage(wide), "memory").width, 70000);
    QVERIFY(entriesOf(root).empty());
  }
};

QTEST_APPLESS_MAIN(EncodeTest)
#include "encode_test.moc"
