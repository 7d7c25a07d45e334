#pragma once

#include "core/text/token_model.h"

namespace espalier {

struct WordPieceOptions {
  std::string unknown = "[UNK]";
  std::string continuingPrefix = "##";
  int64_t longestWordCharacters = 100;  // a longer word is unknown as a whole
};

// BERT's model: of each word the longest beginning that is in the vocabulary, then the longest of the rest,
// and so on; if some rest has none, the whole word is unknown.
class WordPieceModel : public TokenModel {
 public:
  // Throws Error naming `source` if the vocabulary lacks the unknown token.
  WordPieceModel(Vocabulary vocabulary, WordPieceOptions options, const std::string& source);

  void tokenize(std::string_view piece, std::vector<int64_t>& out) const override;
  std::optional<int64_t> unknownId() const override { return m_unknown; }
  const std::string& continuingPrefix() const { return m_options.continuingPrefix; }

 private:
  WordPieceOptions m_options;
  int64_t m_unknown;
};

}  // namespace espalier
