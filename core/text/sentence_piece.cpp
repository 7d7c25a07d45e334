#include "core/text/sentence_piece.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/sentence_piece_model.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr const char* kMark = "\u2581";  // stands for a space

class SentencePieceTokenizer : public Tokenizer {
 public:
  SentencePieceTokenizer(SentencePieceModel model, AddedTokens added, TokenizerTraits traits,
                         SentencePieceFamily family, bool legacy, std::string unknown)
      : Tokenizer(std::move(traits)),
        m_model(std::move(model)),
        m_added(std::move(added)),
        m_family(family),
        m_legacy(legacy),
        m_unknown(std::move(unknown)) {
    m_unknownLength = int64_t(m_model.encode(m_unknown).size());
  }

  std::string piece(int64_t id) const override {
    if (const AddedToken* token = m_added.find(id)) return token->content;
    return id >= 0 && id < m_model.size() ? m_model.piece(id) : std::string();
  }

  std::string pieceText(int64_t id) const override {
    return m_added.find(id) ? piece(id) : replaceAll(piece(id), kMark, " ");
  }

  std::optional<int64_t> idOf(const std::string& piece) const override {
    if (const auto id = m_added.idOf(piece)) return id;
    return m_model.contains(piece) ? std::optional(m_model.idOf(piece)) : std::nullopt;
  }

  int64_t vocabSize() const override { return std::max(m_model.size(), m_added.highestId() + 1); }

  bool isSpecial(int64_t id) const override {
    const AddedToken* token = m_added.find(id);
    return token && token->special;
  }

 protected:
  std::vector<int64_t> tokenize(const std::string& text) const override {
    if (m_legacy || text.empty()) return splitAndTokenize(text);
    // Newer behaviour: one space before the whole text, none after special tokens.
    // That space is dropped again when nothing but a special token follows it.
    const std::string marked = kMark + replaceAll(text, kMark, " ");
    const auto parts = m_added.split(marked, false);
    auto ids = splitAndTokenize(marked);
    if (ids.size() > 1 && parts.size() > 1 && parts[1].id == ids[1] && isSpecial(ids[1]) &&
        piece(ids[0]) == kMark)
      ids.erase(ids.begin());
    return ids;
  }

  std::string detokenize(const std::vector<int64_t>& ids, bool skipSpecial) const override {
    // Added tokens beyond the model's pieces stand apart, with a space between; the rest goes through the
    // model.
    std::vector<std::string> parts;
    std::vector<int64_t> run;
    const auto flush = [&] {
      if (run.empty()) return;
      std::string text = detokenizeRun(run);
      if (!text.empty()) parts.push_back(std::move(text));
      run.clear();
    };
    for (int64_t id : ids) {
      if (piece(id).empty() || (skipSpecial && isSpecial(id))) continue;
      const bool beyondModel = id >= m_model.size();
      if (!beyondModel && (isSpecial(id) || !m_added.find(id))) {
        run.push_back(id);
        continue;
      }
      flush();
      parts.push_back(piece(id));
    }
    flush();
    std::string out;
    for (const auto& part : parts) {
      if (&part != &parts.front()) out += ' ';
      out += part;
    }
    return validUtf8(out);
  }

 private:
  std::vector<int64_t> splitAndTokenize(const std::string& text) const {
    std::vector<int64_t> out;
    for (const auto& part : m_added.split(text, false)) {
      if (part.id) {
        out.push_back(*part.id);
        continue;
      }
      const auto ids = tokenizePart(std::string(part.text));
      out.insert(out.end(), ids.begin(), ids.end());
    }
    return out;
  }

  // SentencePiece drops a space at the very start of a text. To keep one that is meant, the reference puts
  // the unknown token's name before the text and takes its pieces away again.
  std::vector<int64_t> tokenizePart(const std::string& text) const {
    if (m_legacy || !(text.starts_with(kMark) || text.starts_with(' '))) return m_model.encode(text);
    auto ids = m_model.encode(m_unknown + text);
    if (int64_t(ids.size()) >= m_unknownLength) ids.erase(ids.begin(), ids.begin() + m_unknownLength);
    return ids;
  }

