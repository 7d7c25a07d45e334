#pragma once

#include "core/text/byte_trie.h"
#include "core/text/token_model.h"

namespace espalier {

// SentencePiece's unigram model as tokenizer.json carries it: of all ways to cut a text into pieces, the one
// whose scores (log probabilities) add up highest, found in one pass along the text.
class UnigramModel : public TokenModel {
 public:
  struct Piece {
    std::string text;
    double score;
  };
  // The id of a piece is its place. Throws Error naming `source` if unknownId is not one of them.
  UnigramModel(const std::vector<Piece>& pieces, std::optional<int64_t> unknownId, bool byteFallback,
               const std::string& source);

  void tokenize(std::string_view piece, std::vector<int64_t>& out) const override;
  std::optional<int64_t> unknownId() const override { return m_unknown; }

 private:
  static Vocabulary vocabularyOf(const std::vector<Piece>& pieces, const std::string& source);

  ByteTrie m_trie;
  std::vector<double> m_scores;
  double m_unknownScore = 0;
  std::optional<int64_t> m_unknown;
  bool m_byteFallback;
};

}  // namespace espalier
