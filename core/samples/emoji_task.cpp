#include "core/samples/emoji_task.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/evaluate/retrieval.h"
#include "core/image/preprocess.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr int64_t kValidationChunk = 64;
constexpr double kValidationStrength = 0.4;

}  // namespace

at::Tensor clipPixelsOf(const std::vector<Image>& pictures) {
  const ImageProcessor clip;  // its defaults are CLIP's
  const int64_t side = pictures.at(0).width;
  auto out = at::empty({int64_t(pictures.size()), 3, side, side});
  float* p = out.data_ptr<float>();
  for (const auto& picture : pictures)
    for (size_t c = 0; c < 3; ++c)
      for (int64_t i = 0; i < side * side; ++i)
        *p++ = float((picture.rgb[size_t(i) * 3 + c] * clip.rescaleFactor - clip.imageMean[c]) /
                     clip.imageStd[c]);
  return out;
}

EmojiTask::EmojiTask(std::shared_ptr<const Model> model, std::shared_ptr<const std::vector<Emoji>> emoji,
                     std::vector<std::vector<int64_t>> names, int64_t padToken, int64_t pairsPerStep,
                     uint64_t seed)
    : m_model(std::move(model)),
      m_emoji(std::move(emoji)),
      m_names(std::move(names)),
      m_padToken(padToken),
      m_pairsPerStep(pairsPerStep),
      m_seed(seed),
      m_side(int(configSize(configSection(m_model->config(), "vision_config"), "image_size", 224))) {
  std::map<std::string, int> variants;
  for (const auto& e : *m_emoji) ++variants[baseName(e.name)];
  for (size_t i = 0; i < m_emoji->size(); ++i)
    if (!(*m_emoji)[i].heldOut) {
      m_trained.push_back(i);
      m_rarity.push_back(std::sqrt(double(variants[baseName((*m_emoji)[i].name)])));
    }
  if (m_pairsPerStep > int64_t(m_trained.size()))
    throw Error(ErrorKind::InvalidInput, "pairsPerStep is " + std::to_string(m_pairsPerStep) +
                                             "; there are only " + std::to_string(m_trained.size()) +
                                             " emoji to train on.");
}

// Weighted sampling without replacement (Efraimidis and Spirakis 2006): the smallest -log(u) * rarity.
std::vector<size_t> EmojiTask::drawn(int64_t step) const {
  CounterRandom random(m_seed, streamOf("emoji of step", uint64_t(step)));
  std::vector<std::pair<double, size_t>> keys;
  for (size_t i = 0; i < m_trained.size(); ++i)
    keys.emplace_back(-std::log(1 - random.uniform()) * m_rarity[i], m_trained[i]);
  std::partial_sort(keys.begin(), keys.begin() + m_pairsPerStep, keys.end());
  std::vector<size_t> out;
  for (int64_t i = 0; i < m_pairsPerStep; ++i) out.push_back(keys[size_t(i)].second);
  return out;
}

std::shared_ptr<Batch> EmojiTask::batchOf(const std::vector<size_t>& which,
                                          const std::vector<Image>& pictures) const {
  size_t length = 1;
  for (const auto i : which) length = std::max(length, m_names[i].size());
  auto ids = at::full({int64_t(which.size()), int64_t(length)}, m_padToken, at::kLong);
  auto mask = at::zeros_like(ids);
  for (size_t r = 0; r < which.size(); ++r) {
    const auto& name = m_names[which[r]];
    std::copy(name.begin(), name.end(), ids.data_ptr<int64_t>() + r * length);
    std::fill_n(mask.data_ptr<int64_t>() + r * length, name.size(), 1);
  }
  auto batch = std::make_shared<Batch>();
  batch->tensors["pixel_values"] = clipPixelsOf(pictures);
  batch->tensors["input_ids"] = ids;
  batch->tensors["attention_mask"] = mask;
  return batch;
}

