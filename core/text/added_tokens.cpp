#include "core/text/added_tokens.h"

#include <utility>

#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

bool endsWithWord(std::string_view text) {
  if (text.empty()) return false;
  size_t start = text.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
  return isWordCharacter(nextCodePoint(text, start));
}

bool startsWithWord(std::string_view text) {
  size_t start = 0;
  return !text.empty() && isWordCharacter(nextCodePoint(text, start));
}

}  // namespace

void AddedTokens::Trie::add(const std::string& content, int64_t id) {
  if (nodes.empty()) nodes.emplace_back();
  int at = 0;
  for (char c : content) {
    const auto it = nodes[size_t(at)].next.find(c);
    if (it != nodes[size_t(at)].next.end()) {
      at = it->second;
    } else {
      nodes.emplace_back();
      const int fresh = int(nodes.size()) - 1;
      nodes[size_t(at)].next[c] = fresh;
      at = fresh;
    }
  }
  nodes[size_t(at)].id = id;
}

std::optional<AddedTokens::Trie::Found> AddedTokens::Trie::longestPrefix(std::string_view text) const {
  std::optional<Found> found;
  if (nodes.empty()) return found;
  const Node* node = &nodes[0];
  for (size_t i = 0; i < text.size(); ++i) {
    const auto it = node->next.find(text[i]);
    if (it == node->next.end()) break;
    node = &nodes[size_t(it->second)];
    if (node->id >= 0) found = Found{node->id, i + 1};
  }
  return found;
}

void AddedTokens::normalizeContents(const std::function<std::string(std::string)>& normalize) {
  m_normalized = {};
  for (const auto& [id, token] : m_byId)
    if (token.normalized)
      if (const auto content = normalize(token.content); !content.empty()) m_normalized.add(content, id);
}

void AddedTokens::add(AddedToken token, int64_t id) {
  if (token.content.empty()) return;
  const auto old = m_byContent.find(token.content);
  const bool replaces = old != m_byContent.end() || m_byId.contains(id);
  if (old != m_byContent.end()) m_byId.erase(old->second);
  if (const auto same = m_byId.find(id); same != m_byId.end()) m_byContent.erase(same->second.content);
  m_byContent[token.content] = id;
  const AddedToken& kept = m_byId[id] = std::move(token);
  if (!replaces) {
    (kept.normalized ? m_normalized : m_raw).add(kept.content, id);
    return;
  }
  m_raw = {};
  m_normalized = {};
  for (const auto& [tokenId, each] : m_byId)
    (each.normalized ? m_normalized : m_raw).add(each.content, tokenId);
}

void AddedTokens::lookInRawText() {
  m_normalized = {};
  for (auto& [id, token] : m_byId)
    if (std::exchange(token.normalized, false)) m_raw.add(token.content, id);
}

std::optional<int64_t> AddedTokens::idOf(std::string_view content) const {
  const auto it = m_byContent.find(content);
  if (it == m_byContent.end()) return std::nullopt;
  return it->second;
}

const AddedToken* AddedTokens::find(int64_t id) const {
  const auto it = m_byId.find(id);
  return it == m_byId.end() ? nullptr : &it->second;
}

int64_t AddedTokens::highestId() const {
  return m_byId.empty() ? -1 : m_byId.rbegin()->first;
}

std::vector<int64_t> AddedTokens::specialIds() const {
  std::vector<int64_t> out;
  for (const auto& [id, token] : m_byId)
    if (token.special) out.push_back(id);
  return out;
}

std::vector<AddedTokens::Part> AddedTokens::split(std::string_view text, bool normalized) const {
  const Trie& trie = normalized ? m_normalized : m_raw;
  std::vector<Part> out;
  size_t done = 0;  // all before is in `out`
  const auto emitText = [&](size_t end) {
    if (end > done) out.push_back({text.substr(done, end - done), std::nullopt});
  };
  for (size_t at = 0; at < text.size() && !trie.nodes.empty();) {
    const auto found = trie.longestPrefix(text.substr(at));
    if (!found) {
      ++at;
      continue;
    }
    const AddedToken& token = m_byId.at(found->id);
    size_t begin = at, end = at + found->length;
    at = end;
    if (token.singleWord && (endsWithWord(text.substr(0, begin)) || startsWithWord(text.substr(end))))
      continue;
    if (token.leftStrip) begin = done + trimRight(text.substr(done, begin - done)).size();
    if (token.rightStrip) end = text.size() - trimLeft(text.substr(end)).size();
    emitText(begin);
    out.push_back({text.substr(begin, end - begin), found->id});
    done = at = end;
  }
  emitText(text.size());
  return out;
}

}  // namespace espalier
