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
  ImageProcessor found() const {
    const auto checkpoint = Checkpoint::open(m_folder.path().toStdString());
    return pictureProcessingOf(*checkpoint, *Model::fromCheckpoint(*checkpoint)).value();
  }

 private Q_SLOTS:
  void theFileThatSaysMost() {
    for (const char* file : {"config.json", "model.safetensors"})
      fs::copy_file(dataFile("fixtures/models/clip") / file, m_folder.filePath(file).toStdString());
    QCOMPARE(found().size.height, 32);  // the model's own
    QVERIFY(!found().centerCrops);

    write("preprocessor_config.json", R"({"image_processor_type": "CLIPImageProcessor", "size": 40})");
    QCOMPARE(found().shortestEdge.value(), 40);

    // What LLaVA's processor says besides leaves the other file in force.
    write("processor_config.json", R"({"processor_class": "LlavaProcessor", "patch_size": 8})");
    QCOMPARE(found().shortestEdge.value(), 40);

    write("processor_config.json", R"({"processor_class": "CLIPProcessor", "image_processor": {
        "image_processor_type": "CLIPImageProcessorPil", "size": {"shortest_edge": 50}}})");
    QCOMPARE(found().shortestEdge.value(), 50);
  }

  void aFaultIsNamed() {
    write("processor_config.json",
          R"({"image_processor": {"image_processor_type": "CLIPImageProcessor", "size": -1}})");
    QVERIFY(errorOf([&] { found(); }).contains("processor_config.json has \"size\": -1"));
  }
};

QTEST_APPLESS_MAIN(PictureProcessingTest)
#include "picture_processing_test.moc"
