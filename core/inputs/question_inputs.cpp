#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// Encoder-decoders: input_ids and attention_mask of the questions, labels of the answers. A text alone is
// split: its first half is given, the second is to be said (the prefix language model of Raffel et al. 2020).
class QuestionInputs : public Inputs {
 public:
  using Inputs::Inputs;

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<std::vector<int64_t>> questions, answers;
    for (const auto& s : samples) {
      if (!s.question.empty() || tools().hasPictures()) {
        questions.push_back(tokenizer().encode(s.question.empty() ? kCaptionPrompt : s.question));
        answers.push_back(tokenizer().encode(s.answer));
        continue;
      }
      const auto whole = tokenizer().encode(s.answer);
      const auto middle = whole.begin() + std::ptrdiff_t(whole.size() / 2);
      questions.emplace_back(whole.begin(), middle);
      answers.emplace_back(middle, whole.end());
    }
    addText(*batch, questions, tokenizer().special().pad.value_or(0));
    batch->tensors["labels"] = padded(answers, kIgnoredLabel).ids;
    return batch;
  }
};

}  // namespace

std::unique_ptr<Inputs> questionInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<QuestionInputs>(std::move(tools));
}

}  // namespace espalier
