// Every picture processor of the families of today against the reference's tensors.
#include "core/image/picture_processor.h"

#include <QtTest/QtTest>
#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/safetensors_reader.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json settingsOf(const fs::path& processor) {
  return readJson(processor / "preprocessor_config.json");
}

// The smallest standard deviation, by which a step of 255 is worth most.
double smallestDeviation(const json& settings) {
  double least = 1;
  if (settings.contains("image_std"))
    for (const double one : settings["image_std"]) least = std::min(least, one);
  return least;
}

// Steps of 255 that resizers may differ by: two where weights are negative.
double stepsOf(const json& settings) {
  const int filter = settings.value("resample", 3);
  return filter == 1 || filter == 3 ? 2 : 1;
}

double toleranceOf(const json& settings) {
  return (stepsOf(settings) / 255 + 1e-6) / smallestDeviation(settings);
}

QString shapeText(const std::vector<int64_t>& shape) {
  return QString::fromStdString(json(shape).dump());
}

}  // namespace

class PictureProcessorTest : public QObject {
  Q_OBJECT
  json m_index;
  std::map<std::string, Image> m_pictures;

  const Image& picture(const std::string& name) {
    const auto root = familiesRoot() / "preprocess";
    if (!m_pictures.contains(name))
      m_pictures[name] = loadImage(root / m_index["pictures"][name]["path"].get<std::string>());
    return m_pictures[name];
  }

  // Values within what resizers may differ by, everything else equal.
  void compare(const std::string& what, const PictureTensor& got, const RawTensor& want, double tolerance) {
    QVERIFY2(got.shape == want.shape, qPrintable(QString::fromStdString(what) + " has the shape " +
                                                 shapeText(got.shape) + ", not " + shapeText(want.shape)));
    if (want.dtype == "I64") {
      QCOMPARE(std::get<std::vector<int64_t>>(got.values), want.as<int64_t>());
    } else if (want.dtype == "U8") {
      QCOMPARE(std::get<std::vector<uint8_t>>(got.values), want.as<uint8_t>());
    } else {
      const auto& mine = std::get<std::vector<float>>(got.values);
      const auto theirs = want.as<float>();
      QCOMPARE(mine.size(), theirs.size());
      double largest = 0;
      for (size_t i = 0; i < mine.size(); ++i)
        largest = std::max(largest, std::abs(double(mine[i]) - theirs[i]));
      QVERIFY2(largest <= tolerance,
               qPrintable(QString::fromStdString(what) + QString(" differs by %1").arg(largest)));
    }
  }

 private Q_SLOTS:
  void initTestCase() { m_index = readJson(familiesRoot() / "preprocess" / "index.json"); }

