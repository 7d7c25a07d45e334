// What SigLIP's texts and the pictures of Idefics3 and SmolVLM become on their way into the model.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/inputs/picture_text.h"
#include "core/inputs/processor.h"
#include "core/samples/scene_dataset.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class TowerInputsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  Dataset m_data;

  fs::path copyOf(const std::string& name) const {
    const auto folder = fs::path(m_dir.path().toStdString()) / name;
    if (fs::exists(folder)) return folder;
    fs::create_directories(folder);
    for (const char* file : {"config.json", "model.safetensors"})
      fs::copy_file(dataFile("families/models/" + name) / file, folder / file);
    writeLetterTokenizer(folder);
    return folder;
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto folder = fs::path(m_dir.path().toStdString()) / "data";
    SceneDatasetOptions options;
    options.stream = "towers";
    options.pictures = 2;
    options.pairsPerPicture = 1;
    writeSceneDataset(folder, options);
    m_data = openDataset(folder);
    for (auto& s : m_data.samples) s.question = "hue", s.answer = "ab";
  }

  // Full length, padding seen: no mask.
  void siglipsTextsAreFilledUp() {
    const ModelFixture f(copyOf("siglip"));
    const auto batch = Processor(*f.checkpoint, f.model).batch(m_data.samples);
    QVERIFY(!batch->has("attention_mask"));
    const auto& ids = batch->at("input_ids");
    QCOMPARE(ids.size(1), int64_t(8));
    QVERIFY((ids.slice(1, 7) == 0).all().item<bool>());  // [PAD]
    m_data.samples[0].answer = "a b c d e f g h i j k";
    const auto longer = Processor(*f.checkpoint, f.model).batch(m_data.samples)->at("input_ids");
    QCOMPARE(longer.size(1), int64_t(8));
    m_data.samples[0].answer = "ab";
  }

  // A sample can mean a part of its picture: other pixels, and a picture of its own among those of a batch.
  void aViewIsAnotherPicture() {
    const ModelFixture f(copyOf("siglip"));
    auto samples = m_data.samples;
    samples[1].image = samples[0].image;
    const Processor processor(*f.checkpoint, f.model);
    QCOMPARE(processor.batch(samples)->at("pixel_values").size(0), int64_t(1));
    samples[1].view = {.left = 0.5, .width = 0.5, .mirrored = true};
    const auto batch = processor.batch(samples);
    const auto& pixels = batch->at("pixel_values");
    QCOMPARE(pixels.size(0), int64_t(2));
    QVERIFY(!pixels[0].equal(pixels[1]));
    QVERIFY(batch->at("image_index").equal(at::tensor({int64_t(0), int64_t(1)})));
  }

  // As the reference's processor writes it (transformers 5.12, Idefics3Processor).
  void tilesHaveTheirMarks() {
    const std::string around = "<fake_token_around_image>";
    QCOMPARE(idefics3PictureText({}, 2, "<image>"), around + "<global-img><image><image>" + around);
    QCOMPARE(idefics3PictureText({.tiles = 5, .tileRows = 2, .tileColumns = 2}, 1, "<image>"),
             around + "<row_1_col_1><image>" + around + "<row_1_col_2><image>\n" + around +
                 "<row_2_col_1><image>" + around + "<row_2_col_2><image>\n\n" + around +
                 "<global-img><image>" + around);
  }

  // A token for each feature of each tile, in what is read and in what text is generated from.
  void aPictureHasAsManyTokensAsFeatures() {
    const auto folder = copyOf("smolvlm-256m-like");
    const ModelFixture f(folder);
    const auto config = readJson(folder / "config.json");
    const auto batch = Processor(*f.checkpoint, f.model).batch(m_data.samples);
    const auto& pixels = batch->at("pixel_values");
    QCOMPARE(pixels.dim(), int64_t(5));
    QVERIFY(pixels.size(1) > 1);
    const int64_t side = config["vision_config"]["image_size"].get<int64_t>() /
                         config["vision_config"]["patch_size"].get<int64_t>() /
                         config["scale_factor"].get<int64_t>();
    const int64_t token = config["image_token_id"];
    for (const char* name : {"input_ids", "prompt_ids"}) {
      const auto counts = (batch->at(name) == token).sum(1);
      QVERIFY2((counts == pixels.size(1) * side * side).all().item<bool>(), name);
    }
    QVERIFY((batch->at("labels") != token).all().item<bool>());
  }
};

QTEST_APPLESS_MAIN(TowerInputsTest)
#include "tower_inputs_test.moc"
