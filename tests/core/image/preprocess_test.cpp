#include "core/image/preprocess.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/base/error.h"
#include "tests/support/fixtures.h"
#include "tests/support/safetensors_reader.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;

namespace {

Image ramp(int width, int height) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) image.rgb.push_back(uint8_t(1 + x * 10 + y + c * 60));
  return image;
}

QString refusalOf(const json& config) {
  try {
    ImageProcessor::fromJson(config, "preprocessor_config.json");
  } catch (const Error& e) {
    return QString::fromUtf8(e.what());
  }
  return {};
}

json withKey(const char* key, json value, const char* name = "CLIPImageProcessor") {
  return {{"image_processor_type", name}, {key, std::move(value)}};
}

}  // namespace

class PreprocessTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Lossless pictures to float rounding, JPEGs to two steps of 255 before normalisation.
  void equalsTheReference() {
    const auto folder = fixturesRoot() / "images";
    std::map<std::string, Image> images;
    int cases = 0;
    for (const auto& [name, expected] : readSafetensors(folder / "expected.safetensors")) {
      const size_t slash = name.find('/');
      const size_t second = name.find('/', slash + 1);
      if (!name.ends_with("/pixel_values") || second == std::string::npos) continue;
      const std::string file = name.substr(0, slash);
      const auto config = folder / name.substr(slash + 1, second - slash - 1) / "preprocessor_config.json";
      const auto processor = ImageProcessor::fromFile(config);
      if (!images.contains(file)) images[file] = loadImage(folder / file);
      const PixelValues got = processor.apply(images[file]);
      QCOMPARE(int64_t(got.height), expected.shape.at(1));
      QCOMPARE(int64_t(got.width), expected.shape.at(2));
      const auto want = expected.as<float>();
      QCOMPARE(got.values.size(), want.size());
      const double tolerance = file.ends_with(".jpg") ? 2.0 / 255 : 1e-6;
      const size_t plane = want.size() / 3;
      double largest = 0;
      for (size_t i = 0; i < want.size(); ++i)
        largest =
            std::max(largest, std::abs(double(got.values[i]) - want[i]) * processor.imageStd[i / plane]);
      QVERIFY2(largest <= tolerance, qPrintable(QString("%1 differs by %2").arg(name.c_str()).arg(largest)));
      ++cases;
    }
    QVERIFY(cases > 0);
  }

  void knowsTheDefaultsOfEachClass() {
    const auto clip = ImageProcessor::fromJson({{"image_processor_type", "CLIPImageProcessor"}}, "c");
    QCOMPARE(*clip.shortestEdge, 224);
    QVERIFY(clip.centerCrops && clip.cropSize.height == 224 && clip.cropSize.width == 224);
    QVERIFY(clip.filter == ResizeFilter::Bicubic);
    QCOMPARE(clip.imageMean[0], 0.48145466);
    const auto blip = ImageProcessor::fromJson({{"image_processor_type", "BlipImageProcessor"}}, "c");
    QVERIFY(!blip.shortestEdge && !blip.centerCrops && blip.size.height == 384 && blip.size.width == 384);
    QVERIFY(blip.filter == ResizeFilter::Bicubic);
    QCOMPARE(blip.imageStd[2], 0.27577711);
    const auto vit = ImageProcessor::fromJson({{"feature_extractor_type", "ViTFeatureExtractor"}}, "c");
    QVERIFY(!vit.shortestEdge && !vit.centerCrops && vit.size.height == 224);
    QVERIFY(vit.filter == ResizeFilter::Bilinear);
    QCOMPARE(vit.imageMean[1], 0.5);
    QCOMPARE(vit.rescaleFactor, 1.0 / 255);
    for (const char* name : {"CLIPImageProcessorFast", "CLIPImageProcessorPil"})  // by what they compute with
      QCOMPARE(ImageProcessor::fromJson({{"image_processor_type", name}}, "c").className,
               "CLIPImageProcessor");
    QCOMPARE(ImageProcessor::fromJson(json::object(), "c", "ViTImageProcessor").className,
             "ViTImageProcessor");
  }

  void understandsEverySizeForm() {
    const auto sizeOf = [](const char* name, json size) {
      return ImageProcessor::fromJson(withKey("size", std::move(size), name), "c");
    };
    QCOMPARE(*sizeOf("CLIPImageProcessor", 96).shortestEdge, 96);
    QCOMPARE(*sizeOf("CLIPImageProcessor", {{"shortest_edge", 97}}).shortestEdge, 97);
    const auto fixed = sizeOf("CLIPImageProcessor", {{"height", 8}, {"width", 9}});
    QVERIFY(!fixed.shortestEdge && fixed.size.height == 8 && fixed.size.width == 9);
    const auto square = sizeOf("ViTFeatureExtractor", 96);
    QVERIFY(!square.shortestEdge && square.size.height == 96 && square.size.width == 96);
    const auto list = sizeOf("BlipImageProcessor", {30, 40});
    QVERIFY(list.size.height == 30 && list.size.width == 40);
    const auto crop = ImageProcessor::fromJson(withKey("crop_size", 50), "c");
    QVERIFY(crop.cropSize.height == 50 && crop.cropSize.width == 50);
  }

  // LLaVA's pictures may be padded to squares, in the colour of the mean.
  void padsToSquare() {
    const auto processor = ImageProcessor::fromJson({{"image_processor_type", "LlavaImageProcessor"},
                                                     {"do_pad", true},
                                                     {"do_resize", false},
                                                     {"crop_size", 4},
                                                     {"image_mean", {0.5, 0.25, 1.0}}},
                                                    "c");
    const Image wide{4, 1, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
    const auto square = processor.prepare(wide);
    QCOMPARE(square.width, 4);
    QCOMPARE(square.height, 4);
    const auto at = [&](int x, int y) {
      return std::vector<int>(square.rgb.begin() + (y * 4 + x) * 3, square.rgb.begin() + (y * 4 + x) * 3 + 3);
    };
    QCOMPARE(at(0, 1), std::vector<int>({1, 2, 3}));  // of three rows one above
    QCOMPARE(at(3, 1), std::vector<int>({10, 11, 12}));
    for (const int y : {0, 2, 3}) QCOMPARE(at(2, y), std::vector<int>({127, 63, 255}));
    const auto again = ImageProcessor::fromJson(processor.toJson(), "c");
    QVERIFY(again.padsToSquare && again.className == "LlavaImageProcessor");
    QVERIFY(!ImageProcessor::fromJson(withKey("do_pad", true, "CLIPImageProcessor"), "c").padsToSquare);
  }

  // As published with BLIP: keys that the class never reads.
  void passesOverWhatTransformersPassesOver() {
    QVERIFY(refusalOf(withKey("do_pad", true, "BlipImageProcessor")).isEmpty());
    QVERIFY(refusalOf(withKey("size_divisor", 32, "BlipImageProcessor")).isEmpty());
    QVERIFY(refusalOf(withKey("do_something_new", false)).isEmpty());
    QVERIFY(refusalOf(withKey("crop_size", nullptr)).isEmpty());
    QVERIFY(refusalOf(withKey("resample", 3, "CLIPImageProcessorFast")).isEmpty());
  }

  void namesWhatItRefuses_data() {
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* title, const json& config, const char* named) {
      QTest::newRow(title) << QString::fromStdString(config.dump()) << QString(named);
    };
    row("no class", json::object(), "image_processor_type");
    row("other class", {{"image_processor_type", "FuyuImageProcessor"}}, "FuyuImageProcessor");
    row("new switch", withKey("use_square_size", true), "use_square_size");
    row("resample", withKey("resample", 9), "resample");
    row("resample text", withKey("resample", "bicubic"), "resample");
    row("size", withKey("size", {{"longest_edge", 4}}), "size");
    row("size zero", withKey("size", 0), "size");
    row("size huge", withKey("size", 1 << 30), "size");
    row("shortest edge for ViT", withKey("size", {{"shortest_edge", 4}}, "ViTImageProcessor"), "size");
    row("mean", withKey("image_mean", {1, 2}), "image_mean");
    row("mean text", withKey("image_mean", {1, 2, "3"}), "image_mean");
    row("std", withKey("image_std", {0.5, 0, 0.5}), "image_std");
    row("factor", withKey("rescale_factor", 0), "rescale_factor");
    row("switch", withKey("do_resize", "yes"), "do_resize");
    row("no object", json::array(), "JSON object");
  }
  void namesWhatItRefuses() {
    QFETCH(QString, config);
    QFETCH(QString, named);
    const QString message = refusalOf(json::parse(config.toStdString()));
    QVERIFY2(message.startsWith("preprocessor_config.json") && message.contains(named), qPrintable(message));
    QVERIFY2(message.contains("expected") || message.contains("no such setting"), qPrintable(message));
  }

  void surfacesBrokenFiles() {
    QVERIFY_EXCEPTION_THROWN(ImageProcessor::fromFile(dataFile("images/nothing.json")), Error);
    QVERIFY_EXCEPTION_THROWN(ImageProcessor::fromFile(dataFile("images/broken/text.png")), Error);
  }

  void writesWhatItReads() {
    auto crop = ImageProcessor::forCrop(248, 224, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5});
    auto fixed = ImageProcessor::forImageSize({224, 224}, crop.imageMean, crop.imageStd);
    fixed.normalizes = false;
    crop.filter = ResizeFilter::Lanczos;
    for (const auto& processor : {ImageProcessor(), crop, fixed}) {
      const json written = processor.toJson();
      QCOMPARE(ImageProcessor::fromJson(written, "c").toJson().dump(), written.dump());
    }
  }

  void keepsTheAspectRoundingDown() {
    auto processor = ImageProcessor::forCrop(248, 224, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5});
    processor.centerCrops = false;
    const Image wide = processor.prepare(ramp(50, 30));
    QCOMPARE(wide.height, 248);
    QCOMPARE(wide.width, 413);  // 413.33
    const Image tall = processor.prepare(ramp(30, 50));
    QCOMPARE(tall.height, 413);
    QCOMPARE(tall.width, 248);
  }

  void cropsAndPadsAroundTheCentre() {
    ImageProcessor processor;
    processor.resizes = processor.normalizes = processor.rescales = false;
    processor.cropSize = {2, 3};
    const Image image = ramp(6, 5);
    const PixelValues cut = processor.apply(image);  // rows 1, 2; columns 1, 2, 3
    QCOMPARE(cut.height, 2);
    QCOMPARE(cut.width, 3);
    QCOMPARE(cut.values[0], 1.f + 10 + 1);
    QCOMPARE(cut.values[5], 1.f + 30 + 2);
    QCOMPARE(cut.values[6], 61.f + 10 + 1);
    processor.cropSize = {8, 4};
    const PixelValues padded = processor.apply(image);  // two black rows above, one below
    for (size_t x = 0; x < 4; ++x) {
      QCOMPARE(padded.values[4 + x], 0.f);
      QCOMPARE(padded.values[8 + x], 1.f + 10 * float(x + 1));
      QCOMPARE(padded.values[28 + x], 0.f);
    }
  }

  void appliesEachSwitch() {
    ImageProcessor processor;
    processor.resizes = processor.centerCrops = processor.normalizes = false;
    const Image one{1, 1, {0, 51, 255}};
    QCOMPARE(processor.apply(one).values, (std::vector<float>{0.f, 0.2f, 1.f}));
    processor.rescales = false;
    QCOMPARE(processor.apply(one).values, (std::vector<float>{0.f, 51.f, 255.f}));
    processor.normalizes = true;
    processor.imageMean = {1, 1, 5};
    processor.imageStd = {2, 10, 50};
    QCOMPARE(processor.apply(one).values, (std::vector<float>{-0.5f, 5.f, 5.f}));
  }

  void refusesImpossiblePictures() {
    QVERIFY_EXCEPTION_THROWN(ImageProcessor().apply(Image()), Error);
    const Image thread{1 << 20, 1, std::vector<uint8_t>(size_t(3) << 20)};
    QVERIFY_EXCEPTION_THROWN(ImageProcessor().apply(thread), Error);
  }
};

QTEST_APPLESS_MAIN(PreprocessTest)
#include "preprocess_test.moc"
