#include "core/inputs/inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// Pictures with texts that describe them: the answer, or the question where there is none.
class PairInputs : public Inputs {
 public:
  // How texts are prepared: up to so many tokens, where config.json does not say; all filled up to that; with
  // the pictures that do not belong to them, for a loss that tells them apart.
  struct Texts {
    int64_t positions = 512;
    bool filledUp = false, negatives = false;
  };

  PairInputs(std::shared_ptr<const InputTools> tools, const Texts& texts)
      : Inputs(std::move(tools)),
        m_texts(texts),
        m_positions(configSize(this->tools().textConfig(), "max_position_embeddings", texts.positions)) {}

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<std::vector<int64_t>> texts;
    for (const auto& s : samples)
      shorten(texts.emplace_back(tokenizer().encode(s.answer.empty() ? s.question : s.answer)), m_positions);
    if (m_texts.filledUp) {
      fillUp(*batch, texts);
      return batch;
    }
    addText(*batch, texts, tokenizer().special().pad.value_or(0));
    if (m_texts.negatives) addNegatives(*batch);
    return batch;
  }

 private:
  // SigLIP was trained on texts filled up to their full length, all of which it sees.
  void fillUp(Batch& batch, std::vector<std::vector<int64_t>>& texts) const {
    const auto fill =
        tokenizer().special().pad.value_or(configValue<int64_t>(tools().textConfig(), "pad_token_id", 1));
    for (auto& text : texts) text.resize(size_t(m_positions), fill);
    batch.tensors["input_ids"] = padded(texts, fill).ids;
  }

  // For each text the next row about another picture; none where all are about one.
  static void addNegatives(Batch& batch) {
    const auto index = batch.at("image_index");
    const auto* picture = index.data_ptr<int64_t>();
    const int64_t rows = index.size(0);
    std::vector<int64_t> negatives;
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t step = 1; step < rows; ++step)
        if (const int64_t other = (r + step) % rows; picture[other] != picture[r]) {
          negatives.push_back(other);
          break;
        }
    if (int64_t(negatives.size()) == rows) batch.tensors["negative_index"] = at::tensor(negatives);
  }

  Texts m_texts;
  int64_t m_positions;
};

}  // namespace

std::unique_ptr<Inputs> clipInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PairInputs>(std::move(tools), PairInputs::Texts{.positions = 77});
}

std::unique_ptr<Inputs> siglipInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PairInputs>(std::move(tools), PairInputs::Texts{.positions = 64, .filledUp = true});
}

std::unique_ptr<Inputs> blipPairInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<PairInputs>(std::move(tools), PairInputs::Texts{.negatives = true});
}

}  // namespace espalier