  std::string detokenizeRun(const std::vector<int64_t>& ids) const {
    std::string out;
    std::vector<std::string> pieces;
    bool afterSpecial = false;
    for (size_t i = 0; i < ids.size(); ++i) {
      std::string each = piece(ids[i]);
      if (i == 0 && each.starts_with(kMark)) each.erase(0, 3);  // the space that encoding put there
      if (!isSpecial(ids[i])) {
        pieces.push_back(std::move(each));
        afterSpecial = false;
        continue;
      }
      const bool spaced = m_family == SentencePieceFamily::T5 || (i > 0 && m_legacy);
      if (!afterSpecial && spaced) out += ' ';
      out += m_model.decode(pieces) + each;
      pieces.clear();
      afterSpecial = true;
    }
    out += m_model.decode(pieces);
    return m_family == SentencePieceFamily::T5 ? std::string(trimLeft(trimRight(out))) : out;
  }

  SentencePieceModel m_model;
  AddedTokens m_added;
  SentencePieceFamily m_family;
  bool m_legacy;
  std::string m_unknown;
  int64_t m_unknownLength = 0;
};

Vocabulary piecesOf(const SentencePieceModel& model, const std::string& source) {
  Vocabulary out;
  for (int64_t i = 0; i < model.size(); ++i) out.add(model.piece(i), i, source);
  return out;
}

// T5's sentinels, numbered from the end: <extra_id_0> is the last.
void addSentinels(TokenizerSettings& settings, int64_t pieces) {
  const int64_t count = settings.extraIds.value_or(100);
  for (int64_t i = 0; i < count; ++i) {
    AddedToken token;
    token.content = "<extra_id_" + std::to_string(i) + ">";
    token.special = token.leftStrip = token.rightStrip = true;
    const auto known = std::any_of(settings.addedById.begin(), settings.addedById.end(),
                                   [&](const auto& each) { return each.second.content == token.content; });
    if (!known) settings.addedById.try_emplace(pieces + count - 1 - i, token);
  }
}

}  // namespace

std::unique_ptr<Tokenizer> openSentencePiece(TokenizerSettings settings, SentencePieceFamily family,
                                             const std::filesystem::path& modelFile) {
  const bool t5 = family == SentencePieceFamily::T5;
  const bool legacy = settings.legacy.value_or(true);
  const std::string source = modelFile.string();
  auto file = parseSentencePieceFile(readTextFile(modelFile), source);
  if (!legacy) file.addDummyPrefix = false;
  SentencePieceModel model(std::move(file), source);

  settings.setDefaultRoles({{"eos_token", "</s>"}, {"unk_token", "<unk>"}});
  settings.setDefaultRoles({t5 ? std::pair{"pad_token", "<pad>"} : std::pair{"bos_token", "<s>"}});
  if (t5) addSentinels(settings, model.size());

  const Vocabulary vocabulary = piecesOf(model, source);
  AddedTokens added;
  registerAddedTokens(settings, vocabulary, added);
  added.lookInRawText();
  TokenizerTraits traits = settings.traits();
  traits.special = specialTokensOf(settings, vocabulary, added);
  const auto& special = traits.special;
  if (t5) {
    if (special.eos) traits.frame = SpecialFrame::around({}, {*special.eos});
    traits.frame.omitRepeatedEnd();
  } else {
    std::vector<int64_t> before, behind;
    if (settings.addBos.value_or(true) && special.bos) before.push_back(*special.bos);
    if (settings.addEos.value_or(false) && special.eos) behind.push_back(*special.eos);
    traits.frame = SpecialFrame::around(before, behind);
  }
  return std::make_unique<SentencePieceTokenizer>(std::move(model), std::move(added), std::move(traits),
                                                  family, legacy, settings.role("unk_token"));
}

}  // namespace espalier
