#include "core/inputs/picture_text.h"
#include "core/inputs/prompt_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// The conversation of Idefics3 and SmolVLM: a user's turn with the picture, its tiles as the reference's
// processor writes them, and the question; the answer.
class Idefics3Inputs : public Inputs {
 public:
  explicit Idefics3Inputs(std::shared_ptr<const InputTools> tools) : Inputs(std::move(tools)) {
    const auto& config = this->tools().model().config();
    m_pictureToken = configPictureToken(config, 128257);
    const auto vision = configSection(config, "vision_config");
    const int64_t side = configSquare(vision, "image_size", 224) / configSquare(vision, "patch_size", 32) /
                         configSize(config, "scale_factor", 2);
    m_tokens = side * side;
  }

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override {
    auto batch = std::make_shared<Batch>();
    tools().addPictures(*batch, samples);
    std::vector<PromptAndAnswer> rows;
    const auto turnEnd = tokenizer().idOf(kTurnEnd);
    const auto& ends = tools().model().generation()->endTokens;
    for (const auto& s : samples) {
      auto& row = rows.emplace_back(PromptAndAnswer{promptOf(s), tokenizer().encodePlain(" " + s.answer)});
      if (turnEnd)
        row.answer.push_back(*turnEnd);
      else if (!ends.empty())
        row.answer.push_back(ends[0]);
    }
    addPrompts(*batch, rows, tools().model().generation()->padToken);
    return batch;
  }

 private:
  static constexpr const char* kTurnEnd = "<end_of_utterance>";

  std::vector<int64_t> promptOf(const Sample& sample) const {
    const auto layout = tools().layoutOf(sample);
    const auto question = sample.question.empty() ? std::string("Describe the picture.") : sample.question;
    const auto piece = tokenizer().piece(m_pictureToken);
    if (piece.empty() || !tokenizer().idOf(kTurnEnd)) return plainPrompt(layout, question);
    const auto& bos = tokenizer().special().bos;
    return tokenizer().encodePlain((bos ? tokenizer().piece(*bos) : std::string()) +
                                   "User:" + idefics3PictureText(layout, m_tokens, piece) + question +
                                   kTurnEnd + "\nAssistant:");
  }

  // For a tokenizer without the marks: the picture's tokens are put in by their id.
  std::vector<int64_t> plainPrompt(const PictureLayout& layout, const std::string& question) const {
    auto ids = tokenizer().encodePlain("User:");
    ids.insert(ids.end(), size_t(layout.tiles * m_tokens), m_pictureToken);
    const auto rest = tokenizer().encodePlain(question + "\nAssistant:");
    ids.insert(ids.end(), rest.begin(), rest.end());
    return ids;
  }

  int64_t m_pictureToken, m_tokens;
};

}  // namespace

std::unique_ptr<Inputs> idefics3Inputs(std::shared_ptr<const InputTools> tools) {
  return std::make_unique<Idefics3Inputs>(std::move(tools));
}

PicturePrompt idefics3Prompt(const nlohmann::json& config, const Tokenizer* tokenizer) {
  const int64_t along = patchesAlong(config, 224, 32), scale = configSize(config, "scale_factor", 2);
  const int64_t each = along * along / (scale * scale);
  const int64_t token = configPictureToken(config, 128257);
  const auto text = tokenText(tokenizer, token, "pictures");
  const auto expand = [text, each](const PictureLayout& l) { return idefics3PictureText(l, each, text); };
  return {text, expand, {token, countedInTiles([each](const PictureLayout& l) { return l.tiles * each; })}};
}

}  // namespace espalier
