#include "core/samples/scene_task.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/evaluate/answer_match.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"
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

int64_t drawWeighted(const std::vector<double>& weights, CounterRandom& random) {
  double total = 0;
  for (double w : weights) total += w;
  double u = random.uniform() * total;
  for (size_t i = 0; i < weights.size(); ++i)
    if ((u -= weights[i]) < 0) return int64_t(i);
  return int64_t(weights.size()) - 1;
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

SceneStage SceneStage::parse(const nlohmann::json& c) {
  SceneStage s;
  s.name = configValue<std::string>(c, "name", "stage");
  const auto kind = configValue<std::string>(c, "kind", "joint");
  if (kind != "vision" && kind != "joint")
    throw Error(ErrorKind::InvalidInput,
                "The stage \"" + s.name + "\" has kind \"" + kind + "\"; vision or joint was expected.");
  s.visionOnly = kind == "vision";
  s.picturesPerStep = configSize(c, "picturesPerStep", s.picturesPerStep);
  s.questionsPerPicture = configSize(c, "questionsPerPicture", s.questionsPerPicture);
  s.denseWeight = configValue(c, "denseWeight", s.denseWeight);
  s.visionRate = configValue(c, "visionRate", s.visionOnly ? 1.0 : s.visionRate);
  s.objects = configValue(c, "objects", s.objects);
  s.kinds = configValue(c, "kinds", s.kinds);
  s.options = TrainingOptions::parse(c);
  return s;
}

at::Tensor pixelsOf(const std::vector<Scene>& scenes) {
  const int64_t side = scenes.at(0).side;
  auto out = at::empty({int64_t(scenes.size()), 3, side, side});
  float* p = out.data_ptr<float>();
  for (const auto& scene : scenes)
    for (int c = 0; c < 3; ++c)
      for (int64_t i = 0; i < side * side; ++i)
        *p++ = float((scene.rgb[size_t(i * 3 + c)] / 255.0 - kPixelMean) / kPixelDeviation);
  return out;
}

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

Scene SceneTask::drawFor(CounterRandom& random) const {
  const int count = 1 + int(drawWeighted(m_stage.objects, random));
  return drawScene(random, SceneWorld::Train, count, count);
}

SceneQuestion SceneTask::drawQuestion(const Scene& scene, CounterRandom& random) const {
  std::vector<std::string> kinds;
  std::vector<double> weights;
  const auto offer = [&](const std::string& kind, double weight) {
    kinds.push_back(kind);
    weights.push_back(weight);
  };
  const auto& all = sceneQuestionKinds();
  for (const auto& kind : all)
    if (kind != "caption") offer(kind, m_stage.kinds.contains(kind) ? m_stage.kinds.at(kind) : 1);
  for (const auto& [kind, weight] : m_stage.kinds)
    if (std::find(all.begin(), all.end(), kind) == all.end()) offer(kind, weight);
  for (;;) {
    auto q = askAbout(scene, kinds[size_t(drawWeighted(weights, random))], random, SceneWorld::Train);
    if (!q.question.empty()) return q;
  }
}

at::Tensor SceneTask::loss(const Weights& weights, int64_t step, int shard, int shards,
                           std::map<std::string, double>& log) const {
  const int64_t pictures = m_stage.picturesPerStep / shards;
  std::vector<Scene> scenes;
  std::vector<std::vector<SceneQuestion>> questions, captions;
  for (int64_t i = 0; i < pictures; ++i) {
    CounterRandom random(m_seed,
                         streamOf("train " + m_stage.name, uint64_t(step), uint64_t(shard * pictures + i)));
    scenes.push_back(drawFor(random));
    if (m_stage.visionOnly) continue;
    auto& mine = questions.emplace_back();
    for (int64_t q = 0; q < m_stage.questionsPerPicture; ++q)
      mine.push_back(drawQuestion(scenes.back(), random));
    captions.push_back({askAbout(scenes.back(), "caption", random, SceneWorld::Train)});
  }
  auto inputs = std::make_shared<Batch>();
  inputs->tensors["pixel_values"] = pixelsOf(scenes);
  State state;
  state.inputs = inputs;
  const Pass pass{weights};
  runBlocks(*m_model, pass, state, 0, m_visionEnd);
  auto total = denseLoss(weights, state, scenes, log) * (m_stage.visionOnly ? 1.0 : m_stage.denseWeight);
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

at::Tensor SceneTask::denseLoss(const Weights& weights, const State& state, const std::vector<Scene>& scenes,
                                std::map<std::string, double>& log) const {
  const int64_t patches = state.hidden.size(1) - 1, across = int64_t(std::lround(std::sqrt(double(patches))));
  const int64_t side = scenes[0].side, patch = side / across;
  const int64_t background = int64_t(sceneShapes().size());
  std::vector<int64_t> where, shape, colour, size, texture;
  std::vector<float> offset;
  for (size_t s = 0; s < scenes.size(); ++s)
    for (int64_t p = 0; p < patches; ++p) {
      const auto& scene = scenes[s];
      std::vector<int> seen(scene.objects.size(), 0);
      const int64_t top = p / across * patch, left = p % across * patch;
      for (int64_t y = top; y < top + patch; ++y)
        for (int64_t x = left; x < left + patch; ++x)
          if (const int o = scene.owner[size_t(y * side + x)]; o >= 0) ++seen[size_t(o)];
      const auto most = std::max_element(seen.begin(), seen.end());
      if (*most < patch * patch / 4) {
        shape.push_back(background);
        continue;
      }
      const auto& o = scene.objects[size_t(most - seen.begin())];
      where.push_back(int64_t(s) * patches + p);
      shape.push_back(o.shape);
      colour.push_back(o.colour);
      size.push_back(o.size);
      texture.push_back(o.texture);
      offset.push_back(float((o.x - double(left) - double(patch) / 2) / double(patch)));
      offset.push_back(float((o.y - double(top) - double(patch) / 2) / double(patch)));
    }
  const auto features = state.hidden.slice(1, 1).reshape({-1, state.hidden.size(2)});
  const auto onObjects = features.index_select(0, at::tensor(where));
  const auto head = [&](const char* name, const at::Tensor& x) {
    return at::linear(x, weights.get(std::string("dense.") + name + ".weight"),
                      weights.get(std::string("dense.") + name + ".bias"));
  };
  auto total = at::zeros({});
  const auto classify = [&](const char* name, const at::Tensor& x, const std::vector<int64_t>& labels) {
    const auto logits = head(name, x), target = at::tensor(labels);
    total = total + at::cross_entropy_loss(logits, target);
    const auto right = logits.argmax(1) == target;
    // The background is easy and everywhere: the share is of patches on objects.
    const auto counted = std::string(name) == "shape" ? target != background : at::ones_like(right);
    log[std::string("patch ") + name] = (right & counted).sum().item<double>() / counted.sum().item<double>();
  };
  classify("shape", features, shape);
  classify("colour", onObjects, colour);
  classify("size", onObjects, size);
  classify("texture", onObjects, texture);
  total = total + (head("offset", onObjects) - at::tensor(offset).view({-1, 2})).abs().mean();
  return total;
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
  const int64_t width = configSize(configSection(model.config(), "vision_config"), "hidden_size", 1408);
  const std::pair<const char*, size_t> heads[] = {{"shape", sceneShapes().size() + 1},
                                                  {"colour", sceneColours().size()},
                                                  {"size", 2},
                                                  {"texture", 2},
                                                  {"offset", 2}};
  for (const auto& [name, classes] : heads) {
    normal(std::string("dense.") + name + ".weight", {int64_t(classes), width},
           std::pow(double(width), -0.5));
    out[std::string("dense.") + name + ".bias"] = at::zeros({int64_t(classes)});
  }
  return out;
}

}  // namespace espalier
