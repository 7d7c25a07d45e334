#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/byte_trie.h"
#include "core/text/char_map.h"
#include "core/text/sentence_piece_file.h"

namespace espalier {

// SentencePiece's own encoding and decoding, id for id. Written here because Debian's libsentencepiece
// carries protobuf symbols of another version that clash with those LibTorch and OpenCV load: a program
// linked with all of them does not even start. Constant after construction; may be used from several threads
// at once.
class SentencePieceModel {
 public:
  // Throws Error naming `source` if the pieces contradict each other.
  SentencePieceModel(SentencePieceFile file, const std::string& source);

  int64_t size() const { return int64_t(m_file.pieces.size()); }
  const std::string& piece(int64_t id) const { return m_file.pieces[size_t(id)].text; }
  // The unknown piece's id for what is none.
  int64_t idOf(std::string_view piece) const;
  bool contains(std::string_view piece) const { return m_ids.find(piece) != m_ids.end(); }
  int64_t unknownId() const { return m_unknown; }

  // Text is valid UTF-8.
  std::vector<int64_t> encode(const std::string& text) const;
  // Pieces need not be in the vocabulary: those stand for themselves.
  std::string decode(const std::vector<std::string>& pieces) const;

  std::string normalize(const std::string& text) const;

 private:
  using Type = SentencePieceFile::PieceType;
  struct Token {
    std::string_view text;
    int64_t id;
  };
  Type typeOf(int64_t id) const { return m_file.pieces[size_t(id)].type; }
  void index(const std::string& source);
  std::vector<Token> encodeUnigram(std::string_view normalized) const;
  std::vector<Token> encodeBpe(std::string_view normalized) const;
  size_t userDefinedPrefix(std::string_view text) const;

  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  SentencePieceFile m_file;
  std::optional<CharMap> m_charMap;
  std::unordered_map<std::string, int64_t, Hash, std::equal_to<>> m_ids;
  ByteTrie m_matchable;    // normal, user-defined and unused pieces
  ByteTrie m_userDefined;  // taken whole wherever they stand in a text
  bool m_hasUserDefined = false;
  std::array<int64_t, 256> m_byteIds{};  // of "<0x00>" ... with byte fallback
  int64_t m_unknown = -1;
  float m_lowestScore = 0;
  float m_highestScore = 0;
};

}  // namespace espalier
