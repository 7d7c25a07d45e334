#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// InstructBLIP: a question for the language model, with a token for each query where config.json names one,
// and the same question for the Q-Former, whose tokenizer is in the folder qformer_tokenizer.
class InstructBlipInputs : public Inputs {
 public:
  explicit InstructBlipInputs(std::shared_ptr<const InputTools> tools) : Inputs(std::move(tools)) {
    const auto& config = this->tools().model().config();
    m_pictureToken = configPictureToken(config, -1);
    m_queries = configSize(config, "num_query_tokens", 32);
    m_readsAll = this->tools().hasLanguageEncoder();
    try {
      m_instructions = openTokenizer(this->tools().folder() / "qformer_tokenizer");
    } catch (const Error& e) {
      m_fault = e.what();
    }
  }

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    if (!m_instructions) throw Error(ErrorKind::InvalidInput, m_fault);
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<std::vector<int64_t>> instructions, texts, answers;
    std::vector<PromptAndAnswer> rows;
    for (const auto& s : samples) {
      const auto question = s.question.empty() ? std::string(kCaptionPrompt) : s.question;
      instructions.push_back(m_instructions->encode(question));
      auto& row = rows.emplace_back(PromptAndAnswer{promptOf(question), {}});
      row.answer = m_readsAll ? tokenizer().encode(s.answer) : tokenizer().encodePlain(" " + s.answer);
      texts.push_back(row.prompt), answers.push_back(row.answer);
    }
    if (m_readsAll) {
      addText(*batch, texts, tokenizer().special().pad.value_or(0));
      batch->tensors["labels"] = padded(answers, kIgnoredLabel).ids;
    } else {
      const auto& generation = *tools().model().generation();
      for (auto& row : rows)
        if (!generation.endTokens.empty()) row.answer.push_back(generation.endTokens[0]);
      addPrompts(*batch, rows, generation.padToken);
    }
    const auto all = padded(instructions, m_instructions->special().pad.value_or(0));
    batch->tensors["qformer_input_ids"] = all.ids;
    batch->tensors["qformer_attention_mask"] = all.mask;
    return batch;
  }

 private:
  // The pictures' tokens are put in by their id: the tokenizer need not know it.
  std::vector<int64_t> promptOf(const std::string& question) const {
    std::vector<int64_t> ids(m_pictureToken >= 0 ? size_t(m_queries) : 0, m_pictureToken);
    const auto rest = tokenizer().encode(question);
    ids.insert(ids.end(), rest.begin(), rest.end());
    return ids;
  }

  int64_t m_pictureToken, m_queries;
  bool m_readsAll;  // an encoder reads the question, a decoder writes the answer
  std::shared_ptr<const Tokenizer> m_instructions;
  std::string m_fault;
};

}  // namespace

std::unique_ptr<Inputs> instructBlipInputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<InstructBlipInputs>(std::move(tools));
}

}  // namespace espalier
