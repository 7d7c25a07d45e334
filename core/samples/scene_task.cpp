#include "core/samples/scene_task.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/evaluate/answer_match.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"
#include "core/samples/dense_labels.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr int64_t kValidationScenes = 160;
constexpr int64_t kMaxAnswerTokens = 40;

size_t indexOf(const Model& model, const std::string& block) {
  for (size_t i = 0; i < model.blocks().size(); ++i)
    if (model.blocks()[i]->name() == block) return i;
  throw Error(ErrorKind::InvalidInput,
              "The model to train has no \"" + block + "\"; a BLIP-2 with T5 was expected.");
}

at::Tensor padded(const std::vector<std::vector<int64_t>>& rows, int64_t fill) {
  size_t length = 1;
  for (const auto& r : rows) length = std::max(length, r.size());
  auto out = at::full({int64_t(rows.size()), int64_t(length)}, fill, at::kLong);
  for (size_t i = 0; i < rows.size(); ++i)
    std::copy(rows[i].begin(), rows[i].end(), out.data_ptr<int64_t>() + i * length);
  return out;
}

// Text rows about the pictures of a state: the batch the language model takes.
std::shared_ptr<Batch> textBatch(const State& state, const std::vector<std::vector<SceneQuestion>>& questions,
                                 const Encode& encode) {
  std::vector<std::vector<int64_t>> prompts, answers;
  std::vector<int64_t> pictures;
  for (size_t p = 0; p < questions.size(); ++p)
    for (const auto& q : questions[p]) {
      prompts.push_back(encode(q.question));
      answers.push_back(encode(q.answer));
      pictures.push_back(int64_t(p));
    }
  auto batch = std::make_shared<Batch>();
  batch->tensors["pixel_values"] = state.inputs->at("pixel_values");
  batch->tensors["input_ids"] = padded(prompts, 0);
  auto mask = batch->tensors["input_ids"] != 0;
  batch->tensors["attention_mask"] = mask.to(at::kLong);
  batch->tensors["labels"] = padded(answers, kIgnoredLabel);
  batch->tensors["image_index"] = at::tensor(pictures);
  return batch;
}

}  // namespace

SceneTask::SceneTask(std::shared_ptr<const Model> model, SceneStage stage, uint64_t seed, Encode encode,
                     Decode decode)
    : m_model(std::move(model)),
      m_stage(std::move(stage)),
      m_seed(seed),
      m_encode(std::move(encode)),
      m_decode(std::move(decode)) {
  m_visionEnd = indexOf(*m_model, "vision_model.post_layernorm") + 1;
  m_projection = indexOf(*m_model, "language_projection");
}

double SceneTask::learningRateFactor(const std::string& name) const {
  const bool vision = name.starts_with("vision_model.") || name.starts_with("dense.");
  if (m_stage.visionOnly) return vision ? 1 : 0;
  return vision ? m_stage.visionRate : 1;
}

at::Tensor SceneTask::loss(const Weights& weights, int64_t step, int shard, int shards,
                           std::map<std::string, double>& log) const {
  const int64_t pictures = m_stage.picturesPerStep / shards;
  std::vector<Scene> scenes;
  std::vector<std::vector<SceneQuestion>> questions, captions;
  for (int64_t i = 0; i < pictures; ++i) {
    CounterRandom random(m_seed,
                         streamOf("train " + m_stage.name, uint64_t(step), uint64_t(shard * pictures + i)));
    scenes.push_back(m_stage.draw(random));
    if (m_stage.visionOnly) continue;
    auto& mine = questions.emplace_back();
    for (int64_t q = 0; q < m_stage.questionsPerPicture; ++q)
      mine.push_back(m_stage.ask(scenes.back(), random));
    captions.push_back({askAbout(scenes.back(), "caption", random, SceneWorld::Train)});
  }
  auto inputs = std::make_shared<Batch>();
  inputs->tensors["pixel_values"] = pixelsOf(scenes);
  State state;
  state.inputs = inputs;
  const Pass pass{weights};
  runBlocks(*m_model, pass, state, 0, m_visionEnd);
  // Without the class token.
  auto total = denseLoss(weights, state.hidden.slice(1, 1), scenes, log) *
               (m_stage.visionOnly ? 1.0 : m_stage.denseWeight);
  if (m_stage.visionOnly) return total;
  runBlocks(*m_model, pass, state, m_visionEnd, m_projection);
  double answersRight = 0, captionTokensRight = 0;
  const auto answers = answerLoss(weights, state, questions, answersRight);
  const auto caption = answerLoss(weights, state, captions, captionTokensRight);
  log["answerLoss"] = answers.item<double>();
  log["captionLoss"] = caption.item<double>();
  log["answerTokens"] = answersRight;
  log["captionTokens"] = captionTokensRight;
  return total + answers + caption;
}

at::Tensor SceneTask::answerLoss(const Weights& weights, const State& pictures,
                                 const std::vector<std::vector<SceneQuestion>>& questions,
                                 double& accuracy) const {
  State state = pictures;
  state.inputs = textBatch(pictures, questions, m_encode);
  runBlocks(*m_model, Pass{weights}, state, m_projection, m_model->blocks().size());
  const auto& labels = state.inputs->at("labels");
  const auto counted = labels != kIgnoredLabel;
  accuracy =
      ((state.logits.argmax(2) == labels) & counted).sum().item<double>() / counted.sum().item<double>();
  return state.lossSum.sum() / state.lossCount.sum().to(at::kFloat);
}

