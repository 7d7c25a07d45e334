#include "core/explain/explain.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/parallel.h"
#include "core/engine/elsewhere.h"
#include "core/engine/open_model.h"
#include "core/explain/occlusion.h"
#include "core/explain/rollout.h"
#include "core/inputs/class_names.h"
#include "core/inputs/token_texts.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/sequence_loss.h"
#include "core/model/registry.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr int64_t kOthers = 4, kRowsAtOnce = 8;
// Labels of the answer that say nothing (what ends it) are not shown.
using Values = std::vector<double>;  // of each token shown: log-probability or similarity

std::vector<std::string> blankSeparated(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

using Channels = std::array<double, 3>;

// The folder's normalisation: mean and deviation of each channel; nothing where it names none.
std::optional<std::pair<Channels, Channels>> normalisationOf(const std::filesystem::path& folder) {
  for (const char* name : {"preprocessor_config.json", "processor_config.json"}) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(folder / name, none)) continue;
    const auto all = tryParseJson(readTextFile(folder / name));
    if (!all || !all->is_object()) continue;
    const auto& config = all->contains("image_processor") ? (*all)["image_processor"] : *all;
    if (!config.is_object()) continue;
    std::pair<Channels, Channels> out;
    const auto take = [&](const char* key, Channels& to) {
      const auto it = config.find(key);
      if (it == config.end() || !it->is_array() || it->size() != 3) return false;
      for (size_t c = 0; c < 3; ++c) {
        if (!(*it)[c].is_number()) return false;
        to[c] = (*it)[c].get<double>();
      }
      return true;
    };
    if (take("image_mean", out.first) && take("image_std", out.second)) return out;
  }
  return {};
}

SeenPicture seenPicture(const at::Tensor& pixels, const std::filesystem::path& folder) {
  if (!pixels.defined() || pixels.dim() != 4 || pixels.size(0) != 1 || pixels.size(1) != 3) return {};
  const auto held = pixels[0].cpu().to(at::kFloat).contiguous();
  const float* v = held.data_ptr<float>();
  SeenPicture out{pixels.size(2), pixels.size(3), {}};
  const auto normal = normalisationOf(folder);
  const double low = held.min().item<double>(), high = std::max(low + 1e-6, held.max().item<double>());
  const int64_t area = out.height * out.width;
  out.rgb.resize(size_t(3 * area));
  for (int64_t i = 0; i < area; ++i)
    for (size_t c = 0; c < 3; ++c) {
      const double x = double(v[int64_t(c) * area + i]);
      const double light = normal ? x * normal->second[c] + normal->first[c] : (x - low) / (high - low);
      out.rgb[size_t(3 * i) + c] = uint8_t(std::lround(255 * std::clamp(light, 0.0, 1.0)));
    }
  return out;
}

// One explanation under way.
class Explaining {
 public:
  Explaining(const OpenModel& m, Sample sample, const ExplainOptions& options, const JobControl& control)
      : m_model(m), m_options(options), m_control(control), m_sample(std::move(sample)) {
    if (task() == ModelTask::Embed)
      throw Error(ErrorKind::Unsupported,
                  "The model of family " + m.info.family + " gives no answers, so none can be explained.");
  }

  Explanation run() {
    prepare();
    sayTokens();
    followAttention();
    occludePicture();
    occludeWords();
    comparePatches();
    return std::move(m_out);
  }

 private:
  ModelTask task() const { return m_model.model->task(); }
  Pass pass() const { return {m_model.weights, nullptr, nullptr, m_control.stop}; }
  State forward(std::shared_ptr<const Batch> batch) const {
    return runModel(*m_model.model, pass(), std::move(batch));
  }

