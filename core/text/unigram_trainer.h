#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace espalier {

// Learns the pieces of a unigram language model from words and their counts, by SentencePiece's method (Kudo,
// ACL 2018): frequent substrings as a beginning, expectation-maximization over all segmentations, and
// dropping the pieces whose loss costs least until few enough are left. Deterministic.
class UnigramTrainer {
 public:
  struct Piece {
    std::string text;
    double score;
  };

  // Words in UTF-8, none empty. No piece is longer than maxPieceCharacters.
  UnigramTrainer(const std::map<std::string, int64_t>& words, int maxPieceCharacters);

  // How many pieces the characters alone need.
  int64_t characterCount() const { return int64_t(m_characters.size()); }

  // At most `count` pieces, every character among them, the likeliest first. Fewer if the words yield no
  // more.
  std::vector<Piece> train(int64_t count) const;

 private:
  struct Word {
    std::string text;
    double count;
  };
  std::vector<Piece> seed(int64_t most) const;
  void expectationMaximization(std::vector<Piece>& pieces) const;
  std::vector<Piece> prune(const std::vector<Piece>& pieces, int64_t wanted) const;
  std::vector<Piece> finish(std::vector<Piece> pieces, int64_t count) const;

  std::vector<Word> m_words;
  std::map<std::string, double> m_characters;
  int m_maxCharacters;
};

}  // namespace espalier
