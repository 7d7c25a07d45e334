#pragma once

#include <utility>

#include "core/text/token_model.h"

namespace espalier {

struct BpeOptions {
  std::string continuingPrefix;  // put before every character but a piece's first
  std::string endOfWordSuffix;   // put behind a piece's last character ("</w>")
  std::optional<std::string>
      unknown;                // stands for characters that are not in the vocabulary; without it they vanish
  bool fuseUnknown = false;   // one unknown for a run of them
  bool byteFallback = false;  // spell unknown characters as "<0xE2>" "<0x82>" ...
  bool ignoreMerges = false;  // a piece that is in the vocabulary is taken whole
};

using Merges = std::vector<std::pair<std::string, std::string>>;

// Byte-pair encoding: the pair of neighbours whose merge was learned first is joined until none is left. The
// candidates wait in a heap, so a piece of n characters costs O(n log n).
class BpeModel : public TokenModel {
 public:
  // Throws Error naming `source` if a merge speaks of tokens that the vocabulary does not have.
  BpeModel(Vocabulary vocabulary, const Merges& merges, BpeOptions options, const std::string& source);

  void tokenize(std::string_view piece, std::vector<int64_t>& out) const override;
  std::optional<int64_t> unknownId() const override { return m_unknown; }

 private:
  struct Symbol {
    int64_t id;
    int64_t previous;
    int64_t next;
    bool alive;
  };
  struct Merge {
    uint32_t rank;
    uint32_t id;
  };
  std::vector<Symbol> characters(std::string_view piece) const;
  void mergeAll(std::vector<Symbol>& symbols) const;
  const Merge* mergeOf(int64_t left, int64_t right) const;

  struct PairHash {
    size_t operator()(uint64_t key) const { return size_t((key ^ key >> 29) * 0x9E3779B97F4A7C15ull); }
  };
  std::unordered_map<uint64_t, Merge, PairHash> m_merges;
  BpeOptions m_options;
  std::optional<int64_t> m_unknown;
};

// Reads merges.txt: one "left right" a line, after a line "#version". Throws Error naming the file and the
// line.
Merges parseMergesText(const std::string& text, const std::string& source);

}  // namespace espalier