  void prepare() {
    m_out.matches = task() == ModelTask::Match;
    if (task() == ModelTask::Answer) {
      if (m_options.answer.empty())
        m_sample.answer = writtenBy(m_model, m_sample, m_options.longestAnswer, m_control);
      else
        m_sample.answer = m_options.answer;
      m_sample.answers.clear();
    } else if (task() == ModelTask::Match && !m_options.answer.empty()) {
      m_sample.answer = m_options.answer;
    }
    m_batch = m_model.processor->batch({&m_sample, 1});
    auto recorded = pass();
    if (m_out.matches) recorded.recorded = &m_recorded;
    m_out.picture = seenPicture(onePicture(*m_batch), m_model.info.folder);
    m_rollout = rollout(*m_model.model, recorded, m_batch, m_state);
  }

  // What is explained of the answer, with the likeliest others.
  void sayTokens() {
    if (task() == ModelTask::Classify) return sayClass();
    m_out.answer = m_sample.answer.empty() ? m_sample.question : m_sample.answer;
    if (m_out.matches) {
      m_out.tokens.push_back({m_out.answer, valuesOf(m_state, 0, 0)[0], {}, {}});
      m_positions = {-1};
      return;
    }
    const auto targets = m_state.lossTargets[0].cpu().contiguous();
    std::vector<int64_t> ids, terms;
    for (int64_t t = 0; t < targets.numel(); ++t) {
      const int64_t id = targets.data_ptr<int64_t>()[t];
      if (id == kIgnoredLabel) continue;
      ids.push_back(id), terms.push_back(t);
    }
    const auto texts = tokenTexts(*m_model.processor, ids);
    const int64_t length = m_state.logits.size(1), labels = targets.numel();
    const int64_t first = length == labels ? 0 : length - labels - 1;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (texts[i].empty()) continue;
      const auto chances = at::softmax(m_state.logits[0][first + terms[i]].cpu().to(at::kDouble), 0);
      SaidToken token{texts[i], chances[ids[i]].item<double>(), {}, {}};
      token.others = others(chances, ids[i], [&](int64_t id) {
        const auto alone = m_model.processor->decode({id});
        return alone.empty() ? std::string() : alone;
      });
      m_out.tokens.push_back(std::move(token));
      m_shown.push_back(i);
      m_positions.push_back(first + terms[i]);
    }
  }

  void sayClass() {
    const auto chances = at::softmax(m_state.logits[0].cpu().to(at::kDouble), 0);
    const auto names = classNamesOf(*m_model.model, chances.numel());
    const auto asked = classNamed(m_options.answer, names);
    m_class = asked ? *asked : chances.argmax().item<int64_t>();
    m_out.answer = names[size_t(m_class)];
    m_out.tokens.push_back({m_out.answer,
                            chances[m_class].item<double>(),
                            others(chances, m_class, [&](int64_t id) { return names[size_t(id)]; }),
                            {}});
    m_positions = {-1};
  }

  template <typename Name>
  std::vector<Likely> others(const at::Tensor& chances, int64_t chosen, const Name& name) const {
    const auto count = std::min<int64_t>(kOthers + 1, chances.numel());
    const auto [value, index] = chances.topk(count);
    std::vector<Likely> out;
    for (int64_t i = 0; i < count && int64_t(out.size()) < kOthers; ++i)
      if (const auto id = index[i].item<int64_t>(); id != chosen)
        out.push_back({name(id), value[i].item<double>()});
    return out;
  }

  // Of each token shown, in a pass's row of text and picture.
  Values valuesOf(const State& state, int64_t text, int64_t picture) const {
    if (task() == ModelTask::Classify)
      return {at::log_softmax(state.logits[picture].cpu().to(at::kDouble), 0)[m_class].item<double>()};
    if (m_out.matches) {
      const auto p = state.kept.find(kPictureVectors), t = state.kept.find(kTextVectors);
      if (p != state.kept.end() && t != state.kept.end())
        return {at::dot(p->second[picture].cpu().to(at::kDouble), t->second[text].cpu().to(at::kDouble))
                    .item<double>()};
      return {state.logits[text][picture].item<double>()};
    }
    const auto targets = state.lossTargets[text].cpu().contiguous();
    const auto terms = state.lossTerms[text].cpu().contiguous();
    Values all, out;
    for (int64_t t = 0; t < targets.numel(); ++t)
      if (targets.data_ptr<int64_t>()[t] != kIgnoredLabel) all.push_back(-terms.data_ptr<double>()[t]);
    for (const size_t i : m_shown) out.push_back(i < all.size() ? all[i] : 0);
    return out;
  }

  void followAttention() {
    m_out.attentionNote = m_rollout.note;
    if (!m_rollout.note.empty()) return;
    const auto ids = m_batch->find("input_ids");
    TokenWords words;
    if (ids.defined() && task() != ModelTask::Classify) {
      const auto row = ids[0].cpu().contiguous();
      words = tokenWords(
          tokenTexts(*m_model.processor, {row.data_ptr<int64_t>(), row.data_ptr<int64_t>() + row.numel()}));
    }
    m_out.words = words.words;
    for (size_t i = 0; i < m_out.tokens.size(); ++i) {
      const int64_t position = m_positions[i] < 0 ? 0 : m_positions[i];
      take(m_rollout.shares[position], words, m_out.tokens[i].relevance);
      if (m_out.matches && m_rollout.textShares.defined()) {
        // The text's own tower: its last token ends it.
        Relevance ofText;
        take(m_rollout.textShares[-1], words, ofText);
        m_out.tokens[i].relevance.attentionWords = ofText.attentionWords;
      }
    }
  }

  void take(const at::Tensor& row, const TokenWords& words, Relevance& out) const {
    const auto shares = row.contiguous();
    const float* v = shares.data_ptr<float>();
    const int64_t patches = m_rollout.patches();
    if (patches > 0) out.attention = {m_rollout.patchRows, m_rollout.patchColumns, {v, v + patches}};
    for (const auto& w : words.words) out.attentionWords.push_back({w, 0});
    out.elsewhere = v[shares.numel() - 1];
    for (int64_t t = 0; t < m_rollout.textTokens; ++t) {
      const int64_t word = size_t(t) < words.wordOf.size() ? words.wordOf[size_t(t)] : -1;
      (word < 0 ? out.elsewhere : out.attentionWords[size_t(word)].value) += double(v[patches + t]);
    }
  }

  void occludePicture() {
    if (!m_batch->has("pixel_values")) {
      m_out.occlusionNote = "The model sees no picture.";
      return;
    }
    const auto pixels = onePicture(*m_batch);
    if (!pixels.defined()) {
      m_out.occlusionNote = "This model divides its pictures, and parts of them are not occluded.";
      return;
    }
    const int64_t rows = cellsOf(m_rollout.patchRows > 0 ? m_rollout.patchRows : pixels.size(2),
                                 m_options.cells),
                  columns = cellsOf(m_rollout.patchColumns > 0 ? m_rollout.patchColumns : pixels.size(3),
                                    m_options.cells);
    const int64_t cells = rows * columns + 1;  // the last is the whole picture
    std::vector<Values> values(static_cast<size_t>(cells));
    parallelFor((cells + kRowsAtOnce - 1) / kRowsAtOnce, [&](int64_t chunk) {
      m_control.throwIfCancelled();
      const int64_t first = chunk * kRowsAtOnce, count = std::min(kRowsAtOnce, cells - first);
      const auto state = forward(occluded(*m_batch, rows, columns, first, count, m_out.matches));
      for (int64_t i = 0; i < count; ++i)
        values[size_t(first + i)] = valuesOf(state, m_out.matches ? 0 : i, i);
    });
    const auto seen = valuesOf(m_state, 0, 0);
    for (size_t t = 0; t < m_out.tokens.size(); ++t) {
      auto& map = m_out.tokens[t].relevance.occlusion;
      map = {rows, columns, {}};
      for (int64_t c = 0; c + 1 < cells; ++c) map.values.push_back(float(seen[t] - values[size_t(c)][t]));
      m_out.withoutPicture.push_back(m_out.matches ? values.back()[t] : std::exp(values.back()[t]));
    }
  }

  void occludeWords() {
    if (task() == ModelTask::Classify || task() == ModelTask::Continue) return;
    auto& text = m_out.matches && !m_sample.answer.empty() ? m_sample.answer : m_sample.question;
    const auto words = blankSeparated(text);
    if (words.size() < 2) return;
    std::vector<Sample> without(words.size(), m_sample);
    for (size_t w = 0; w < words.size(); ++w) {
      std::string rest;
      for (size_t i = 0; i < words.size(); ++i)
        if (i != w) rest += (rest.empty() ? "" : " ") + words[i];
      (m_out.matches && !m_sample.answer.empty() ? without[w].answer : without[w].question) = rest;
    }
    const auto state = forward(m_model.processor->batch(without));
    const auto seen = valuesOf(m_state, 0, 0);
    for (size_t w = 0; w < words.size(); ++w) {
      const auto values = valuesOf(state, int64_t(w), 0);
      for (size_t t = 0; t < m_out.tokens.size(); ++t)
        m_out.tokens[t].relevance.occlusionWords.push_back({words[w], seen[t] - values[t]});
    }
  }

  // The text with each patch, where the family makes a vector of a patch as of the whole picture.
  void comparePatches() {
    const auto patchVectors = familyOf(m_model.model->config()).patchVectors;
    if (!patchVectors || m_rollout.patches() == 0) return;
    const auto last = m_recorded.find("vision.last_hidden_state");
    const auto text = m_state.kept.find(kTextVectors);
    if (last == m_recorded.end() || text == m_state.kept.end()) return;
    const int64_t patches = m_rollout.patches();
    const auto vectors = patchVectors(m_model.model->config(), pass(), last->second[0]);
    const auto alike = at::mv(vectors, text->second[0]).cpu().to(at::kFloat).contiguous();
    const float* v = alike.data_ptr<float>() + (alike.numel() - patches);
    m_out.similarity = {m_rollout.patchRows, m_rollout.patchColumns, {v, v + patches}};
  }

  const OpenModel& m_model;
  const ExplainOptions& m_options;
  const JobControl& m_control;
  Sample m_sample;
  std::shared_ptr<const Batch> m_batch;
  std::map<std::string, at::Tensor> m_recorded;
  State m_state;
  Rollout m_rollout;
  std::vector<size_t> m_shown;       // which of the labels each token is
  std::vector<int64_t> m_positions;  // which logits say each token; -1: pooled
  int64_t m_class = 0;
  Explanation m_out;
};

}  // namespace

