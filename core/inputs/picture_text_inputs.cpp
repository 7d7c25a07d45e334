#include "core/inputs/picture_text_inputs.h"

#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

std::shared_ptr<const Batch> PictureTextInputs::batch(std::span<const Sample> samples) const {
  auto batch = std::make_shared<Batch>();
  tools().addPictures(*batch, samples);
  std::vector<PromptAndAnswer> rows;
  const auto& generation = *tools().model().generation();
  for (const auto& s : samples) {
    auto& row = rows.emplace_back(PromptAndAnswer{promptOf(s), tokenizer().encodePlain(s.answer)});
    if (!generation.endTokens.empty()) row.answer.push_back(generation.endTokens[0]);
  }
  addPrompts(*batch, rows, generation.padToken);
  // What sees itself both ways: pictures (1), or all that is no answer (0).
  const auto& ids = batch->at("input_ids");
  if (m_bothWays == BothWays::Pictures)
    batch->tensors["token_type_ids"] = (ids == m_features.token).to(at::kLong);
  else if (m_bothWays == BothWays::Prefix)
    batch->tensors["token_type_ids"] = (batch->at("labels") != kIgnoredLabel).to(at::kLong);
  return batch;
}

// The picture's token is put in by its id: the tokenizer need not know it.
std::vector<int64_t> PictureTextInputs::promptOf(const Sample& sample) const {
  std::vector<int64_t> ids(size_t(m_features.count(tools().layoutOf(sample))), m_features.token);
  const auto question = sample.question.empty() ? std::string("Describe the picture.") : sample.question;
  const auto rest = tokenizer().encodePlain(question + "\n");
  ids.insert(ids.end(), rest.begin(), rest.end());
  return ids;
}

}  // namespace espalier
