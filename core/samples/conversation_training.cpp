#include "core/samples/conversation_training.h"

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/checkpoint/tensor.h"
#include "core/model/layers/config_value.h"
#include "core/samples/conversation_task.h"
#include "core/samples/sample_folder.h"
#include "core/samples/scene_dataset.h"
#include "core/text/train_byte_level.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

using nlohmann::ordered_json;

void writeJson(const fs::path& path, const ordered_json& json) {
  writeFileAtomically(path, jsonText(json, 2) + "\n");
}

// The tokenizer learns from everything the generator can say, in the proportions it says it.
void writeConversationTokenizer(const fs::path& folder, const nlohmann::json& options, int64_t positions,
                                uint64_t seed) {
  std::vector<std::string> texts;
  const auto scenes = configSize(options, "scenes", 2000);
  for (int64_t i = 0; i < scenes; ++i) {
    CounterRandom random(seed, streamOf("tokenizer", uint64_t(i)));
    const Scene scene = drawScene(random, SceneWorld::Train, 1, 3);
    for (const auto& kind : sceneQuestionKinds())
      if (const auto q = askAbout(scene, kind, random, SceneWorld::Train); !q.question.empty())
        for (auto& text : turnsWithoutTokens(q)) texts.push_back(std::move(text));
  }
  trainByteLevel(texts, conversationTokens(), int(configSize(options, "vocabulary", 640)), folder);
  writeJson(folder / "tokenizer_config.json", {{"tokenizer_class", "PreTrainedTokenizerFast"},
                                               {"bos_token", "<|im_start|>"},
                                               {"eos_token", "<end_of_utterance>"},
                                               {"pad_token", "<|im_end|>"},
                                               {"unk_token", "<|endoftext|>"},
                                               {"clean_up_tokenization_spaces", false},
                                               {"model_max_length", positions},
                                               {"processor_class", "Idefics3Processor"}});
}

// The model takes a scene as it is: one tile, its pixels brought to about one.
void writeProcessor(const fs::path& folder, int64_t side, int64_t features) {
  const ordered_json edge{{"longest_edge", side}};
  const auto triple = [](double value) { return ordered_json::array({value, value, value}); };
  writeJson(folder / "preprocessor_config.json", {{"do_convert_rgb", true},
                                                  {"do_image_splitting", false},
                                                  {"do_normalize", true},
                                                  {"do_pad", true},
                                                  {"do_rescale", true},
                                                  {"do_resize", true},
                                                  {"image_mean", triple(kPixelMean)},
                                                  {"image_processor_type", "Idefics3ImageProcessor"},
                                                  {"image_std", triple(kPixelDeviation)},
                                                  {"max_image_size", edge},
                                                  {"processor_class", "Idefics3Processor"},
                                                  {"resample", 1},
                                                  {"rescale_factor", 1 / 255.0},
                                                  {"size", edge}});
  writeJson(folder / "processor_config.json",
            {{"image_seq_len", features}, {"processor_class", "Idefics3Processor"}});
  writeFileAtomically(folder / "chat_template.jinja", conversationTemplate());
}

void nameTokens(nlohmann::json& config, const Tokenizer& tokenizer) {
  const auto id = [&](const char* token) { return tokenizer.idOf(token).value(); };
  auto& text = config["text_config"];
  text["vocab_size"] = tokenizer.vocabSize();
  for (auto* part : {&config, &text}) (*part)["pad_token_id"] = id("<|im_end|>");
  text["bos_token_id"] = id("<|im_start|>");
  text["eos_token_id"] = id("<end_of_utterance>");
  config["image_token_id"] = id("<image>");
}

}  // namespace

void trainConversationModel(const nlohmann::json& configuration, const fs::path& folder,
                            const JobControl& control) {
  const auto seed = uint64_t(configValue<int64_t>(configuration, "seed", 0));
  const fs::path modelFolder = folder / "model";
  std::error_code ec;
  fs::create_directories(modelFolder, ec);
  auto modelConfig = configSection(configuration, "model");
  modelConfig["text_config"] = configSection(modelConfig, "text_config");
  const auto positions =
      configSize(configSection(modelConfig, "text_config"), "max_position_embeddings", 2048);
  if (!fs::exists(modelFolder / "tokenizer.json", ec))
    writeConversationTokenizer(modelFolder, configSection(configuration, "tokenizer"), positions, seed);
  const std::shared_ptr<const Tokenizer> tokenizer = openTokenizer(modelFolder);
  nameTokens(modelConfig, *tokenizer);
  const auto vision = configSection(modelConfig, "vision_config");
  const int64_t side = configSize(vision, "image_size", 224);
  const int64_t across =
      side / configSize(vision, "patch_size", 32) / configSize(modelConfig, "scale_factor", 2);
  writeProcessor(modelFolder, side, across * across);

  const auto tower = configValue<std::string>(configuration, "tower", "");
  if (!tower.empty() && tower != "sample")
    throw Error(ErrorKind::InvalidInput,
                "\"tower\" is \"" + tower + "\"; \"sample\" was expected, or nothing.");
  const auto model = Model::fromConfig(modelConfig);
  auto parameters =
      initialConversationWeights(*model, seed, tower.empty() ? fs::path() : sampleFolder() / "model");
  for (const auto& stage : SceneStage::parseAll(configuration)) {
    const fs::path done = folder / ("after-" + stage.name + ".safetensors");
    if (fs::exists(done, ec)) {
      parameters = readTensors(done);
      continue;
    }
    const ConversationTask task(model, stage, seed, tokenizer);
    train(task, parameters, stage.options, stage.name, folder, control);
    writeTensors(done, parameters);
  }

  std::map<std::string, at::Tensor> stored;
  for (const auto& d : model->declared()) stored[d.name] = parameters.at(d.name).to(at::kBFloat16);
  modelConfig["torch_dtype"] = "bfloat16";
  writeTensors(modelFolder / "model.safetensors", stored, {{"format", "pt"}});
  writeFileAtomically(modelFolder / "config.json", jsonText(modelConfig, 2) + "\n");
  writeJson(modelFolder / "generation_config.json",
            {{"bos_token_id", modelConfig["text_config"]["bos_token_id"]},
             {"eos_token_id", modelConfig["text_config"]["eos_token_id"]},
             {"pad_token_id", modelConfig["pad_token_id"]}});
  writeConversationData(configuration, folder);
}

void writeConversationData(const nlohmann::json& configuration, const fs::path& folder) {
  const auto seed = uint64_t(configValue<int64_t>(configuration, "seed", 0));
  const SceneDatasetOptions calibration{"calibration", seed, 128, 2, SceneWorld::Train},
      pairs{"pairs", seed, 4, 6, SceneWorld::Train};
  std::error_code none;
  for (const auto& data : {calibration, pairs})
    if (!fs::exists(folder / data.stream / "metadata.jsonl", none))
      writeSceneDataset(folder / data.stream, data);
}

}  // namespace espalier
