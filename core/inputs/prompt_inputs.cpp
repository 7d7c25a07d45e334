#include "core/inputs/prompt_inputs.h"

#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// BLIP-2 with OPT: the question, then a blank and the answer.
class PromptInputs : public Inputs {
 public:
  using Inputs::Inputs;

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    const auto& ends = tools().model().generation()->endTokens;
    std::vector<PromptAndAnswer> rows;
    for (const auto& s : samples) {
      auto& row = rows.emplace_back(
          PromptAndAnswer{tokenizer().encode(s.question.empty() ? kCaptionPrompt : s.question),
                          tokenizer().encodePlain(" " + s.answer)});
      if (!ends.empty()) row.answer.push_back(ends[0]);
    }
    addPrompts(*batch, rows, tools().model().generation()->padToken);
    return batch;
  }
};

}  // namespace

void addPrompts(Batch& batch, const std::vector<PromptAndAnswer>& rows, int64_t fill) {
  std::vector<std::vector<int64_t>> texts, labels, prompts;
  for (const auto& row : rows) {
    auto& text = texts.emplace_back(row.prompt);
    text.insert(text.end(), row.answer.begin(), row.answer.end());
    auto& label = labels.emplace_back(row.prompt.size(), kIgnoredLabel);
    label.insert(label.end(), row.answer.begin(), row.answer.end());
    prompts.push_back(row.prompt);
  }
  addText(batch, texts, fill);
  batch.tensors["labels"] = padded(labels, kIgnoredLabel).ids;
  const auto left = padded(prompts, fill, TextSide::Left);
  batch.tensors["prompt_ids"] = left.ids;
  batch.tensors["prompt_mask"] = left.mask;
}

std::unique_ptr<Inputs> promptInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PromptInputs>(std::move(tools));
}

}  // namespace espalier
