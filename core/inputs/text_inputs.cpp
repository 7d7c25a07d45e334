#include <algorithm>

#include "core/inputs/inputs.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// Longer windows cost more than they tell: perplexity hardly changes, memory grows.
constexpr int64_t kLongestWindow = 512, kShortestWindow = 2;

// Text alone: input_ids, attention_mask and, for language models, labels. A text longer than the model's
// context becomes several rows; each begins half a window before its labels, so that every token but the
// first is predicted once and from enough of what stands before it. row_sample [R] says which sample a row is
// of.
class TextInputs : public Inputs {
 public:
  explicit TextInputs(std::shared_ptr<const InputTools> tools)
      : Inputs(std::move(tools)),
        m_window(std::clamp(configSize(this->tools().textConfig(), "max_position_embeddings", 512),
                            kShortestWindow, kLongestWindow)) {}

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    std::vector<std::vector<int64_t>> rows, labels;
    std::vector<int64_t> owner;
    for (size_t i = 0; i < samples.size(); ++i) {
      const auto& s = samples[i];
      const auto ids =
          tokenizer().encode(s.question + (s.question.empty() || s.answer.empty() ? "" : " ") + s.answer);
      const int64_t length = int64_t(ids.size());
      for (int64_t begin = 0, labelled = 0; labelled < length; begin += m_window / 2) {
        const int64_t end = std::min(length, begin + m_window);
        rows.emplace_back(ids.begin() + begin, ids.begin() + end);
        labels.push_back(rows.back());
        std::fill_n(labels.back().begin(), labelled - begin, kIgnoredLabel);
        owner.push_back(int64_t(i));
        labelled = end;
      }
    }
    auto batch = std::make_shared<Batch>();
    addText(*batch, rows, tokenizer().special().pad.value_or(0));
    batch->tensors["row_sample"] = at::tensor(owner);
    if (tools().model().task() == ModelTask::Continue)
      batch->tensors["labels"] = padded(labels, kIgnoredLabel).ids;
    return batch;
  }

 private:
  int64_t m_window;
};

}  // namespace

std::unique_ptr<Inputs> textInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<TextInputs>(std::move(tools));
}

}  // namespace espalier