  void equalsTheReference_data() {
    QTest::addColumn<QString>("processor");
    for (const auto& [name, entry] : m_index["processors"].items())
      QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  void equalsTheReference() {
    QFETCH(QString, processor);
    const auto name = processor.toStdString();
    const auto folder = familiesRoot() / "preprocess" / name;
    const auto made = PictureProcessor::fromFolder(folder);
    QVERIFY(made);
    const double tolerance = toleranceOf(settingsOf(folder));
    std::map<std::string, PictureTensors> results;
    for (const auto& [file, shapes] : m_index["processors"][name]["outputs"].items()) {
      const auto got = made->process(picture(file));
      QCOMPARE(got.size(), shapes.size());
      const auto& image = picture(file);
      const auto layout = made->layoutOf({image.height, image.width});
      for (const auto& [output, shape] : shapes.items()) {
        QVERIFY2(got.contains(output), output.c_str());
        QCOMPARE(shapeText(got.at(output).shape), shapeText(shape.get<std::vector<int64_t>>()));
      }
      // What is said of a picture before it is read is what comes of it.
      const auto& pixels = got.at("pixel_values").shape;
      const bool flattened = layout.patchRows > 0;
      if (flattened && pixels.size() == 2) QCOMPARE(pixels[0], layout.patchRows * layout.patchColumns);
      if (!flattened) QCOMPARE(pixels[pixels.size() == 5 ? 1 : 0], layout.tiles);
      results[file] = got;
    }
    int compared = 0;
    const auto expected = readSafetensors(familiesRoot() / "preprocess" / "expected.safetensors");
    for (const auto& [key, want] : expected) {
      if (!key.starts_with(name + "/")) continue;
      auto rest = key.substr(name.size() + 1);
      const auto file = rest.substr(0, rest.find('/'));
      rest = rest.substr(file.size() + 1);
      if (rest.starts_with("pil/")) rest = rest.substr(4);
      compare(key, results.at(file).at(rest), want, tolerance);
      if (QTest::currentTestFailed()) return;
      ++compared;
    }
    QVERIFY(compared > 0);
  }

  // The settings of published checkpoints: shapes, grids, means and evenly spaced samples.
  void equalsTheReferenceAsPublished_data() {
    QTest::addColumn<QString>("processor");
    for (const auto& [name, entry] : m_index["processors"].items())
      if (!entry["published_settings"].is_null()) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  void equalsTheReferenceAsPublished() {
    QFETCH(QString, processor);
    const auto& entry = m_index["processors"][processor.toStdString()];
    json settings = entry["published_settings"];
    settings["image_processor_type"] = entry["class"];
    const auto made = PictureProcessor::fromJson(settings, "published");
    const double tolerance = toleranceOf(settings);
    for (const auto& [file, backends] : entry["published"].items()) {
      const auto got = made->process(picture(file));
      for (const auto& [output, want] : backends["default"].items()) {
        const auto what = file + "/" + output;
        QVERIFY2(got.contains(output), what.c_str());
        const auto& tensor = got.at(output);
        QCOMPARE(shapeText(tensor.shape), shapeText(want["shape"].get<std::vector<int64_t>>()));
        if (want.contains("values") && !want["values"].is_null()) {
          std::visit(
              [&](const auto& values) {
                QCOMPARE(QString::fromStdString(json(values).dump()),
                         QString::fromStdString(want["values"].dump()));
              },
              tensor.values);
        }
        if (want.contains("samples") && !want["samples"].is_null()) {
          std::visit(
              [&](const auto& values) {
                const size_t every = want["every"];
                double sum = 0;
                for (const auto v : values) sum += double(v);
                const double mean = sum / double(values.size());
                QVERIFY2(std::abs(mean - want["mean"].get<double>()) <= tolerance / 4,
                         qPrintable(QString::fromStdString(what) + QString(" has mean %1").arg(mean)));
                size_t at = 0;
                for (const double sample : want["samples"]) {
                  const double difference = std::abs(double(values[at]) - sample);
                  QVERIFY2(difference <= tolerance + 1e-6,
                           qPrintable(QString::fromStdString(what) +
                                      QString(" differs by %1 at %2").arg(difference).arg(at)));
                  at += every;
                }
              },
              tensor.values);
        }
        if (QTest::currentTestFailed()) return;
      }
    }
  }

  // Version 5 of the reference writes processor_config.json with the settings inside.
  void bothFiles() {
    QTemporaryDir folder;
    const auto write = [&](const char* file, const json& content) {
      std::ofstream(folder.filePath(file).toStdString()) << content.dump();
    };
    const auto found = [&] { return PictureProcessor::fromFolder(folder.path().toStdString()); };
    QVERIFY(!found());
    write("preprocessor_config.json",
          {{"image_processor_type", "Qwen2VLImageProcessorFast"}, {"min_pixels", 784}, {"max_pixels", 3136}});
    QCOMPARE(found()->layoutOf({56, 112}).patchColumns, 4);  // at most 3136 pixels
    // A folder's processor_config.json of version 4 says nothing about pictures.
    write("processor_config.json", {{"processor_class", "Qwen2VLProcessor"}, {"image_seq_len", 3}});
    QCOMPARE(QString::fromStdString(found()->className()), QString("Qwen2VLImageProcessor"));
    write(
        "processor_config.json",
        {{"processor_class", "InternVLProcessor"},
         {"image_processor",
          {{"image_processor_type", "GotOcr2ImageProcessorFast"}, {"crop_to_patches", false}, {"size", 8}}}});
    QCOMPARE(QString::fromStdString(found()->className()), QString("GotOcr2ImageProcessor"));
    QCOMPARE(found()->layoutOf({10, 20}).tiles, 3);  // its whole processor divides pictures
    write("processor_config.json",
          {{"processor_class", "Gemma3Processor"}, {"image_processor", json::object()}});
    QCOMPARE(QString::fromStdString(found()->className()), QString("Gemma3ImageProcessor"));
    write(
        "processor_config.json",
        {{"image_processor",
          {{"image_processor_type", "Idefics3ImageProcessor"}, {"max_image_size", {{"shortest_edge", 8}}}}}});
    const auto error = errorOf([&] { found(); });
    QVERIFY2(error.contains("processor_config.json has \"max_image_size\""), qPrintable(error));
  }

  // Pictures of several numbers of tiles in one batch: the others are filled up with zeros, masks as well.
  void aBatchOfDifferentPictures() {
    const auto made = PictureProcessor::fromJson({{"image_processor_type", "SmolVLMImageProcessor"},
                                                  {"size", {{"longest_edge", 8}}},
                                                  {"max_image_size", {{"longest_edge", 4}}}},
                                                 "c");
    const Image wide{8, 2, std::vector<uint8_t>(48, 200)}, square{4, 4, std::vector<uint8_t>(48, 100)};
    const auto one = made->process(wide), other = made->process(square);
    QCOMPARE(one.at("pixel_values").shape[1], 3);
    QCOMPARE(other.at("pixel_values").shape[1], 5);
    const auto both = joinPictures({one, other});
    QCOMPARE(both.at("pixel_values").shape, (std::vector<int64_t>{2, 5, 3, 4, 4}));
    const auto& mask = std::get<std::vector<uint8_t>>(both.at("pixel_attention_mask").values);
    QCOMPARE(std::count(mask.begin(), mask.begin() + 80, 1), 48);
    QCOMPARE(std::count(mask.begin() + 80, mask.end(), 1), 80);
    const auto& values = std::get<std::vector<float>>(both.at("pixel_values").values);
    QCOMPARE(std::count(values.begin() + 3 * 48, values.begin() + 5 * 48, 0.f), 2 * 48);
    QCOMPARE(values[5 * 48], std::get<std::vector<float>>(other.at("pixel_values").values)[0]);
  }

  void refuses_data() {
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name, const char* settings, const char* named) {
      QTest::newRow(name) << settings << named;
    };
    row("another class", R"({"image_processor_type": "FuyuImageProcessor"})", "FuyuImageProcessor");
    row("no class", R"({"patch_size": 14})", "no \"image_processor_type\"");
    row("no patch", R"({"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 0})",
        "\"patch_size\": 0");
    row("a setting of another class",
        R"({"image_processor_type": "Siglip2ImageProcessor", "max_patches": 3})", "\"max_patches\": 3");
    row("shapes", R"({"image_processor_type": "LlavaNextImageProcessor", "image_grid_pinpoints": [[1]]})",
        "image_grid_pinpoints");
    row("few above many",
        R"({"image_processor_type": "GotOcr2ImageProcessor", "min_patches": 5, "max_patches": 4})",
        "\"min_patches\": 5");
    row("parts of several sizes", R"({"image_processor_type": "Gemma3ImageProcessor", "do_resize": false})",
        "do_resize");
  }
  void refuses() {
    QFETCH(QString, settings);
    QFETCH(QString, named);
    const auto error =
        errorOf([&] { PictureProcessor::fromJson(json::parse(settings.toStdString()), "c.json"); });
    QVERIFY2(error.contains(named) && error.startsWith("c.json"), qPrintable(error));
  }

  void refusesShapes() {
    const auto qwen = PictureProcessor::fromJson({{"image_processor_type", "Qwen2VLImageProcessor"}}, "c");
    QVERIFY(errorOf([&] { qwen->layoutOf({2, 1000}); }).contains("1000 x 2"));
    QCOMPARE(qwen->layoutOf({5, 1000}).patchRows, 2);
    const auto siglip = PictureProcessor::fromJson(
        {{"image_processor_type", "Siglip2ImageProcessor"}, {"do_resize", false}, {"patch_size", 4}}, "c");
    QVERIFY(errorOf([&] { siglip->layoutOf({8, 10}); }).contains("10 x 8"));
    QCOMPARE(siglip->layoutOf({8, 12}).patchColumns, 3);
  }
};

QTEST_APPLESS_MAIN(PictureProcessorTest)
#include "picture_processor_test.moc"
