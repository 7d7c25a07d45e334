#include "core/text/unigram.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// What an unknown character costs more than the least likely piece (SentencePiece's constant).
constexpr double kUnknownPenalty = 10.0;

struct Best {
  double score = 0;
  int64_t id = -1;
  int64_t start = -1;  // -1: not reached
};

}  // namespace

Vocabulary UnigramModel::vocabularyOf(const std::vector<Piece>& pieces, const std::string& source) {
  Vocabulary out;
  for (size_t i = 0; i < pieces.size(); ++i) out.add(pieces[i].text, int64_t(i), source);
  return out;
}

UnigramModel::UnigramModel(const std::vector<Piece>& pieces, std::optional<int64_t> unknownId,
                           bool byteFallback, const std::string& source)
    : TokenModel(vocabularyOf(pieces, source)), m_unknown(unknownId), m_byteFallback(byteFallback) {
  if (pieces.empty())
    throw Error(ErrorKind::Format, source + " holds no pieces; a unigram vocabulary was expected.");
  if (m_unknown && (*m_unknown < 0 || *m_unknown >= int64_t(pieces.size())))
    throw Error(ErrorKind::Format, source + " gives the unknown piece the id " + std::to_string(*m_unknown) +
                                       "; one of its " + std::to_string(pieces.size()) +
                                       " pieces was expected.");
  double lowest = pieces.front().score;
  std::vector<std::pair<std::string, int64_t>> entries;
  for (size_t i = 0; i < pieces.size(); ++i) {
    m_scores.push_back(pieces[i].score);
    lowest = std::min(lowest, pieces[i].score);
    entries.emplace_back(pieces[i].text, int64_t(i));
  }
  m_trie = ByteTrie(std::move(entries));
  m_unknownScore = lowest - kUnknownPenalty;
}

void UnigramModel::tokenize(std::string_view text, std::vector<int64_t>& out) const {
  std::vector<Best> best(text.size() + 1);
  const auto reach = [&](size_t start, size_t end, double score, int64_t id) {
    Best& target = best[end];
    if (target.start < 0 || score > target.score) target = {score, id, int64_t(start)};
  };
  for (size_t start = 0; start < text.size();) {
    const double soFar = best[start].score;
    const size_t character = std::min(utf8Length(text[start]), text.size() - start);
    bool single = false;
    m_trie.prefixes(text.substr(start), [&](int64_t id, size_t length) {
      reach(start, start + length, soFar + m_scores[size_t(id)], id);
      single = single || length == character;
    });
    // An unknown character has the id -1 when the vocabulary has no unknown piece, and is then left out.
    if (!single) reach(start, start + character, soFar + m_unknownScore, m_unknown.value_or(-1));
    start += character;
  }

  // From the end back: runs of unknown characters are one.
  struct Cut {
    size_t start, end;
    int64_t id;
  };
  std::vector<Cut> cuts;
  const int64_t unknown = m_unknown.value_or(-1);
  for (size_t end = text.size(); end > 0;) {
    const Best& b = best[end];
    const auto start = size_t(b.start);
    if (b.id == unknown && !cuts.empty() && cuts.back().id == unknown)
      cuts.back().start = start;
    else
      cuts.push_back({start, end, b.id});
    end = start;
  }
  std::reverse(cuts.begin(), cuts.end());
  for (const Cut& cut : cuts) {
    if (cut.id != unknown) {
      out.push_back(cut.id);
      continue;
    }
    const std::string_view piece = text.substr(cut.start, cut.end - cut.start);
    if (const auto id = m_vocabulary.idOf(piece)) {
      out.push_back(*id);
      continue;
    }
    if (m_byteFallback) {
      const auto bytes = byteFallback(m_vocabulary, piece);
      if (!bytes.empty()) {
        out.insert(out.end(), bytes.begin(), bytes.end());
        continue;
      }
    }
    if (m_unknown) out.push_back(*m_unknown);
  }
}

}  // namespace espalier
