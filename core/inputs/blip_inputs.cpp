#include "core/inputs/inputs.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// A text of BLIP's decoder: its tokenizer's [CLS] becomes the start token.
std::vector<int64_t> decoderText(const InputTools& tools, const std::string& text, int64_t positions) {
  auto ids = tools.tokenizer().encode(text);
  shorten(ids, positions);
  if (!ids.empty()) ids[0] = configValue<int64_t>(tools.textConfig(), "bos_token_id", 30522);
  return ids;
}

int64_t positionsOf(const InputTools& tools) {
  return configSize(tools.textConfig(), "max_position_embeddings", 512);
}
int64_t padOf(const InputTools& tools) {
  return configValue<int64_t>(tools.textConfig(), "pad_token_id", 0);
}

// Captions go on from a fixed prompt, which is not to be learnt.
class BlipCaptionInputs : public Inputs {
 public:
  using Inputs::Inputs;

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    const auto prompt = tokenizer().encode(kPrompt);
    const size_t given = prompt.size() - 1;  // without the separator
    std::vector<std::vector<int64_t>> texts, labels;
    for (const auto& s : samples) {
      texts.push_back(decoderText(tools(), std::string(kPrompt) + " " + s.answer, positionsOf(tools())));
      labels.push_back(texts.back());
      std::fill_n(labels.back().begin(), std::min(given, labels.back().size()), kIgnoredLabel);
    }
    addText(*batch, texts, padOf(tools()));
    batch->tensors["labels"] = padded(labels, kIgnoredLabel).ids;
    batch->tensors["prompt_ids"] = at::tensor(prompt).repeat({int64_t(samples.size()), 1});
    return batch;
  }

 private:
  static constexpr const char* kPrompt = "a picture of";
};

// input_ids of the questions; labels and decoder_input_ids of the answers.
class BlipQuestionInputs : public Inputs {
 public:
  using Inputs::Inputs;

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<std::vector<int64_t>> questions, answers;
    for (const auto& s : samples) {
      shorten(questions.emplace_back(tokenizer().encode(s.question)), positionsOf(tools()));
      answers.push_back(decoderText(tools(), s.answer, positionsOf(tools())));
    }
    addText(*batch, questions, padOf(tools()));
    const auto text = padded(answers, padOf(tools()));
    batch->tensors["decoder_input_ids"] = text.ids;
    batch->tensors["decoder_attention_mask"] = text.mask;
    batch->tensors["labels"] = text.ids.masked_fill(text.mask == 0, kIgnoredLabel);
    return batch;
  }
};

}  // namespace

std::unique_ptr<Inputs> blipCaptionInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<BlipCaptionInputs>(std::move(tools));
}

std::unique_ptr<Inputs> blipQuestionInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<BlipQuestionInputs>(std::move(tools));
}

}  // namespace espalier
