#include "core/text/char_map_builder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr uint32_t kBlock = 256;
constexpr uint32_t kSearched = 16 * kBlock;
constexpr uint32_t kHasLeaf = 1u << 8;
constexpr uint32_t kValue = 1u << 31;
constexpr char32_t kLastNormalized = 0x2FFFF;  // no character beyond has another NFKC form

using Rule = std::map<std::string, uint32_t>::const_iterator;

// A Darts double array: the children of the unit at i lie at i ^ offset ^ label, its value at label 0.
class DoubleArray {
 public:
  explicit DoubleArray(const std::map<std::string, uint32_t>& values) {
    grow();
    m_used[0] = 1;
    place(0, values.begin(), values.end(), 0);
  }
  std::string bytes() const {
    std::string out(m_units.size() * sizeof(uint32_t), '\0');
    std::memcpy(out.data(), m_units.data(), out.size());
    return out;
  }

 private:
  void grow() {
    m_units.resize(m_units.size() + kBlock, 0);
    m_used.resize(m_units.size(), 0);
    m_isBase.resize(m_units.size(), 0);
  }

  // Lays out what follows unit `at`: the rules from first to last share their first `depth` bytes.
  void place(uint32_t at, Rule first, Rule last, size_t depth) {
    std::vector<uint32_t> labels;
    std::vector<Rule> starts;
    for (Rule it = first; it != last; ++it) {
      const uint32_t label = it->first.size() == depth ? 0 : static_cast<unsigned char>(it->first[depth]);
      if (!labels.empty() && labels.back() == label) continue;
      labels.push_back(label);
      starts.push_back(it);
    }
    const uint32_t base = freeBase(labels);
    for (uint32_t label : labels) m_used[base ^ label] = 1;
    m_units[at] |= (at ^ base) << 10 | (labels.front() == 0 ? kHasLeaf : 0);
    for (size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] == 0) {
        m_units[base] = kValue | starts[i]->second;
        continue;
      }
      m_units[base ^ labels[i]] |= labels[i];
      place(base ^ labels[i], starts[i], i + 1 < labels.size() ? starts[i + 1] : last, depth + 1);
    }
  }

  // The base of one node only: two nodes on one base could reach each other's children. Only the newest
  // blocks are searched; older ones are nearly full.
  uint32_t freeBase(const std::vector<uint32_t>& labels) {
    const auto size = uint32_t(m_units.size());
    for (uint32_t at = size > kSearched ? size - kSearched : 1;; ++at) {
      if (at >= m_units.size()) grow();
      const uint32_t base = at ^ labels.front();
      if (m_used[at] || m_isBase[base]) continue;
      const auto isFree = [&](uint32_t label) { return !m_used[base ^ label]; };
      if (!std::all_of(labels.begin(), labels.end(), isFree)) continue;
      m_isBase[base] = 1;
      return base;
    }
  }

  std::vector<uint32_t> m_units;
  std::vector<char> m_used;
  std::vector<char> m_isBase;
};

bool isHangulSyllable(char32_t c) {
  return c >= 0xAC00 && c <= 0xD7A3;
}

}  // namespace

std::string compileCharMap(const std::map<std::string, std::string>& rules) {
  if (rules.empty()) return {};
  std::string texts;
  std::map<std::string, uint32_t> offsets, values;
  for (const auto& [sequence, text] : rules) {
    const auto [it, fresh] = offsets.try_emplace(text, uint32_t(texts.size()));
    if (fresh) texts.append(text).push_back('\0');
    values[sequence] = it->second;
  }
  const std::string trie = DoubleArray(values).bytes();
  const auto size = uint32_t(trie.size());
  std::string out(sizeof size, '\0');
  std::memcpy(out.data(), &size, sizeof size);
  return out + trie + texts;
}

std::map<std::string, std::string> normalizationRules(bool compatibility) {
  std::map<std::string, std::string> rules;
  const auto spaceOrNothing = [&](char32_t c) -> const char* {
    if (isWhiteSpace(c) || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF || c == 0xFFFD) return " ";
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ? "" : nullptr;
  };
  for (char32_t c = 1; c <= kLastNormalized; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string character = toUtf8({&c, 1});
    if (const char* replacement = spaceOrNothing(c); replacement && c != U' ') {
      rules[character] = replacement;
      continue;
    }
    if (!compatibility) {
      if (c > 0xFFFF) break;
      continue;
    }
    const std::string composed = normalizeUnicode(character, NormalForm::KC);
    if (composed != character) rules[character] = composed;
    const std::string marks = normalizeUnicode(character, NormalForm::D);
    if (marks != character && !isHangulSyllable(c)) {
      if (marks != composed) rules[marks] = composed;
      // The same with all marks but the last already composed.
      const std::u32string wide = toUtf32(marks);
      const std::string partly = normalizeUnicode(toUtf8(wide.substr(0, wide.size() - 1)), NormalForm::C) +
                                 toUtf8(wide.substr(wide.size() - 1));
      if (partly != composed) rules[partly] = composed;
    }
  }
  return rules;
}

}  // namespace espalier
