#include "core/text/sentence_piece_model.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <queue>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr const char* kSpaceMark = "\u2581";  // stands for a space
constexpr float kUnknownPenalty = 10.0f;

std::string byteName(unsigned char byte) {
  char name[8];
  std::snprintf(name, sizeof name, "<0x%02X>", unsigned(byte));
  return name;
}

int byteOfName(std::string_view piece) {
  unsigned byte = 0;
  if (piece.size() == 6) std::from_chars(piece.data() + 3, piece.data() + 5, byte, 16);
  return int(byte);
}

// As the reference decodes a run of byte pieces: each byte that is no part of a whole character by itself is
// a U+FFFD.
std::string bytesAsText(const std::string& bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size();) {
    const std::string_view character = std::string_view(bytes).substr(i, utf8Length(bytes[i]));
    const bool valid = isValidUtf8(character);
    out += valid ? character : std::string_view("\xEF\xBF\xBD");
    i += valid ? character.size() : 1;
  }
  return out;
}

}  // namespace

SentencePieceModel::SentencePieceModel(SentencePieceFile file, const std::string& source)
    : m_file(std::move(file)) {
  if (!m_file.charMap.empty()) m_charMap.emplace(m_file.charMap, source);
  index(source);
}

void SentencePieceModel::index(const std::string& source) {
  std::vector<std::pair<std::string, int64_t>> matchable, userDefined;
  bool scored = false;
  for (int64_t id = 0; id < size(); ++id) {
    const auto& each = m_file.pieces[size_t(id)];
    if (!m_ids.emplace(each.text, id).second)
      throw Error(ErrorKind::Format,
                  source + " lists the piece \"" + each.text + "\" twice; pieces that differ were expected.");
    const bool hexadecimal = each.text.size() == 6 && each.text.starts_with("<0x") &&
                             each.text.ends_with('>') &&
                             each.text.find_first_not_of("0123456789ABCDEF", 3) == 5;
    if (each.type == Type::Byte && !hexadecimal)
      throw Error(ErrorKind::Format,
                  source + " names a byte \"" + each.text + "\"; a name like <0x0A> was expected.");
    if (each.type == Type::Unknown) {
      if (m_unknown >= 0)
        throw Error(ErrorKind::Format, source + " has two unknown pieces; one was expected.");
      m_unknown = id;
    }
    if (each.type == Type::Normal || each.type == Type::UserDefined || each.type == Type::Unused)
      matchable.emplace_back(each.text, id);
    if (each.type == Type::UserDefined) userDefined.emplace_back(each.text, id);
    if (each.type == Type::Normal) {
      m_lowestScore = scored ? std::min(m_lowestScore, each.score) : each.score;
      m_highestScore = scored ? std::max(m_highestScore, each.score) : each.score;
      scored = true;
    }
  }
  if (m_unknown < 0)
    throw Error(ErrorKind::Format,
                source + " has no unknown piece; a SentencePiece model with one was expected.");
  if (m_file.byteFallback)
    for (size_t b = 0; b < 256; ++b) {
      const std::string name = byteName(static_cast<unsigned char>(b));
      m_byteIds[b] = idOf(name);
      if (typeOf(m_byteIds[b]) != Type::Byte)
        throw Error(ErrorKind::Format, source + " promises byte fallback but lacks the piece " + name +
                                           "; all 256 bytes were expected.");
    }
  m_hasUserDefined = !userDefined.empty();
  m_matchable = ByteTrie(std::move(matchable));
  m_userDefined = ByteTrie(std::move(userDefined));
}

int64_t SentencePieceModel::idOf(std::string_view piece) const {
  const auto it = m_ids.find(piece);
  return it == m_ids.end() ? m_unknown : it->second;
}

size_t SentencePieceModel::userDefinedPrefix(std::string_view text) const {
  size_t longest = 0;
  if (m_hasUserDefined) m_userDefined.prefixes(text, [&](int64_t, size_t bytes) { longest = bytes; });
  return longest;
}

