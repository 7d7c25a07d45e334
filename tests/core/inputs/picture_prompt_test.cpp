// What pictures become in the text of each family.
#include "core/inputs/inputs.h"

#include <QtTest/QtTest>

#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;

namespace {

std::unique_ptr<Tokenizer> tokenizerOf(const char* family) {
  return openTokenizer(dataFile(std::string("families/chat/") + family));
}

PicturePrompt promptOf(const json& config, const Tokenizer& tokenizer) {
  return picturePromptOf(config)(config, &tokenizer);
}

size_t countOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

}  // namespace

class PicturePromptTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void tilesOfIdefics() {
    const auto tokenizer = tokenizerOf("smolvlm");
    const json config{{"model_type", "smolvlm"},
                      {"image_token_id", *tokenizer->idOf("<image>")},
                      {"scale_factor", 2},
                      {"vision_config", {{"image_size", 16}, {"patch_size", 4}}}};
    const auto prompt = promptOf(config, *tokenizer);
    QCOMPARE(prompt.placeholder, std::string("<image>"));
    const std::string four = "<image><image><image><image>", mark = "<fake_token_around_image>";
    QCOMPARE(prompt.expand({}), mark + "<global-img>" + four + mark);
    const PictureLayout divided{.tiles = 3, .tileRows = 1, .tileColumns = 2};
    QCOMPARE(prompt.expand(divided), mark + "<row_1_col_1>" + four + mark + "<row_1_col_2>" + four + "\n\n" +
                                         mark + "<global-img>" + four + mark);
    QCOMPARE(prompt.features.count(divided), 12);
  }

  void cropsOfGemma() {
    const auto tokenizer = tokenizerOf("gemma3");
    const json config{{"model_type", "gemma3"},
                      {"image_token_index", *tokenizer->idOf("<image_soft_token>")},
                      {"boi_token_index", *tokenizer->idOf("<start_of_image>")},
                      {"eoi_token_index", *tokenizer->idOf("<end_of_image>")},
                      {"mm_tokens_per_image", 2}};
    const auto prompt = promptOf(config, *tokenizer);
    QCOMPARE(prompt.placeholder, std::string("<start_of_image>"));
    const std::string one = "\n\n<start_of_image><image_soft_token><image_soft_token><end_of_image>\n\n";
    QCOMPARE(prompt.expand({}), one);
    QCOMPARE(prompt.expand({.tiles = 3}), "Here is the original image " + one +
                                              " and here are some crops to help you see better " + one + " " +
                                              one);
    QCOMPARE(prompt.features.count({.tiles = 3}), 6);
  }

  void tilesOfInternVl() {
    const auto tokenizer = tokenizerOf("internvl");
    const json config{{"model_type", "internvl"},
                      {"image_token_id", *tokenizer->idOf("<IMG_CONTEXT>")},
                      {"vision_config", {{"image_size", {8, 8}}, {"patch_size", {2, 2}}}}};
    const auto prompt = promptOf(config, *tokenizer);
    const PictureLayout divided{.tiles = 3, .tileRows = 1, .tileColumns = 2};
    QCOMPARE(prompt.features.count(divided), 12);
    const auto text = prompt.expand(divided);
    QVERIFY(text.starts_with("<img><IMG_CONTEXT>") && text.ends_with("<IMG_CONTEXT></img>"));
    QCOMPARE(countOf(text, "<IMG_CONTEXT>"), size_t(12));
  }

  // Whatever "image_seq_length" says, which the model does not look at.
  void featuresThatInternVlMakes() {
    json config{{"model_type", "internvl"},
                {"image_seq_length", 5},
                {"downsample_ratio", 1.0},
                {"vision_config", {{"image_size", {8, 8}}, {"patch_size", {2, 2}}}}};
    const auto of = [&](const PictureLayout& l) {
      return picturePromptOf(config)(config, nullptr).features.count(l);
    };
    QCOMPARE(of({}), 16);
    config["downsample_ratio"] = 0.25;
    QCOMPARE(of({}), 1);
    config["downsample_ratio"] = 0.5;
    config["vision_config"]["image_size"] = {24, 8};
    QCOMPARE(of({.tiles = 2}), 24);
  }

  void mergedPatchesOfQwen() {
    const auto tokenizer = tokenizerOf("qwen2_vl");
    const json config{{"model_type", "qwen2_5_vl"},
                      {"image_token_id", *tokenizer->idOf("<|image_pad|>")},
                      {"vision_config", {{"spatial_merge_size", 2}}}};
    const auto prompt = promptOf(config, *tokenizer);
    QCOMPARE(prompt.expand({.patchRows = 4, .patchColumns = 6}), [] {
      std::string out;
      for (int i = 0; i < 6; ++i) out += "<|image_pad|>";
      return out;
    }());
  }

  void llava() {
    const auto tokenizer = tokenizerOf("llava");
    json config{
        {"model_type", "llava"},
        {"image_token_index", *tokenizer->idOf("<image>")},
        {"vision_config", {{"model_type", "clip_vision_model"}, {"image_size", 8}, {"patch_size", 4}}}};
    QCOMPARE(promptOf(config, *tokenizer).features.count({}), 4);
    config["vision_feature_select_strategy"] = "full";
    QCOMPARE(promptOf(config, *tokenizer).features.count({}), 5);
    config["vision_config"]["model_type"] = "siglip_vision_model";
    QCOMPARE(promptOf(config, *tokenizer).features.count({}), 4);
    config["vision_feature_select_strategy"] = "default";
    QCOMPARE(promptOf(config, *tokenizer).features.count({}), 3);
    config["image_token_index"] = 9999;
    QVERIFY(errorOf([&] { promptOf(config, *tokenizer); }).contains("9999"));
    QVERIFY(!picturePromptOf({{"model_type", "llama"}}));
  }

  // A processor of another family is told before any picture is read.
  void aProcessorOfAnotherFamily_data() {
    QTest::addColumn<QString>("type");
    for (const char* type : {"gemma3", "idefics3", "internvl", "llava", "llava_next", "llava_onevision",
                             "qwen2_vl", "qwen3_vl", "qwen3_5", "smolvlm"})
      QTest::newRow(type) << type;
  }
  void aProcessorOfAnotherFamily() {
    QFETCH(QString, type);
    const auto make = picturePromptOf({{"model_type", type.toStdString()}});
    QVERIFY(make);
    const auto features =
        make({{"model_type", type.toStdString()}, {"vision_config", {{"image_size", 32}, {"patch_size", 4}}}},
             nullptr)
            .features;
    const bool patches = type.startsWith("qwen");
    const PictureLayout cut{.patchRows = 4, .patchColumns = 4},
        tiles{.picture = {20, 20}, .tiles = 2, .tileRows = 1, .tileColumns = 1};
    QVERIFY(features.count(patches ? cut : tiles) > 0);
    const auto error = errorOf([&] { features.count(patches ? tiles : cut); });
    QVERIFY2(error.contains("picture processor") &&
                 error.contains(patches ? "Qwen2VLImageProcessor" : "another family"),
             qPrintable(error));
  }

  // Counted in the prompts that the reference's processor made for pictures of these sizes.
  void anyResolution_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("ratio");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("tokens");
    const auto row = [](const char* type, const char* ratio, int height, int width, int tokens) {
      QTest::addRow("%s %s %dx%d", type, ratio, height, width) << type << ratio << height << width << tokens;
    };
    row("llava_next", "", 30, 50, 37);
    row("llava_next", "", 60, 25, 37);
    row("llava_next", "", 40, 41, 51);
    row("llava_onevision", "anyres_max_9", 30, 50, 69);
    row("llava_onevision", "anyres_max_9", 80, 81, 99);
    row("llava_onevision", "anyres_max_9", 27, 20, 72);
    row("llava_onevision", "anyres_max_4", 80, 70, 45);
  }
  void anyResolution() {
    QFETCH(QString, type);
    QFETCH(QString, ratio);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, tokens);
    const auto tokenizer = tokenizerOf("llava");
    const bool next = type == "llava_next";
    const json shapes =
        next ? json{{12, 24}, {24, 12}, {24, 24}, {36, 12}, {12, 36}}
             : json{{12, 12}, {12, 24}, {12, 36}, {24, 12}, {24, 24}, {24, 36}, {36, 12}, {36, 24}, {36, 36}};
    const json config{{"model_type", type.toStdString()},
                      {"image_token_index", *tokenizer->idOf("<image>")},
                      {"vision_aspect_ratio", ratio.toStdString()},
                      {"vision_config", {{"image_size", 12}, {"patch_size", 4}}}};
    json pictures{{"image_processor_type", next ? "LlavaNextImageProcessor" : "LlavaOnevisionImageProcessor"},
                  {"image_grid_pinpoints", shapes},
                  {"size", 12}};
    if (next) pictures["crop_size"] = 12;
    if (!next) pictures["size"] = {{"height", 12}, {"width", 12}};
    const auto layout = PictureProcessor::fromJson(pictures, "c")->layoutOf({height, width});
    QCOMPARE(promptOf(config, *tokenizer).features.count(layout), int64_t(tokens));
  }
};

QTEST_APPLESS_MAIN(PicturePromptTest)
#include "picture_prompt_test.moc"
