#include "core/sweep/beam_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/model/weights_compact.h"

namespace espalier {

namespace {

struct Finished {
  std::vector<int64_t> tokens;  // new ones, with the end token where one was given
  double score = 0;
};

// The finished texts of one row, the best `beams` of them.
class FinishedTexts {
 public:
  FinishedTexts(const BeamOptions& options, int64_t maxNewTokens)
      : m_options(options), m_maxNewTokens(maxNewTokens) {}

  void add(std::vector<int64_t> tokens, double logProbability) {
    const double score = scoreOf(logProbability, int64_t(tokens.size()));
    if (full() && score <= worst()->score) return;
    m_texts.push_back({std::move(tokens), score});
    if (int64_t(m_texts.size()) > m_options.beams) m_texts.erase(worst());
  }

  // Whether the row is done, when its likeliest continuation of `length` new tokens has this log-probability.
  bool isDone(double likeliest, int64_t length) {
    if (!full()) return false;
    if (m_options.earlyStopping == EarlyStopping::WhenFull) return true;
    const bool atFullLength = m_options.earlyStopping == EarlyStopping::Never && m_options.lengthPenalty > 0;
    return worst()->score >= scoreOf(likeliest, atFullLength ? m_maxNewTokens : length);
  }

  // Of equal ones the last.
  const Finished& best() const { return *std::max_element(m_texts.rbegin(), m_texts.rend(), lower); }

 private:
  static bool lower(const Finished& a, const Finished& b) { return a.score < b.score; }
  bool full() const { return int64_t(m_texts.size()) >= m_options.beams; }
  std::vector<Finished>::iterator worst() { return std::min_element(m_texts.begin(), m_texts.end(), lower); }
  double scoreOf(double logProbability, int64_t length) const {
    return logProbability / std::pow(double(length), m_options.lengthPenalty);
  }

  BeamOptions m_options;
  int64_t m_maxNewTokens;
  std::vector<Finished> m_texts;
};

struct Beam {
  std::vector<int64_t> tokens;
  double logProbability = 0;
};

struct Row {
  std::vector<Beam> beams;
  FinishedTexts finished;
  bool done = false;
};

struct Candidate {
  double logProbability;
  int64_t beam, token;
};

// The `count` likeliest continuations of a row's beams, likeliest first. logProbabilities [beams, classes].
std::vector<Candidate> likeliest(const std::vector<Beam>& beams, const at::Tensor& logProbabilities,
                                 int64_t count) {
  const int64_t classes = logProbabilities.size(1);
  std::vector<Candidate> all;
  all.reserve(size_t(logProbabilities.numel()));
  const double* p = logProbabilities.data_ptr<double>();
  for (int64_t b = 0; b < int64_t(beams.size()); ++b)
    for (int64_t t = 0; t < classes; ++t) all.push_back({beams[size_t(b)].logProbability + *p++, b, t});
  const auto end = all.begin() + std::min<int64_t>(count, int64_t(all.size()));
  std::partial_sort(all.begin(), end, all.end(), [](const Candidate& a, const Candidate& b) {
    if (a.logProbability != b.logProbability) return a.logProbability > b.logProbability;
    return a.beam != b.beam ? a.beam < b.beam : a.token < b.token;
  });
  all.erase(end, all.end());
  return all;
}

}  // namespace

// Long: the steps of the search, which share all of its state.
GeneratedText generateBeams(const Model& model, const Pass& pass, State state, int64_t maxNewTokens,
                            const BeamOptions& options) {
  const GenerationHere here;
  if (options.beams < 1)
    throw Error(ErrorKind::InvalidInput,
                "Beam search with " + std::to_string(options.beams) + " beams: at least 1 was expected.");
  const auto prompt = beginGeneration(model, state);
  const auto& generation = *model.generation();
  auto& decoding = *state.decoding;
  const int64_t rows = prompt.ids.size(0), beams = options.beams;
  const auto isEnd = [&](int64_t token) {
    return std::find(generation.endTokens.begin(), generation.endTokens.end(), token) !=
           generation.endTokens.end();
  };
  const int64_t looked = std::max<int64_t>(2, 1 + int64_t(generation.endTokens.size())) * beams;

  // All beams of a row begin alike, so that the prompt runs once.
  std::vector<Row> all(size_t(rows), Row{{Beam{}}, FinishedTexts(options, maxNewTokens)});
  for (int64_t step = 1; step <= maxNewTokens && hasPlace(model, state); ++step) {
    runBlocks(model, pass, state, generation.decoderStart, model.blocks().size());
    decoding.position += state.hidden.size(1);
    const auto last = state.logits.select(1, state.logits.size(1) - 1);
    const auto logProbabilities = at::log_softmax(last.to(at::kDouble), 1).cpu();
    const int64_t before = logProbabilities.size(0);
    std::vector<int64_t> source, tokens;
    int64_t first = 0;
    for (auto& row : all) {
      const int64_t running = int64_t(row.beams.size());
      const auto mine = logProbabilities.slice(0, first, first + running).contiguous();
      std::vector<Beam> next;
      if (!row.done) {
        const auto candidates = likeliest(row.beams, mine, looked);
        for (size_t rank = 0; rank < candidates.size() && int64_t(next.size()) < beams; ++rank) {
          const auto& c = candidates[rank];
          auto text = row.beams[size_t(c.beam)].tokens;
          text.push_back(c.token);
          if (!isEnd(c.token)) {
            next.push_back({std::move(text), c.logProbability});
            source.push_back(first + c.beam);
            tokens.push_back(c.token);
          } else if (int64_t(rank) < beams) {
            row.finished.add(std::move(text), c.logProbability);
          }
        }
        row.done = next.empty() || row.finished.isDone(candidates[0].logProbability, step);
        if (row.done) {
          source.resize(source.size() - next.size());
          tokens.resize(source.size());
          next.clear();
        }
      }
      first += running;
      row.beams = std::move(next);
    }
    if (source.empty() || step == maxNewTokens) break;
    const auto device = prompt.ids.device();
    takeRows(state, before, at::tensor(source).to(device));
    decoding.tokens = at::tensor(tokens).unsqueeze(1).to(device);
    decoding.tokenMask = at::Tensor();
  }

  // Texts cut off at the longest length compete with the finished ones.
  std::vector<Finished> best;
  int64_t longest = 0;
  for (auto& row : all) {
    for (auto& beam : row.beams) row.finished.add(std::move(beam.tokens), beam.logProbability);
    best.push_back(row.finished.best());
    longest = std::max(longest, int64_t(best.back().tokens.size()));
  }
  GeneratedText text;
  const auto& shown = prompt.shown.defined() ? prompt.shown : prompt.ids;
  text.begin = shown.size(1);
  auto fresh = at::full({rows, longest}, generation.padToken, at::kLong);
  text.scores = at::empty({rows}, at::kDouble);
  for (int64_t r = 0; r < rows; ++r) {
    const auto& b = best[size_t(r)];
    std::copy(b.tokens.begin(), b.tokens.end(), fresh.data_ptr<int64_t>() + r * longest);
    text.scores[r] = b.score;
  }
  text.sequences = at::cat({shown, fresh.to(shown.device())}, 1);
  return text;
}

}  // namespace espalier