Explanation explainPair(const OpenModel& model, const Sample& sample, const ExplainOptions& options,
                        const JobControl& control) {
  requireHere(model, "Explaining an answer");
  c10::NoGradGuard noGrad;
  return Explaining(model, sample, options, control).run();
}

std::string writtenBy(const OpenModel& m, const Sample& sample, int64_t tokens, const JobControl& control) {
  requireHere(m, "Explaining an answer");
  c10::NoGradGuard noGrad;
  if (!m.model->generation()) return {};
  Sample asked = sample;
  if (m.model->task() == ModelTask::Continue) {
    // Behind the first half of the words.
    const auto words = blankSeparated(sample.question + " " + sample.answer);
    asked.question.clear(), asked.answer.clear();
    for (size_t i = 0; i < std::max<size_t>(1, words.size() / 2) && i < words.size(); ++i)
      asked.answer += (i ? " " : "") + words[i];
  }
  const Pass pass{m.weights, nullptr, nullptr, control.stop};
  State state = begin(m.processor->batch({&asked, 1}), m.weights);
  runBlocks(*m.model, pass, state, 0, m.model->decoderStart());
  const auto generated = generateGreedy(*m.model, pass, std::move(state), tokens);
  const auto row = generated.sequences[0].slice(0, generated.begin).cpu().contiguous();
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < row.numel(); ++i) {
    const int64_t id = row.data_ptr<int64_t>()[i];
    const auto& ends = m.model->generation()->endTokens;
    if (std::find(ends.begin(), ends.end(), id) != ends.end()) break;
    ids.push_back(id);
  }
  return m.processor->decode(ids);
}

}  // namespace espalier
