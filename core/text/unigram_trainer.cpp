#include "core/text/unigram_trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "core/text/byte_trie.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

using Piece = UnigramTrainer::Piece;

constexpr double kRarest = 0.5;       // a piece expected less often than this is dropped
constexpr double kShrink = 0.75;      // of the pieces stay at each round of pruning
constexpr double kOvershoot = 1.1;    // times the wanted count is where pruning ends
constexpr int kRoundsPerPruning = 2;  // of expectation-maximization
constexpr double kMinusInfinity = -std::numeric_limits<double>::infinity();
constexpr char32_t kMark = 0x2581;

double digamma(double x) {
  double out = 0;
  for (; x < 7; ++x) out -= 1 / x;
  x -= 0.5;
  const double y = 1 / (x * x);
  return out + std::log(x) + y * (1.0 / 24 - y * (7.0 / 960 - y * (31.0 / 8064 - y * 127.0 / 30720)));
}

double logAdd(double a, double b) {
  if (a == kMinusInfinity) return b;
  const double high = std::max(a, b), low = std::min(a, b);
  return high + std::log1p(std::exp(low - high));
}

ByteTrie trieOf(const std::vector<Piece>& pieces) {
  std::vector<std::pair<std::string, int64_t>> entries;
  for (size_t i = 0; i < pieces.size(); ++i) entries.emplace_back(pieces[i].text, int64_t(i));
  return ByteTrie(std::move(entries));
}

bool isSingle(const std::string& text) {
  return text.size() == utf8Length(text[0]);
}

// The likeliest segmentation, as ids; `banned` takes no part in it. Empty if there is none.
std::vector<int64_t> bestSegmentation(std::string_view text, const ByteTrie& trie,
                                      const std::vector<Piece>& pieces, int64_t banned, double& score) {
  std::vector<double> best(text.size() + 1, kMinusInfinity);
  std::vector<int64_t> last(text.size() + 1, -1);
  best[0] = 0;
  for (size_t start = 0; start < text.size(); ++start) {
    if (best[start] == kMinusInfinity) continue;
    trie.prefixes(text.substr(start), [&](int64_t id, size_t length) {
      const double sum = best[start] + pieces[size_t(id)].score;
      if (id == banned || sum <= best[start + length]) return;
      best[start + length] = sum;
      last[start + length] = id;
    });
  }
  score = best.back();
  std::vector<int64_t> out;
  for (size_t end = text.size(); end > 0 && last[end] >= 0; end -= pieces[size_t(last[end])].text.size())
    out.push_back(last[end]);
  return score == kMinusInfinity ? std::vector<int64_t>() : out;
}

// What a piece may join: digits with digits, letters with letters of one script, signs with signs. A mark
// joins any.
int kindOf(char32_t c) {
  if (isNumeric(c)) return -1;
  return isWordCharacter(c) ? scriptOf(c) : -2;
}

// Calls found(text) for every substring of a word that may become a piece and has more than one character.
template <typename Found>
void candidates(const std::string& word, int maxCharacters, Found found) {
  const std::u32string wide = toUtf32(word);
  std::vector<size_t> at = {0};
  for (char32_t c : wide) {
    std::string bytes;
    appendUtf8(bytes, c);
    at.push_back(at.back() + bytes.size());
  }
  for (size_t start = 0; start < wide.size(); ++start) {
    int kind = 0;
    bool any = true;
    for (size_t end = start; end < wide.size() && end - start < size_t(maxCharacters); ++end) {
      if (wide[end] == kMark) {
        if (end > start) break;  // the mark of a space only begins a piece
        continue;
      }
      if (!isMark(wide[end])) {
        const int next = kindOf(wide[end]);
        if (!any && next != kind) break;
        kind = next;
        any = false;
      }
      if (end > start) found(word.substr(at[start], at[end + 1] - at[start]));
    }
  }
}

}  // namespace

UnigramTrainer::UnigramTrainer(const std::map<std::string, int64_t>& words, int maxPieceCharacters)
    : m_maxCharacters(maxPieceCharacters) {
  for (const auto& [text, count] : words) {
    m_words.push_back({text, double(count)});
    for (size_t i = 0; i < text.size(); i += utf8Length(text[i]))
      m_characters[text.substr(i, utf8Length(text[i]))] += double(count);
  }
}

std::vector<Piece> UnigramTrainer::seed(int64_t most) const {
  std::unordered_map<std::string, double> counts;
  for (const Word& word : m_words)
    candidates(word.text, m_maxCharacters, [&](std::string text) { counts[std::move(text)] += word.count; });
  struct Seed {
    std::string text;
    double count, weight;
  };
  std::vector<Seed> seeds;
  for (auto& [text, count] : counts)
    if (count >= 2) seeds.push_back({text, count, count * double(toUtf32(text).size())});
  std::sort(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.text < b.text;
  });
  if (int64_t(seeds.size()) > most) seeds.resize(size_t(most));

  double sum = 0;
  for (const auto& [text, count] : m_characters) sum += count;
  for (const auto& s : seeds) sum += s.weight;
  std::vector<Piece> out;
  for (const auto& [text, count] : m_characters) out.push_back({text, std::log(count / sum)});
  for (const auto& s : seeds) out.push_back({s.text, std::log(s.weight / sum)});
  return out;
}

