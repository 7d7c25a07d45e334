#include "core/samples/emoji_training.h"

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/checkpoint/tensor.h"
#include "core/image/preprocess.h"
#include "core/model/layers/config_value.h"
#include "core/samples/emoji.h"
#include "core/samples/emoji_task.h"
#include "core/text/tokenizer.h"
#include "core/text/train_byte_pairs.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int kPictureSide = 96;  // of the data sets; the model's preprocessing makes them smaller
constexpr size_t kCalibration = 256;
constexpr size_t kShown = 96;

void writeTokenizer(const fs::path& folder, const std::vector<Emoji>& emoji, int vocabulary,
                    int64_t positions) {
  std::vector<std::string> names;
  for (const auto& e : emoji)
    if (!e.heldOut) names.push_back(e.name);
  trainBytePairs(names, vocabulary, folder);
  writeFileAtomically(folder / "tokenizer_config.json",
                      jsonText(nlohmann::ordered_json{{"tokenizer_class", "CLIPTokenizer"},
                                                      {"bos_token", "<|startoftext|>"},
                                                      {"eos_token", "<|endoftext|>"},
                                                      {"pad_token", "<|endoftext|>"},
                                                      {"unk_token", "<|endoftext|>"},
                                                      {"model_max_length", positions}},
                               2) +
                          "\n");
}

// Evenly over the list, so that every kind of emoji is there: calibration data, others to test on, and a few
// of the held-out ones to look at, which are answered while a bar is dragged.
void writeDatasets(const fs::path& folder, const std::vector<Emoji>& emoji, uint64_t seed) {
  std::vector<const Emoji*> trained, heldOut, calibration, seen;
  for (const auto& e : emoji) (e.heldOut ? heldOut : trained).push_back(&e);
  const size_t each = std::min(kCalibration, trained.size() / 2);
  for (size_t i = 0; i < each; ++i) calibration.push_back(trained[2 * (i * (trained.size() / 2) / each)]);
  const size_t tested = std::min(heldOut.size(), trained.size() / 2);
  for (size_t i = 0; i < tested; ++i) seen.push_back(trained[2 * (i * (trained.size() / 2) / tested) + 1]);
  writeEmojiDataset(folder / "calibration", calibration, kPictureSide, seed);
  writeEmojiDataset(folder / "seen", seen, kPictureSide, seed);
  writeEmojiDataset(folder / "held-out", heldOut, kPictureSide, seed);
  std::vector<const Emoji*> shown;
  const size_t few = std::min(kShown, heldOut.size());
  for (size_t i = 0; i < few; ++i) shown.push_back(heldOut[i * heldOut.size() / few]);
  writeEmojiDataset(folder / "pairs", shown, kPictureSide, seed);
}

std::vector<Emoji> emojiOf(const nlohmann::json& configuration) {
  return readEmoji(configValue<std::string>(configuration, "list", ""),
                   configValue<std::string>(configuration, "font", ""),
                   uint64_t(configValue<int64_t>(configuration, "seed", 0)));
}

}  // namespace

void writeEmojiData(nlohmann::json configuration, const fs::path& font, const fs::path& list,
                    const fs::path& folder) {
  if (!font.empty()) configuration["font"] = font.string();
  if (!list.empty()) configuration["list"] = list.string();
  writeDatasets(folder, emojiOf(configuration), uint64_t(configValue<int64_t>(configuration, "seed", 0)));
}

void trainEmojiModel(const nlohmann::json& configuration, const fs::path& folder, const JobControl& control) {
  const auto seed = uint64_t(configValue<int64_t>(configuration, "seed", 0));
  const fs::path modelFolder = folder / "model";
  std::error_code ec;
  fs::create_directories(modelFolder, ec);
  const auto emoji = std::make_shared<const std::vector<Emoji>>(emojiOf(configuration));

  auto modelConfig = configSection(configuration, "model");
  modelConfig["text_config"] = configSection(modelConfig, "text_config");
  auto& text = modelConfig["text_config"];
  const auto positions = configSize(text, "max_position_embeddings", 77);
  writeTokenizer(modelFolder, *emoji,
                 int(configSize(configSection(configuration, "tokenizer"), "vocabulary", 1024)), positions);
  const auto tokenizer = openTokenizer(modelFolder);
  const auto end = tokenizer->special().eos.value();
  text["vocab_size"] = tokenizer->vocabSize();
  text["bos_token_id"] = tokenizer->special().bos.value();
  text["eos_token_id"] = text["pad_token_id"] = end;
  std::vector<std::vector<int64_t>> names;
  for (const auto& e : *emoji) {
    names.push_back(tokenizer->encode(e.name));
    if (int64_t(names.back().size()) > positions)
      throw Error(ErrorKind::InvalidInput, "The name \"" + e.name + "\" has " +
                                               std::to_string(names.back().size()) +
                                               " tokens; text_config.max_position_embeddings is only " +
                                               std::to_string(positions) + ".");
  }

  const auto model = Model::fromConfig(modelConfig);
  auto parameters = initialClipWeights(*model, seed);
  const auto training = configSection(configuration, "training");
  const EmojiTask task(model, emoji, names, end, configSize(training, "pairsPerStep", 256), seed);
  train(task, parameters, TrainingOptions::parse(training), "emoji", folder, control);

  std::map<std::string, at::Tensor> stored;
  for (const auto& d : model->declared()) stored[d.name] = parameters.at(d.name).to(at::kHalf);
  modelConfig["torch_dtype"] = "float16";
  writeTensors(modelFolder / "model.safetensors", stored, {{"format", "pt"}});
  writeFileAtomically(modelFolder / "config.json", jsonText(modelConfig, 2) + "\n");
  ImageProcessor images;
  const int side = int(configSize(modelConfig["vision_config"], "image_size", 224));
  images.shortestEdge = side;
  images.cropSize = {side, side};
  writeFileAtomically(modelFolder / "preprocessor_config.json", jsonText(images.toJson(), 2) + "\n");
  writeDatasets(folder, *emoji, seed);
}

}  // namespace espalier
