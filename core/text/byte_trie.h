#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace espalier {

// Strings as a tree of bytes, for finding all that begin a text. Nodes of one parent lie together, in the
// order of their bytes.
class ByteTrie {
 public:
  ByteTrie() = default;
  // Empty strings are left out; of equal ones the last counts.
  explicit ByteTrie(std::vector<std::pair<std::string, int64_t>> entries);

  // Calls found(value, bytes) for each string that begins the text, the shortest first.
  template <typename Found>
  void prefixes(std::string_view text, Found found) const {
    uint32_t node = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      node = child(node, static_cast<unsigned char>(text[i]));
      if (node == 0) return;
      if (m_nodes[node].value >= 0) found(m_nodes[node].value, i + 1);
    }
  }

 private:
  struct Node {
    int64_t value = -1;
    uint32_t firstChild = 0;
    uint16_t children = 0;
    unsigned char label = 0;
  };
  // 0, the root, if there is none.
  uint32_t child(uint32_t node, unsigned char label) const;

  std::vector<Node> m_nodes = std::vector<Node>(1);
};

}  // namespace espalier
