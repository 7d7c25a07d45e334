#include "core/text/byte_trie.h"

#include <algorithm>

namespace espalier {

ByteTrie::ByteTrie(std::vector<std::pair<std::string, int64_t>> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::erase_if(entries, [](const auto& entry) { return entry.first.empty(); });
  // Sorted, the strings below a node are a range; level by level, so that the children of a node come to lie
  // together.
  struct Range {
    uint32_t node;
    size_t begin, end, depth;
  };
  std::vector<Range> level = {{0, 0, entries.size(), 0}}, below;
  const auto byteAt = [&](size_t entry, size_t depth) {
    return static_cast<unsigned char>(entries[entry].first[depth]);
  };
  while (!level.empty()) {
    below.clear();
    for (const Range& range : level) {
      size_t at = range.begin;
      for (; at < range.end && entries[at].first.size() == range.depth; ++at)
        m_nodes[range.node].value = entries[at].second;
      m_nodes[range.node].firstChild = uint32_t(m_nodes.size());
      while (at < range.end) {
        const unsigned char label = byteAt(at, range.depth);
        size_t end = at;
        while (end < range.end && byteAt(end, range.depth) == label) ++end;
        below.push_back({uint32_t(m_nodes.size()), at, end, range.depth + 1});
        m_nodes.emplace_back().label = label;
        ++m_nodes[range.node].children;
        at = end;
      }
    }
    level.swap(below);
  }
}

uint32_t ByteTrie::child(uint32_t node, unsigned char label) const {
  const auto first = m_nodes.begin() + m_nodes[node].firstChild, last = first + m_nodes[node].children;
  const auto it =
      std::lower_bound(first, last, label, [](const Node& n, unsigned char l) { return n.label < l; });
  return it != last && it->label == label ? uint32_t(it - m_nodes.begin()) : 0;
}

}  // namespace espalier