std::string SentencePieceModel::normalize(const std::string& text) const {
  const std::string_view space = m_file.escapeSpaces ? kSpaceMark : " ";
  // The next stretch of the text that is normalized as one, and what it becomes.
  const auto chunk = [&](std::string_view rest) -> CharMap::Match {
    if (const size_t whole = userDefinedPrefix(rest)) return {rest.substr(0, whole), whole};
    if (m_charMap)
      if (const auto match = m_charMap->longestPrefix(rest)) return *match;
    const size_t length = std::min(utf8Length(rest[0]), rest.size());
    return {rest.substr(0, length), length};
  };

  std::string_view rest = text;
  if (m_file.removeExtraSpaces)
    while (!rest.empty()) {
      const auto next = chunk(rest);
      if (next.replacement != " ") break;
      rest.remove_prefix(next.bytes);
    }
  if (rest.empty()) return {};

  std::string out;
  out.reserve(text.size() * 3 / 2);
  if (m_file.addDummyPrefix && !m_file.spaceAsSuffix) out += space;
  bool afterSpace = m_file.removeExtraSpaces;
  while (!rest.empty()) {
    const auto next = chunk(rest);
    std::string_view replacement = next.replacement;
    rest.remove_prefix(next.bytes);
    while (afterSpace && replacement.starts_with(' ')) replacement.remove_prefix(1);
    if (!replacement.empty()) {
      for (char c : replacement)
        if (c == ' ')
          out += space;
        else
          out += c;
      afterSpace = replacement.ends_with(' ');
    }
    if (!m_file.removeExtraSpaces) afterSpace = false;
  }
  if (m_file.removeExtraSpaces) {
    size_t end = out.size();
    while (std::string_view(out).substr(0, end).ends_with(space)) end -= space.size();
    out.erase(end);
  }
  if (m_file.addDummyPrefix && m_file.spaceAsSuffix) out += space;
  return out;
}

