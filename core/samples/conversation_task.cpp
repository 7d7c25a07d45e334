#include "core/samples/conversation_task.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/parallel.h"
#include "core/checkpoint/tensor.h"
#include "core/model/layers/config_value.h"
#include "core/samples/dense_labels.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr int64_t kValidatedScenes = 128, kValidatedTogether = 16;

using Conversations = std::vector<std::pair<size_t, std::vector<SceneQuestion>>>;

std::shared_ptr<Batch> picturesOf(const std::vector<Scene>& scenes) {
  auto batch = std::make_shared<Batch>();
  batch->tensors["pixel_values"] = pixelsOf(scenes);
  return batch;
}

}  // namespace

// What the model makes of the answers' tokens, all of them one after another.
struct ConversationTask::Answers {
  at::Tensor logits;   // [tokens, vocabulary]
  at::Tensor targets;  // int64 [tokens]
  struct Part {
    std::string kind;
    int64_t begin = 0, end = 0;
    size_t turn = 0;
  };
  std::vector<Part> parts;
};

ConversationTask::ConversationTask(std::shared_ptr<const Model> model, SceneStage stage, uint64_t seed,
                                   std::shared_ptr<const Tokenizer> tokenizer)
    : m_model(std::move(model)), m_stage(std::move(stage)), m_seed(seed), m_tokenizer(std::move(tokenizer)) {
  const auto& blocks = m_model->blocks();
  while (m_connector < blocks.size() && blocks[m_connector]->name() != "model.connector") ++m_connector;
  if (m_connector == blocks.size())
    throw Error(ErrorKind::InvalidInput, "The model to train has no connector; an Idefics3 was expected.");
  const auto vision = configSection(m_model->config(), "vision_config");
  const int64_t across = configSize(vision, "image_size", 224) / configSize(vision, "patch_size", 32) /
                         configSize(m_model->config(), "scale_factor", 2);
  m_features = across * across;
}

double ConversationTask::learningRateFactor(const std::string& name) const {
  const bool vision = name.starts_with("model.vision_model.") || name.starts_with("dense.");
  if (m_stage.visionOnly) return vision ? 1 : 0;
  return vision ? m_stage.visionRate : 1;
}

// All that the layers multiply by; not tables, the patches' convolution and the heads.
bool ConversationTask::isInnerMatrix(const std::string& name) const {
  return name.ends_with("proj.weight") || name.ends_with(".fc1.weight") || name.ends_with(".fc2.weight");
}

ConversationTask::Answers ConversationTask::answer(const Weights& weights, State state,
                                                   const Conversations& conversations) const {
  Answers out;
  std::vector<WrittenConversation> written;
  size_t longest = 1;
  for (const auto& [picture, questions] : conversations) {
    written.push_back(writeConversation(questions, m_features, *m_tokenizer));
    longest = std::max(longest, written.back().ids.size());
  }
  // Padding is behind the text, where nothing that counts sees it.
  auto ids = at::zeros({int64_t(written.size()), int64_t(longest)}, at::kLong);
  std::vector<int64_t> pictures, places, targets;
  for (size_t r = 0; r < written.size(); ++r) {
    std::copy(written[r].ids.begin(), written[r].ids.end(), ids.data_ptr<int64_t>() + r * longest);
    pictures.push_back(int64_t(conversations[r].first));
    for (const auto& answer : written[r].answers) {
      const auto begin = int64_t(targets.size());
      for (size_t i = answer.begin; i < answer.end; ++i) {
        places.push_back(int64_t(r * longest + i - 1));
        targets.push_back(written[r].ids[i]);
      }
      out.parts.push_back(
          {conversations[r].second[answer.question].kind, begin, int64_t(targets.size()), answer.question});
    }
  }
  auto batch = std::make_shared<Batch>();
  batch->tensors["pixel_values"] = state.inputs->at("pixel_values");
  batch->tensors["input_ids"] = ids;
  batch->tensors["image_index"] = at::tensor(pictures);
  state.inputs = batch;
  runBlocks(*m_model, Pass{weights}, state, m_connector, m_model->blocks().size());
  out.logits = state.logits.flatten(0, 1).index_select(0, at::tensor(places));
  out.targets = at::tensor(targets);
  return out;
}

