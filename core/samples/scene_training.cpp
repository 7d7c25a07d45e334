#include "core/samples/scene_training.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/checkpoint/tensor.h"
#include "core/image/preprocess.h"
#include "core/model/layers/config_value.h"
#include "core/samples/scene_dataset.h"
#include "core/samples/scene_task.h"
#include "core/text/tokenizer.h"
#include "core/text/train_sentence_piece.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Everything the generator can say, in the proportions it says it.
std::vector<std::string> sampleText(uint64_t seed, int64_t scenes) {
  std::vector<std::string> out;
  std::set<std::string> words;
  for (int64_t i = 0; i < scenes; ++i) {
    CounterRandom random(seed, streamOf("tokenizer", uint64_t(i)));
    const Scene scene = drawScene(random, SceneWorld::Train, 1, 3);
    for (const auto& kind : sceneQuestionKinds()) {
      const auto q = askAbout(scene, kind, random, SceneWorld::Train);
      if (q.question.empty()) continue;
      for (const auto& text : {q.question, q.answer}) {
        out.push_back(text);
        std::istringstream in(text);
        for (std::string word; in >> word;) {
          while (!word.empty() && std::ispunct(static_cast<unsigned char>(word.back()))) word.pop_back();
          words.insert(word);
        }
      }
    }
  }
  // A piece is considered only if two different words begin with it: each word once more with a mark behind
  // it makes every whole word a candidate.
  for (const auto& w : words) {
    out.push_back(w + ",");
    out.push_back(w + "?");
  }
  return out;
}

}  // namespace

void trainSceneModel(const nlohmann::json& configuration, const fs::path& folder, const JobControl& control) {
  const auto seed = uint64_t(configValue<int64_t>(configuration, "seed", 0));
  auto modelConfig = configSection(configuration, "model");
  modelConfig["text_config"] = configSection(modelConfig, "text_config");
  const auto stages = SceneStage::parseAll(configuration);
  const auto tokenizerConfig = configSection(configuration, "tokenizer");
  // Refused before anything is written. The tokenizer, once it is made, says how many pieces there are.
  modelConfig["text_config"]["vocab_size"] = configSize(tokenizerConfig, "vocabulary", 160);
  Model::fromConfig(modelConfig);
  std::error_code ec;
  fs::create_directories(folder / "model", ec);
  const fs::path modelFolder = folder / "model";
  if (!fs::exists(modelFolder / "spiece.model"))
    trainSentencePiece(sampleText(seed, configSize(tokenizerConfig, "scenes", 2000)),
                       int(configSize(tokenizerConfig, "vocabulary", 160)), modelFolder / "spiece.model",
                       {.allowSmaller = true});
  writeFileAtomically(modelFolder / "tokenizer_config.json",
                      jsonText(nlohmann::ordered_json{{"tokenizer_class", "T5Tokenizer"},
                                                      {"eos_token", "</s>"},
                                                      {"pad_token", "<pad>"},
                                                      {"unk_token", "<unk>"},
                                                      {"extra_ids", 0},
                                                      {"model_max_length", 512},
                                                      {"legacy", true}},
                               2) +
                          "\n");
  const auto tokenizer = openTokenizer(modelFolder);
  const Encode encode = [&](const std::string& text) { return tokenizer->encode(text); };
  const Decode decode = [&](const std::vector<int64_t>& ids) {
    return tokenizer->decode(
        {ids.begin(), std::find(ids.begin(), ids.end(), tokenizer->special().eos.value_or(1))}, true);
  };

  modelConfig["text_config"]["vocab_size"] = tokenizer->vocabSize();
  const auto model = Model::fromConfig(modelConfig);
  auto parameters = initialSceneWeights(*model, seed);

  for (const auto& stage : stages) {
    const fs::path done = folder / ("after-" + stage.name + ".safetensors");
    if (fs::exists(done)) {
      parameters = readTensors(done);
      continue;
    }
    const SceneTask task(model, stage, seed, encode, decode);
    train(task, parameters, stage.options, stage.name, folder, control);
    writeTensors(done, parameters);
  }

  std::map<std::string, at::Tensor> stored;
  for (const auto& d : model->declared()) stored[d.name] = parameters.at(d.name).to(at::kHalf);
  modelConfig["torch_dtype"] = "float16";
  writeTensors(folder / "model" / "model.safetensors", stored, {{"format", "pt"}});
  writeFileAtomically(folder / "model" / "config.json", jsonText(modelConfig, 2) + "\n");
  const int side = int(configSize(configSection(modelConfig, "vision_config"), "image_size", 64));
  auto images = ImageProcessor::forImageSize({side, side}, {kPixelMean, kPixelMean, kPixelMean},
                                             {kPixelDeviation, kPixelDeviation, kPixelDeviation});
  writeFileAtomically(folder / "model" / "preprocessor_config.json", jsonText(images.toJson(), 2) + "\n");
  writeSceneDataset(folder / "calibration", {"calibration", seed, 128, 2, SceneWorld::Train});
  writeSceneDataset(folder / "pairs", {"pairs", seed, 8, 6, SceneWorld::Train});
}

}  // namespace espalier
