// Where a model folder says how its pictures are prepared.
#include <QtTest/QtTest>
#include <fstream>

#include "core/inputs/picture_processing.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class PictureProcessingTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  void write(const char* file, const std::string& content) const {
    std::ofstream(m_folder.filePath(file).toStdString()) << content;
  }
  std::shared_ptr<const PictureProcessor> found() const {
    const auto checkpoint = Checkpoint::open(m_folder.path().toStdString());
    return pictureProcessingOf(*checkpoint, *Model::fromCheckpoint(*checkpoint));
  }
  // Rows and columns of what a picture of 40 x 60 becomes.
  std::vector<int64_t> sizeFound() const {
    const Image picture{60, 40, std::vector<uint8_t>(60 * 40 * 3)};
    const auto shape = found()->process(picture).at("pixel_values").shape;
    return {shape[2], shape[3]};
  }

 private Q_SLOTS:
  void theFileThatSaysMost() {
    for (const char* file : {"config.json", "model.safetensors"})
      fs::copy_file(dataFile("fixtures/models/clip") / file, m_folder.filePath(file).toStdString());
    QCOMPARE(sizeFound(), (std::vector<int64_t>{32, 32}));  // the model's own

    write("preprocessor_config.json",
          R"({"image_processor_type": "CLIPImageProcessor", "size": 40, "crop_size": 40})");
    QCOMPARE(sizeFound(), (std::vector<int64_t>{40, 40}));

    // What LLaVA's processor says besides leaves the other file in force.
    write("processor_config.json", R"({"processor_class": "LlavaProcessor", "patch_size": 8})");
    QCOMPARE(sizeFound(), (std::vector<int64_t>{40, 40}));

    write("processor_config.json", R"({"processor_class": "CLIPProcessor", "image_processor": {
        "image_processor_type": "CLIPImageProcessorPil", "size": {"shortest_edge": 50}, "do_center_crop": false}})");
    QCOMPARE(sizeFound(), (std::vector<int64_t>{50, 75}));
  }

  void aFaultIsNamed() {
    write("processor_config.json",
          R"({"image_processor": {"image_processor_type": "CLIPImageProcessor", "size": -1}})");
    QVERIFY(errorOf([&] { found(); }).contains("processor_config.json has \"size\": -1"));
  }
};

QTEST_APPLESS_MAIN(PictureProcessingTest)
#include "picture_processing_test.moc"