void UnigramTrainer::expectationMaximization(std::vector<Piece>& pieces) const {
  const ByteTrie trie = trieOf(pieces);
  std::vector<double> expected(pieces.size(), 0);
  std::vector<double> forward, backward;
  for (const Word& word : m_words) {
    const std::string_view text = word.text;
    forward.assign(text.size() + 1, kMinusInfinity);
    backward.assign(text.size() + 1, kMinusInfinity);
    forward[0] = 0;
    backward[text.size()] = 0;
    for (size_t i = 0; i < text.size(); ++i)
      if (forward[i] != kMinusInfinity)
        trie.prefixes(text.substr(i), [&](int64_t id, size_t length) {
          forward[i + length] = logAdd(forward[i + length], forward[i] + pieces[size_t(id)].score);
        });
    const double all = forward[text.size()];
    for (size_t i = text.size(); i-- > 0;) {
      if (forward[i] == kMinusInfinity) continue;
      trie.prefixes(text.substr(i), [&](int64_t id, size_t length) {
        const double rest = pieces[size_t(id)].score + backward[i + length];
        backward[i] = logAdd(backward[i], rest);
        expected[size_t(id)] += word.count * std::exp(forward[i] + rest - all);
      });
    }
  }
  // Characters always stay, so that every word keeps a segmentation.
  std::vector<Piece> kept;
  std::vector<double> counts;
  double sum = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (expected[i] < kRarest && !isSingle(pieces[i].text)) continue;
    kept.push_back(std::move(pieces[i]));
    counts.push_back(std::max(expected[i], kRarest));
    sum += counts.back();
  }
  const double logSum = digamma(sum);
  for (size_t i = 0; i < kept.size(); ++i) kept[i].score = digamma(counts[i]) - logSum;
  pieces = std::move(kept);
}

std::vector<Piece> UnigramTrainer::prune(const std::vector<Piece>& pieces, int64_t wanted) const {
  const ByteTrie trie = trieOf(pieces);
  std::vector<double> used(pieces.size(), 0), inWords(pieces.size(), 0);
  double sum = 0, words = 0, score = 0;
  for (const Word& word : m_words) {
    words += word.count;
    auto ids = bestSegmentation(word.text, trie, pieces, -1, score);
    for (int64_t id : ids) {
      used[size_t(id)] += word.count;
      sum += word.count;
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (int64_t id : ids) inWords[size_t(id)] += word.count;
  }

  // What the likelihood loses when the words that use a piece fall back on the next best way to write it.
  struct Loss {
    size_t id;
    double loss;
  };
  std::vector<Loss> losses;
  std::vector<Piece> out;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (isSingle(pieces[i].text)) {
      out.push_back(pieces[i]);
      continue;
    }
    if (used[i] == 0) continue;
    const auto instead = bestSegmentation(pieces[i].text, trie, pieces, int64_t(i), score);
    if (score >= pieces[i].score) continue;  // better written otherwise anyway
    const double logInstead = std::log(sum + used[i] * double(instead.size() - 1));
    double change = std::log(used[i]) - std::log(sum);
    for (int64_t id : instead) change -= std::log(used[size_t(id)] + used[i]) - logInstead;
    losses.push_back({i, inWords[i] / words * change});
  }
  std::stable_sort(losses.begin(), losses.end(),
                   [](const Loss& a, const Loss& b) { return a.loss > b.loss; });
  const int64_t target = std::max(wanted, int64_t(kShrink * double(pieces.size())));
  for (const Loss& l : losses) {
    if (int64_t(out.size()) >= target) break;
    out.push_back(pieces[l.id]);
  }
  return out;
}

std::vector<Piece> UnigramTrainer::finish(std::vector<Piece> pieces, int64_t count) const {
  std::vector<Piece> out, others;
  for (auto& piece : pieces) (isSingle(piece.text) ? out : others).push_back(std::move(piece));
  const auto likelier = [](const Piece& a, const Piece& b) {
    return a.score != b.score ? a.score > b.score : a.text < b.text;
  };
  std::sort(others.begin(), others.end(), likelier);
  for (auto& piece : others) {
    if (int64_t(out.size()) >= count) break;
    out.push_back(std::move(piece));
  }
  std::sort(out.begin(), out.end(), likelier);
  return out;
}

std::vector<Piece> UnigramTrainer::train(int64_t count) const {
  constexpr int64_t kMostSeeds = 1'000'000;
  const auto wanted = int64_t(double(count) * kOvershoot);
  auto pieces = seed(kMostSeeds);
  while (true) {
    for (int i = 0; i < kRoundsPerPruning; ++i) expectationMaximization(pieces);
    if (int64_t(pieces.size()) <= wanted) break;
    const size_t before = pieces.size();
    pieces = prune(pieces, wanted);
    if (pieces.size() == before) break;  // nothing but what must stay
  }
  return finish(std::move(pieces), count);
}

}  // namespace espalier
