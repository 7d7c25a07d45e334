#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

// SentencePiece's compiled normalization rules ("precompiled_charsmap"): a double-array trie of character
// sequences and the text that each becomes.
class CharMap {
 public:
  // Throws Error naming `source` if the bytes are no such map.
  CharMap(const std::string& bytes, const std::string& source);

  // As the reference: a grapheme of less than six bytes is looked up whole, otherwise its characters one by
  // one.
  std::string normalize(const std::string& text) const;

  // As SentencePiece itself: what the longest sequence at the start of the text becomes, and its bytes.
  // Nothing if none is listed.
  struct Match {
    std::string_view replacement;
    size_t bytes;
  };
  std::optional<Match> longestPrefix(std::string_view text) const;

 private:
  std::optional<std::string_view> shortestPrefix(std::string_view text) const;
  // Calls found(value, bytes) for each listed sequence that begins the text, shortest first, until it returns
  // false.
  template <typename Found>
  void walk(std::string_view text, Found found) const;
  std::optional<std::string_view> textAt(size_t at) const;

  std::vector<uint32_t> m_units;
  std::string m_texts;  // zero-terminated, one after the other
};

std::string decodeBase64(std::string_view text, const std::string& source);

}  // namespace espalier