std::vector<SentencePieceModel::Token> SentencePieceModel::encodeUnigram(std::string_view text) const {
  struct Best {
    int64_t id = -1;
    float score = 0;
    int64_t start = -1;  // -1: not reached
  };
  std::vector<Best> best(text.size() + 1);
  const float unknownScore = m_lowestScore - kUnknownPenalty;
  // Sums are taken in double and kept in float: where two ways are nearly equal this decides, as in the
  // reference.
  const auto reach = [&](size_t start, size_t end, double score, int64_t id) {
    Best& target = best[end];
    if (target.start < 0 || score > double(target.score)) target = {id, float(score), int64_t(start)};
  };
  for (size_t start = 0; start < text.size();) {
    const float soFar = best[start].score;
    const size_t character = std::min(utf8Length(text[start]), text.size() - start);
    bool single = false;
    m_matchable.prefixes(text.substr(start), [&](int64_t id, size_t length) {
      if (typeOf(id) == Type::Unused) return;
      const double score = typeOf(id) == Type::UserDefined ? double(float(length) * m_highestScore) - 0.1
                                                           : double(m_file.pieces[size_t(id)].score);
      reach(start, start + length, score + double(soFar), id);
      single = single || length == character;
    });
    if (!single) reach(start, start + character, double(unknownScore + soFar), m_unknown);
    start += character;
  }
  std::vector<Token> out;
  for (size_t end = text.size(); end > 0;) {
    const auto start = size_t(best[end].start);
    out.push_back({text.substr(start, end - start), best[end].id});
    end = start;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<SentencePieceModel::Token> SentencePieceModel::encodeBpe(std::string_view text) const {
  struct Symbol {
    int64_t previous, next;
    bool frozen;  // a user-defined piece, never merged
    std::string_view text;
  };
  struct Candidate {
    float score;
    int64_t left, right;
    size_t size;
    bool operator<(const Candidate& other) const {
      return score != other.score ? score < other.score : left > other.left;
    }
  };
  std::vector<Symbol> symbols;
  for (size_t i = 0; i < text.size();) {
    const size_t whole = userDefinedPrefix(text.substr(i));
    const size_t length = whole ? whole : std::min(utf8Length(text[i]), text.size() - i);
    const auto at = int64_t(symbols.size());
    symbols.push_back({at - 1, at + 1, whole > 0, text.substr(i, length)});
    i += length;
  }
  if (symbols.empty()) return {};
  symbols.back().next = -1;

  std::priority_queue<Candidate> queue;
  std::map<std::string_view, std::pair<std::string_view, std::string_view>>
      madeOf;  // unused pieces, to undo them
  const auto consider = [&](int64_t left, int64_t right) {
    if (left < 0 || right < 0) return;
    const Symbol &l = symbols[size_t(left)], &r = symbols[size_t(right)];
    if (l.frozen || r.frozen) return;
    const std::string_view joined(l.text.data(), l.text.size() + r.text.size());
    const auto it = m_ids.find(joined);
    if (it == m_ids.end()) return;
    const Type type = typeOf(it->second);
    if (type != Type::Normal && type != Type::UserDefined && type != Type::Unused) return;
    queue.push({m_file.pieces[size_t(it->second)].score, left, right, joined.size()});
    if (type == Type::Unused) madeOf[joined] = {l.text, r.text};
  };
  for (int64_t i = 1; i < int64_t(symbols.size()); ++i) consider(i - 1, i);
  while (!queue.empty()) {
    const Candidate top = queue.top();
    queue.pop();
    Symbol &left = symbols[size_t(top.left)], &right = symbols[size_t(top.right)];
    if (left.text.empty() || right.text.empty() || left.text.size() + right.text.size() != top.size) continue;
    left.text = std::string_view(left.text.data(), top.size);
    left.next = right.next;
    if (right.next >= 0) symbols[size_t(right.next)].previous = top.left;
    right.text = {};
    consider(left.previous, top.left);
    consider(top.left, left.next);
  }

  std::vector<Token> out;
  const std::function<void(std::string_view)> emit = [&](std::string_view piece) {
    const int64_t id = idOf(piece);
    const auto parts = madeOf.find(piece);
    if (typeOf(id) != Type::Unused || parts == madeOf.end()) {
      out.push_back({piece, id});
      return;
    }
    emit(parts->second.first);
    emit(parts->second.second);
  };
  for (int64_t i = 0; i >= 0; i = symbols[size_t(i)].next) emit(symbols[size_t(i)].text);
  return out;
}

std::vector<int64_t> SentencePieceModel::encode(const std::string& text) const {
  const std::string normalized = normalize(text);
  const auto tokens = m_file.modelType == SentencePieceFile::ModelType::Unigram ? encodeUnigram(normalized)
                                                                                : encodeBpe(normalized);
  std::vector<int64_t> out;
  out.reserve(tokens.size());
  bool afterUnknown = false;
  for (const Token& token : tokens) {
    const bool unknown = typeOf(token.id) == Type::Unknown;
    if (unknown && m_file.byteFallback)
      for (char c : token.text) out.push_back(m_byteIds[static_cast<unsigned char>(c)]);
    else if (!(unknown && afterUnknown))  // unknown characters in a row are one
      out.push_back(token.id);
    afterUnknown = unknown && !m_file.byteFallback;
  }
  return out;
}

std::string SentencePieceModel::decode(const std::vector<std::string>& pieces) const {
  std::string out, bytes;
  bool mayDropSpace = m_file.addDummyPrefix || m_file.removeExtraSpaces, droppedSpace = false;
  for (const auto& each : pieces) {
    const int64_t id = idOf(each);
    if (typeOf(id) == Type::Byte) {
      bytes += char(byteOfName(each));
      continue;
    }
    out += bytesAsText(bytes);
    bytes.clear();
    if (droppedSpace || !out.empty()) mayDropSpace = false;
    droppedSpace = false;
    if (typeOf(id) == Type::Control) continue;
    if (typeOf(id) == Type::Unknown) {
      out += piece(id) == each ? m_file.unknownSurface : each;
      continue;
    }
    std::string_view text = each;
    if (mayDropSpace && text.starts_with(kSpaceMark)) {
      text.remove_prefix(std::string_view(kSpaceMark).size());
      droppedSpace = !m_file.removeExtraSpaces;
    }
    out += replaceAll(text, kSpaceMark, " ");
  }
  return out + bytesAsText(bytes);
}

}  // namespace espalier