at::Tensor ConversationTask::loss(const Weights& weights, int64_t step, int shard, int shards,
                                  std::map<std::string, double>& log) const {
  const int64_t pictures = m_stage.picturesPerStep / shards;
  std::vector<Scene> scenes;
  Conversations conversations;
  for (int64_t i = 0; i < pictures; ++i) {
    CounterRandom random(m_seed, streamOf("train conversations " + m_stage.name, uint64_t(step),
                                          uint64_t(shard * pictures + i)));
    scenes.push_back(m_stage.draw(random));
    if (m_stage.visionOnly) continue;
    for (int64_t c = 0; c < m_stage.conversationsPerPicture; ++c) {
      std::vector<SceneQuestion> turns;
      const int64_t questions = m_stage.questionsPerPicture / m_stage.conversationsPerPicture;
      for (int64_t q = 0; q < questions; ++q) turns.push_back(m_stage.ask(scenes.back(), random));
      if (c == 0)
        turns[size_t(random.below(questions))] =
            askAbout(scenes.back(), "caption", random, SceneWorld::Train);
      conversations.emplace_back(size_t(i), std::move(turns));
    }
  }
  State state;
  state.inputs = picturesOf(scenes);
  runBlocks(*m_model, Pass{weights}, state, 0, m_connector);
  const auto dense =
      denseLoss(weights, state.hidden, scenes, log) * (m_stage.visionOnly ? 1.0 : m_stage.denseWeight);
  if (m_stage.visionOnly) return dense;

  const auto answered = answer(weights, state, conversations);
  auto weight = at::ones({answered.targets.size(0)});
  for (const auto& part : answered.parts) {
    if (part.kind == "caption") weight.slice(0, part.begin, part.end).fill_(m_stage.captionWeight);
    weight[part.end - 1] = m_stage.endWeight;
  }
  const auto each = at::cross_entropy_loss(answered.logits, answered.targets, {}, at::Reduction::None);
  const auto right = (answered.logits.argmax(1) == answered.targets).to(at::kFloat);
  std::map<std::string, std::pair<double, double>> shares;
  for (const auto& part : answered.parts) {
    // Of an answer's tokens the one that ends it is known from the others.
    auto& [sum, count] = shares[part.kind == "caption" ? "caption tokens" : "answers"];
    const auto tokens = right.slice(0, part.begin, part.end - 1);
    sum += part.kind == "caption" ? tokens.mean().item<double>() : tokens.min().item<double>();
    count += 1;
  }
  for (const auto& [name, share] : shares) log[name] = share.first / share.second;
  const auto answers = (each * weight).sum() / weight.sum();
  log["answerLoss"] = answers.item<double>();
  return dense + answers;
}

std::map<std::string, double> ConversationTask::validate(const Weights& weights) const {
  if (m_stage.visionOnly) return {};
  c10::NoGradGuard noGrad;
  // The same fresh scenes at each call; a world that no training stream draws from.
  std::vector<std::map<std::string, std::pair<double, double>>> counts(kValidatedScenes / kValidatedTogether);
  parallelFor(int64_t(counts.size()), [&](int64_t chunk) {
    c10::NoGradGuard guard;
    std::vector<Scene> scenes;
    Conversations first, later;
    for (int64_t i = 0; i < kValidatedTogether; ++i) {
      CounterRandom random(m_seed, streamOf("validation", uint64_t(chunk * kValidatedTogether + i)));
      scenes.push_back(drawScene(random, SceneWorld::Train, 1, 3));
      std::vector<SceneQuestion> all;
      for (const auto& kind : sceneQuestionKinds()) {
        auto q = askAbout(scenes.back(), kind, random, SceneWorld::Train);
        if (q.question.empty()) continue;
        first.push_back({size_t(i), {q}});
        if (kind != "caption") all.push_back(std::move(q));
      }
      later.emplace_back(size_t(i), std::move(all));
    }
    State state;
    state.inputs = picturesOf(scenes);
    runBlocks(*m_model, Pass{weights}, state, 0, m_connector);
    auto& count = counts[size_t(chunk)];
    for (const auto* conversations : {&first, &later}) {
      const auto answered = answer(weights, state, *conversations);
      const auto right = answered.logits.argmax(1) == answered.targets;
      for (const auto& part : answered.parts) {
        const bool all = right.slice(0, part.begin, part.end).all().item<bool>();
        std::vector<std::string> names;
        if (conversations == &first) names.push_back(part.kind);
        if (conversations == &first && part.kind != "caption") names.push_back("questions");
        if (conversations == &later && part.turn > 0) names.push_back("later turns");
        for (const auto& name : names) count[name].first += all, count[name].second += 1;
      }
    }
  });
  std::map<std::string, std::pair<double, double>> sums;
  for (const auto& count : counts)
    for (const auto& [name, share] : count)
      sums[name].first += share.first, sums[name].second += share.second;
  std::map<std::string, double> out;
  for (const auto& [name, share] : sums) out[name] = share.first / share.second;
  return out;
}