at::Tensor EmojiTask::loss(const Weights& weights, int64_t step, int shard, int shards,
                           std::map<std::string, double>& log) const {
  const auto all = drawn(step);
  const size_t share = all.size() / size_t(shards), begin = size_t(shard) * share;
  const std::vector<size_t> mine(all.begin() + ptrdiff_t(begin), all.begin() + ptrdiff_t(begin + share));
  std::vector<Image> pictures;
  for (size_t i = 0; i < mine.size(); ++i) {
    CounterRandom random(m_seed, streamOf("emoji picture", uint64_t(step), begin + i));
    pictures.push_back(drawEmoji((*m_emoji)[mine[i]].sprite, m_side, 1, random));
  }
  const auto state = runModel(*m_model, Pass{weights}, batchOf(mine, pictures));
  const auto own = at::arange(state.logits.size(0));
  log["text finds picture"] = (state.logits.argmax(1) == own).to(at::kFloat).mean().item<double>();
  log["picture finds text"] = (state.logits.argmax(0) == own).to(at::kFloat).mean().item<double>();
  return state.lossSum.mean();
}

std::map<std::string, double> EmojiTask::validate(const Weights& weights) const {
  c10::NoGradGuard noGrad;
  std::vector<size_t> heldOut;
  for (size_t i = 0; i < m_emoji->size(); ++i)
    if ((*m_emoji)[i].heldOut) heldOut.push_back(i);
  const auto count = std::min(heldOut.size(), m_trained.size());
  std::vector<size_t> seen;
  for (size_t i = 0; i < count; ++i) seen.push_back(m_trained[i * m_trained.size() / count]);

  std::map<std::string, double> out;
  for (const auto& part :
       {std::pair<std::string, const std::vector<size_t>&>{"held out", heldOut}, {"seen", seen}}) {
    const auto& name = part.first;
    const auto& which = part.second;
    if (which.empty()) continue;
    const int64_t n = int64_t(which.size()), chunks = (n + kValidationChunk - 1) / kValidationChunk;
    std::vector<at::Tensor> texts(static_cast<size_t>(chunks)), pictures(texts.size());
    parallelFor(chunks, [&](int64_t c) {
      c10::NoGradGuard guard;
      std::vector<size_t> mine;
      std::vector<Image> drawings;
      for (int64_t i = c * kValidationChunk; i < std::min(n, (c + 1) * kValidationChunk); ++i) {
        mine.push_back(which[size_t(i)]);
        CounterRandom random(m_seed, streamOf("validation " + name, uint64_t(i)));
        drawings.push_back(drawEmoji((*m_emoji)[mine.back()].sprite, m_side, kValidationStrength, random));
      }
      const auto state = runModel(*m_model, Pass{weights}, batchOf(mine, drawings));
      texts[size_t(c)] = state.kept.at(kTextVectors);
      pictures[size_t(c)] = state.kept.at(kPictureVectors);
    });
    std::vector<int64_t> pictureOf;
    for (int64_t i = 0; i < n; ++i) pictureOf.push_back(i);
    const auto found = retrievalOf(at::matmul(at::cat(texts), at::cat(pictures).t()), pictureOf);
    out[name + " TR@1"] = found.textRecall[0];
    out[name + " IR@1"] = found.pictureRecall[0];
  }
  return out;
}

std::map<std::string, at::Tensor> initialClipWeights(const Model& model, uint64_t seed) {
  std::map<std::string, at::Tensor> out;
  for (const auto& [name, shape] : model.declared()) {
    auto t = at::empty(shape);
    CounterRandom(seed, streamOf("initial " + name)).fillNormal(t.data_ptr<float>(), t.numel());
    if (name == "logit_scale") {
      t.fill_(std::log(1 / 0.07));
    } else if (name.find("embedding") != std::string::npos && name.find("patch") == std::string::npos) {
      t.mul_(0.02);  // tables and the class token
    } else if (shape.size() == 1) {
      t.fill_(name.ends_with("bias") ? 0 : 1);
    } else {
      const double rows = double(shape[0]), columns = double(t.numel()) / rows;
      t.mul_(std::sqrt(2.0 / (rows + columns)));  // Xavier
    }
    out[name] = t;
  }
  return out;
}

}  // namespace espalier
