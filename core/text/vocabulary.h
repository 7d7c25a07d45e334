#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace espalier {

// The pieces of a model and their ids, both ways. Ids need not be without gaps.
class Vocabulary {
 public:
  // Throws Error naming `source` if the id is negative or absurd, or already that of another piece.
  void add(const std::string& piece, int64_t id, const std::string& source);

  std::optional<int64_t> idOf(std::string_view piece) const;
  // Empty for an id that stands for nothing.
  const std::string& pieceOf(int64_t id) const;
  // One more than the highest id.
  int64_t size() const { return int64_t(m_pieces.size()); }
  int64_t longestPieceBytes() const { return m_longest; }

  // {"piece": id, ...}
  static Vocabulary fromJson(const nlohmann::json& object, const std::string& source);
  // One piece a line; the line's number from 0 is its id.
  static Vocabulary fromLines(const std::string& text, const std::string& source);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  std::unordered_map<std::string, int64_t, Hash, std::equal_to<>> m_ids;
  std::vector<std::string> m_pieces;
  int64_t m_longest = 0;
};

}  // namespace espalier