namespace {

// The tensors of a BLIP-2's tower by the names of SigLIP's, in float32.
void takeTower(std::map<std::string, at::Tensor>& weights, const std::filesystem::path& folder) {
  const auto checkpoint = Checkpoint::open(folder);
  const auto stored = [&](const std::string& name) {
    return storedTensor(checkpoint->stored("vision_model." + name)).to(at::kFloat);
  };
  const auto take = [&](const std::string& name, const at::Tensor& value) {
    auto& t = weights.at("model.vision_model." + name);
    if (!t.sizes().equals(value.sizes()))
      throw Error(ErrorKind::InvalidInput, "The tower in " + folder.string() +
                                               " has another size than the model's: see " + name + ".");
    t = value.clone();
  };
  for (const char* part : {".weight", ".bias"}) {
    take(std::string("embeddings.patch_embedding") + part,
         stored(std::string("embeddings.patch_embedding") + part));
    take(std::string("post_layernorm") + part, stored(std::string("post_layernorm") + part));
  }
  const auto positions = stored("embeddings.position_embedding");
  take("embeddings.position_embedding.weight", positions.flatten(0, 1).slice(0, 1));
  for (int64_t layer = 0;; ++layer) {
    const auto name = "encoder.layers." + std::to_string(layer) + ".";
    if (!weights.contains("model.vision_model." + name + "layer_norm1.weight")) break;
    for (const char* part : {".weight", ".bias"}) {
      for (const char* same : {"layer_norm1", "layer_norm2", "mlp.fc1", "mlp.fc2"})
        take(name + same + part, stored(name + same + part));
      const auto qkv = stored(name + "self_attn.qkv" + part).chunk(3);
      const char* projections[] = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
      for (size_t i = 0; i < 3; ++i) take(name + projections[i] + part, qkv[i]);
      take(name + "self_attn.out_proj" + part, stored(name + "self_attn.projection" + part));
    }
  }
}

}  // namespace

std::map<std::string, at::Tensor> initialConversationWeights(const Model& model, uint64_t seed,
                                                             const std::filesystem::path& tower) {
  std::map<std::string, at::Tensor> out;
  const auto layers =
      double(configSize(configSection(model.config(), "text_config"), "num_hidden_layers", 1));
  for (const auto& [name, shape] : model.declared()) {
    auto t = at::empty(shape);
    CounterRandom(seed, streamOf("initial " + name)).fillNormal(t.data_ptr<float>(), t.numel());
    const double rows = double(shape[0]), columns = double(t.numel()) / rows;
    const bool ofText = name.starts_with("model.text_model.");
    if (shape.size() == 1)
      t.fill_(name.ends_with("bias") ? 0 : 1);
    else if (name.ends_with("embed_tokens.weight"))
      t.mul_(0.5);
    else if (name.ends_with("position_embedding.weight"))
      t.mul_(0.2);
    else if (ofText && (name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight")))
      t.mul_(1 / std::sqrt(columns * 2 * layers));  // the sum over all layers is about one
    else if (ofText || name == "lm_head.weight" || name.starts_with("model.connector."))
      t.mul_((name == "lm_head.weight" ? 0.3 : 1.0) / std::sqrt(columns));
    else
      t.mul_(std::sqrt(2.0 / (rows + columns)));  // Xavier
    out[name] = t;
  }
  addDenseHeads(out, configSize(configSection(model.config(), "vision_config"), "hidden_size", 1152), seed);
  if (!tower.empty()) takeTower(out, tower);
  return out;
}

}  // namespace espalier
