// What becomes of a picture on its way to a model has room under the ceiling on memory, or the picture is
// refused.
#include <QtTest/QtTest>

#include "core/base/memory.h"
#include "core/image/picture_processor.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
using nlohmann::json;

class PictureRoomTest : public QObject {
  Q_OBJECT

  static Image grey(int width, int height) {
    return {width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3, 128)};
  }
  // Half of what the weights leave of the ceiling is for a picture.
  static int64_t ceilingForRoom(double room) { return int64_t(room * 16 / 5); }

 private Q_SLOTS:
  void cleanup() { setMemoryLimit(0); }

  void whatGrows_data() {
    QTest::addColumn<QString>("config");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::newRow("a tall one whose short edge grows")
        << R"({"image_processor_type": "CLIPImageProcessor"})" << 10 << 6000;
    QTest::newRow("a wide one whose short edge grows")
        << R"({"image_processor_type": "CLIPImageProcessor"})" << 6000 << 10;
    QTest::newRow("squared") << R"({"image_processor_type": "LlavaImageProcessor", "do_pad": true})" << 20
                             << 4600;
    QTest::newRow("many patches")
        << R"({"image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 784, "max_pixels": 3136000})"
        << 2000 << 1600;
    QTest::newRow("few pixels that become many")
        << R"({"image_processor_type": "Qwen2VLImageProcessor", "min_pixels": 2500000, "max_pixels": 3136000})"
        << 30 << 20;
    QTest::newRow("tiles of Idefics3")
        << R"({"image_processor_type": "Idefics3ImageProcessor"})" << 1456 << 1456;
    QTest::newRow("tiles of InternVL")
        << R"({"image_processor_type": "GotOcr2ImageProcessor", "crop_to_patches": true, "min_patches": 1,
               "max_patches": 12, "size": {"height": 448, "width": 448}})"
        << 1600 << 1200;
  }
  void whatGrows() {
    QFETCH(QString, config);
    QFETCH(int, width);
    QFETCH(int, height);
    const auto processor = PictureProcessor::fromJson(json::parse(config.toStdString()), "p");
    const auto picture = grey(width, height);
    const ImageSize size{height, width};
    processor->process(grey(64, 48));  // what the first picture alone needs is no picture's
    if (!resetPeakMemory()) QFAIL("the system does not say what is resident");
    const int64_t before = residentMemory();
    QVERIFY(!processor->process(picture).empty());
    const auto took = double(peakMemory() - before);
    QVERIFY2(took > double(int64_t(56) << 20),
             qPrintable(QString::number(took)));  // more than any picture may take

    setMemoryLimit(ceilingForRoom(0.9 * took));
    const auto fault = QString::fromStdString(processor->faultOf(size));
    QVERIFY2(fault.startsWith(QString("A picture of %1 x %2 pixels").arg(width).arg(height)),
             qPrintable(fault + QString(" (%1 MiB were taken)").arg(took / (1 << 20))));
    QCOMPARE(errorOf([&] { processor->process(picture); }), fault + ".");
    // It is no more cautious than it must be.
    setMemoryLimit(ceilingForRoom(2 * took));
    QCOMPARE(processor->faultOf(size), std::string());
    // A usual one has room under any ceiling.
    setMemoryLimit(1);
    QCOMPARE(PictureProcessor::fromJson({{"image_processor_type", "CLIPImageProcessor"}}, "p")
                 ->faultOf({480, 640}),
             std::string());
  }

  // Without a ceiling there is a limit all the same.
  void extremeShapes() {
    const auto clip = PictureProcessor::fromJson({{"image_processor_type", "CLIPImageProcessor"}}, "p");
    const auto fault = QString::fromStdString(clip->faultOf({4'000'000, 1}));
    QVERIFY2(fault.contains("would become 224 x 896000000"), qPrintable(fault));
    const auto qwen = PictureProcessor::fromJson({{"image_processor_type", "Qwen2VLImageProcessor"}}, "p");
    QVERIFY(QString::fromStdString(qwen->faultOf({1, 1000})).contains("sides up to"));
    QCOMPARE(qwen->faultOf({100, 1000}), std::string());
  }
};

QTEST_GUILESS_MAIN(PictureRoomTest)
#include "picture_room_test.moc"
