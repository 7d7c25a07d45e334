#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/special_frame.h"

namespace espalier {

struct SpecialTokens {
  std::optional<int64_t> bos, eos, pad, unk, cls, sep, mask;
};

enum class TextSide { Left, Right };

// What a model folder says of its tokenizer beyond the ids themselves.
struct TokenizerTraits {
  SpecialTokens special;
  std::optional<int64_t> longestSequence;  // model_max_length, if it is a limit
  TextSide paddingSide = TextSide::Right;
  TextSide truncationSide = TextSide::Right;
  bool tidyDecodedSpaces = true;  // clean_up_tokenization_spaces
  SpecialFrame frame;
};

struct BatchOptions {
  std::optional<int64_t> maxLength;  // the tokenizer's own limit if not set
  bool truncation = true;            // shorten what is longer than maxLength; special tokens stay
  bool padToMax = false;             // every row maxLength long, rather than as long as the longest
  std::optional<TextSide> paddingSide;
  std::optional<int64_t> padId;  // the pad token, or failing that eos, unk, 0 (padding is masked out)
};

// A rectangle of ids, row by row.
struct EncodedBatch {
  int64_t rows = 0;
  int64_t columns = 0;
  std::vector<int64_t> ids;
  std::vector<int64_t> attentionMask;  // 1 for a token, 0 for padding
  std::vector<int64_t> typeIds;
  int64_t truncatedRows = 0;
};

// Text to ids and back, equal to the reference tokenizer of the model folder it was opened from. Bytes that
// are not UTF-8 are read as U+FFFD. Constant after construction; may be used from several threads at once.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // With the special tokens that the reference adds by default.
  std::vector<int64_t> encode(const std::string& text) const;
  // Without them. Special tokens written out in the text are still recognised.
  std::vector<int64_t> encodePlain(const std::string& text) const;
  // Two texts in one sequence. With a maxLength the longer text is shortened first.
  Encoding encodePair(const std::string& first, const std::string& second,
                      std::optional<int64_t> maxLength = std::nullopt) const;
  // Throws Error if padToMax or a maxLength cannot be met.
  EncodedBatch encodeBatch(const std::vector<std::string>& texts, const BatchOptions& options = {}) const;

  // Ids outside the vocabulary are left out. The result is valid UTF-8.
  std::string decode(const std::vector<int64_t>& ids, bool skipSpecial) const;

  // The piece as the vocabulary writes it ("Ġcat", "▁cat", "##s"); empty for an id outside the vocabulary.
  virtual std::string piece(int64_t id) const = 0;
  // The piece as a person reads it (" cat", "s"); a byte that is not text by itself as "<0xE2>".
  virtual std::string pieceText(int64_t id) const = 0;
  virtual std::optional<int64_t> idOf(const std::string& piece) const = 0;
  // One more than the highest id, added tokens included.
  virtual int64_t vocabSize() const = 0;
  virtual bool isSpecial(int64_t id) const = 0;

  const SpecialTokens& special() const { return m_traits.special; }
  std::optional<int64_t> longestSequence() const { return m_traits.longestSequence; }
  TextSide paddingSide() const { return m_traits.paddingSide; }

 protected:
  explicit Tokenizer(TokenizerTraits traits) : m_traits(std::move(traits)) {}

  // Text is valid UTF-8; no special tokens are added.
  virtual std::vector<int64_t> tokenize(const std::string& text) const = 0;
  virtual std::string detokenize(const std::vector<int64_t>& ids, bool skipSpecial) const = 0;

  TokenizerTraits m_traits;

 private:
  void truncate(std::vector<int64_t>& ids, int64_t length) const;
};

// The tokenizer of a Hugging Face model folder: from tokenizer.json if there is one, else from what its class
// keeps (vocab.json and merges.txt, vocab.txt, spiece.model, tokenizer.model), as tokenizer_config.json,
// special_tokens_map.json and added_tokens.json direct. Throws Error naming the file if the folder has none
// of these or they are not what they should be.
std::unique_ptr<Tokenizer> openTokenizer(const std::filesystem::path& modelFolder);

}  // namespace espalier
