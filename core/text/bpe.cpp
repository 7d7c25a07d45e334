#include "core/text/bpe.h"

#include <algorithm>
#include <queue>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

uint64_t keyOf(int64_t left, int64_t right) {
  return uint64_t(left) << 32 | uint64_t(right);
}

struct MergeCandidate {
  uint32_t rank;
  uint32_t id;
  int64_t position;
  // The heap's top is to be the lowest rank, and of equal ranks the leftmost.
  bool operator<(const MergeCandidate& other) const {
    return rank != other.rank ? rank > other.rank : position > other.position;
  }
};

}  // namespace

BpeModel::BpeModel(Vocabulary vocabulary, const Merges& merges, BpeOptions options, const std::string& source)
    : TokenModel(std::move(vocabulary)), m_options(std::move(options)) {
  if (m_options.unknown) {
    m_unknown = m_vocabulary.idOf(*m_options.unknown);
  }
  m_merges.reserve(merges.size());
  const auto idOf = [&](const std::string& token, const auto& merge) {
    const auto id = m_vocabulary.idOf(token);
    if (!id)
      throw Error(ErrorKind::Format, source + " merges \"" + merge.first + "\" and \"" + merge.second +
                                         "\", but its vocabulary has no token \"" + token +
                                         "\"; merges and vocabulary of the same tokenizer were expected.");
    return *id;
  };
  uint32_t rank = 0;
  const size_t prefix = m_options.continuingPrefix.size();
  for (const auto& merge : merges) {
    const int64_t left = idOf(merge.first, merge), right = idOf(merge.second, merge);
    if (merge.second.size() < prefix)
      throw Error(ErrorKind::Format, source + " merges \"" + merge.second + "\", which lacks the prefix \"" +
                                         m_options.continuingPrefix + "\" that was expected of it.");
    const int64_t merged = idOf(merge.first + merge.second.substr(prefix), merge);
    m_merges.insert_or_assign(keyOf(left, right), Merge{rank++, uint32_t(merged)});
  }
}

const BpeModel::Merge* BpeModel::mergeOf(int64_t left, int64_t right) const {
  const auto it = m_merges.find(keyOf(left, right));
  return it == m_merges.end() ? nullptr : &it->second;
}

std::vector<BpeModel::Symbol> BpeModel::characters(std::string_view piece) const {
  std::vector<Symbol> symbols;
  symbols.reserve(piece.size());
  const auto push = [&](int64_t id) {
    const auto at = int64_t(symbols.size());
    symbols.push_back({id, at - 1, at + 1, true});
  };
  bool lastUnknown = false;
  std::string decorated;
  for (size_t i = 0; i < piece.size();) {
    const size_t length = std::min(utf8Length(piece[i]), piece.size() - i);
    std::string_view character = piece.substr(i, length);
    const bool first = i == 0, last = i + length == piece.size();
    i += length;
    if ((!first && !m_options.continuingPrefix.empty()) || (last && !m_options.endOfWordSuffix.empty())) {
      decorated = first ? std::string() : m_options.continuingPrefix;
      decorated += character;
      if (last) decorated += m_options.endOfWordSuffix;
      character = decorated;
    }
    if (const auto id = m_vocabulary.idOf(character)) {
      push(*id);
      lastUnknown = false;
      continue;
    }
    if (m_options.byteFallback) {
      const auto bytes = espalier::byteFallback(m_vocabulary, character);
      if (!bytes.empty()) {
        for (int64_t id : bytes) push(id);
        lastUnknown = false;
        continue;
      }
    }
    if (!m_unknown) continue;
    if (!(lastUnknown && m_options.fuseUnknown)) push(*m_unknown);
    lastUnknown = true;
  }
  if (!symbols.empty()) symbols.back().next = -1;
  return symbols;
}

void BpeModel::mergeAll(std::vector<Symbol>& symbols) const {
  std::vector<MergeCandidate> initial;
  for (size_t i = 0; i + 1 < symbols.size(); ++i)
    if (const Merge* m = mergeOf(symbols[i].id, symbols[i + 1].id))
      initial.push_back({m->rank, m->id, int64_t(i)});
  std::priority_queue<MergeCandidate> queue(std::less<MergeCandidate>(), std::move(initial));
  const auto consider = [&](int64_t left, int64_t right) {
    if (left < 0 || right < 0) return;
    if (const Merge* m = mergeOf(symbols[size_t(left)].id, symbols[size_t(right)].id))
      queue.push({m->rank, m->id, left});
  };
  while (!queue.empty()) {
    const MergeCandidate top = queue.top();
    queue.pop();
    Symbol& left = symbols[size_t(top.position)];
    if (!left.alive || left.next < 0) continue;
    Symbol& right = symbols[size_t(left.next)];
    const Merge* still = mergeOf(left.id, right.id);
    if (!still || still->id != top.id) continue;  // a neighbour has changed since
    left.id = top.id;
    right.alive = false;
    left.next = right.next;
    if (left.next >= 0) symbols[size_t(left.next)].previous = top.position;
    consider(left.previous, top.position);
    consider(top.position, left.next);
  }
}

void BpeModel::tokenize(std::string_view piece, std::vector<int64_t>& out) const {
  if (m_options.ignoreMerges) {
    if (const auto id = m_vocabulary.idOf(piece)) {
      out.push_back(*id);
      return;
    }
  }
  auto symbols = characters(piece);
  mergeAll(symbols);
  for (const Symbol& s : symbols)
    if (s.alive) out.push_back(s.id);
}

Merges parseMergesText(const std::string& text, const std::string& source) {
  if (!isValidUtf8(text))
    throw Error(ErrorKind::Format,
                source + " is not a text file in UTF-8; one pair of tokens a line was expected.");
  Merges out;
  int64_t line = 0;
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    std::string_view row(text.data() + from, end - from);
    from = end + 1;
    ++line;
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty() || row.starts_with("#version")) continue;
    const size_t space = row.find(' ');
    if (space == std::string_view::npos || space == 0 || space + 1 == row.size() ||
        row.find(' ', space + 1) != std::string_view::npos)
      throw Error(ErrorKind::Format, source + " has \"" + std::string(row.substr(0, 60)) + "\" on line " +
                                         std::to_string(line) +
                                         "; two tokens with a space between were expected.");
    out.emplace_back(row.substr(0, space), row.substr(space + 1));
  }
  if (out.empty())
    throw Error(ErrorKind::Format, source + " holds no merges; one pair of tokens a line was expected.");
  return out;
}

}  // namespace espalier