std::map<std::string, double> SceneTask::validate(const Weights& weights) const {
  if (m_stage.visionOnly) return {};
  // The same fresh scenes at each call; a world no training stream draws from.
  constexpr int64_t kChunk = 16;
  const auto& kinds = sceneQuestionKinds();
  std::vector<std::map<std::string, std::pair<double, double>>> counts(kValidationScenes / kChunk);
  parallelFor(kValidationScenes / kChunk, [&](int64_t c) {
    std::vector<Scene> scenes;
    std::vector<std::vector<SceneQuestion>> questions, captions;
    for (int64_t i = c * kChunk; i < (c + 1) * kChunk; ++i) {
      CounterRandom random(m_seed, streamOf("validation", uint64_t(i)));
      scenes.push_back(drawScene(random, SceneWorld::Train, 1, 3));
      auto& mine = questions.emplace_back();
      for (const auto& kind : kinds)
        if (kind != "caption")
          if (auto q = askAbout(scenes.back(), kind, random, SceneWorld::Train); !q.question.empty())
            mine.push_back(q);
      captions.push_back({askAbout(scenes.back(), "caption", random, SceneWorld::Train)});
    }
    auto inputs = std::make_shared<Batch>();
    inputs->tensors["pixel_values"] = pixelsOf(scenes);
    State pictures;
    pictures.inputs = inputs;
    const Pass pass{weights};
    runBlocks(*m_model, pass, pictures, 0, m_projection);
    for (const auto* group : {&questions, &captions}) {
      State state = pictures;
      state.inputs = textBatch(pictures, *group, m_encode);
      runBlocks(*m_model, pass, state, m_projection, m_model->decoderStart());
      const auto ids = generateGreedy(*m_model, pass, state, kMaxAnswerTokens).sequences;
      int64_t row = 0;
      for (size_t p = 0; p < group->size(); ++p)
        for (const auto& q : (*group)[p]) {
          const int64_t* begin = ids.data_ptr<int64_t>() + row++ * ids.size(1);
          const std::string answer = m_decode(std::vector<int64_t>(begin, begin + ids.size(1)));
          auto& [right, total] = counts[size_t(c)][q.kind];
          total += 1;
          right += q.kind == "caption" ? sameThings(answer, q.answer) : answer == q.answer;
        }
    }
  });
  std::map<std::string, std::pair<double, double>> sums;
  for (const auto& c : counts)
    for (const auto& [kind, pair] : c) sums[kind].first += pair.first, sums[kind].second += pair.second;
  std::map<std::string, double> out;
  double right = 0, total = 0;
  for (const auto& [kind, pair] : sums) {
    out[kind] = pair.first / pair.second;
    if (kind != "caption") right += pair.first, total += pair.second;
  }
  out["questions"] = right / total;
  return out;
}

std::map<std::string, at::Tensor> initialSceneWeights(const Model& model, uint64_t seed) {
  std::map<std::string, at::Tensor> out;
  const auto normal = [&](const std::string& name, const std::vector<int64_t>& shape, double deviation) {
    auto t = at::empty(shape);
    CounterRandom(seed, streamOf("initial " + name)).fillNormal(t.data_ptr<float>(), t.numel());
    out[name] = t.mul_(deviation);
  };
  const auto text = configSection(model.config(), "text_config");
  const double headWidth = double(configSize(text, "d_kv", 64));
  for (const auto& [name, shape] : model.declared()) {
    const double rows = double(shape[0]),
                 columns = shape.size() > 1 ? double(at::zeros(shape).numel()) / rows : 1;
    if (shape.size() == 1) {
      out[name] = name.ends_with("bias") ? at::zeros(shape) : at::ones(shape);
    } else if (name.ends_with("position_embedding")) {
      // Two-dimensional sines and cosines (as in MoCo v3 and MAE); the class token has no place.
      const int64_t width = shape[2], across = int64_t(std::lround(std::sqrt(double(shape[1] - 1))));
      auto table = at::zeros(shape);
      for (int64_t p = 0; p < across * across; ++p)
        for (int64_t i = 0; i < width / 4; ++i) {
          const double frequency = std::pow(10000.0, -double(i) / double(width / 4));
          const double x = double(p % across) * frequency, y = double(p / across) * frequency;
          float* row = table.data_ptr<float>() + (p + 1) * width;
          row[i] = float(std::sin(x));
          row[i + width / 4] = float(std::cos(x));
          row[i + width / 2] = float(std::sin(y));
          row[i + 3 * width / 4] = float(std::cos(y));
        }
      out[name] = table;
    } else if (name == "query_tokens" || name.ends_with("class_embedding")) {
      normal(name, shape, 0.02);
    } else if (name.ends_with("shared.weight")) {
      normal(name, shape, 1.0);
    } else if (name.ends_with("relative_attention_bias.weight")) {
      normal(name, shape, 0.1);
    } else if (name.starts_with("language_model.")) {
      // T5 does not divide attention scores by sqrt(d): its queries start smaller instead.
      const bool query = name.ends_with(".q.weight");
      normal(name, shape, std::pow(columns * (query ? headWidth : 1), -0.5));
    } else {
      normal(name, shape, std::sqrt(2.0 / (rows + columns)));  // Xavier
    }
  }
  addDenseHeads(out, configSize(configSection(model.config(), "vision_config"), "hidden_size", 1408), seed);
  return out;
}

}  // namespace espalier
