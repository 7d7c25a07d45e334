#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/allocate/planner.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/engine/fingerprint.h"
#include "core/engine/open_model.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/own_labels.h"
#include "core/prune/local_statistics.h"
#include "core/score/gradient_sweep.h"
#include "core/score/zeroth_order.h"

namespace espalier {

namespace {

// Among the statistics in a journal, not in a file of scores: there it is the standard error of local scores.
constexpr const char* kLocalError = "local standard error";

MatrixScore named(const Block& block, const PrunableMatrix& m, double score, double error) {
  return {m.name, block.name(), nameOf(block.description().component), m.parameters(), score, error, {}};
}

void checkOptions(const ScoreOptions& o) {
  option_fields::check(scoreFields(), o);
  if (!(o.eps > 0 && o.eps < 1))
    throw Error(ErrorKind::InvalidInput,
                "--eps is " + std::to_string(o.eps) + "; a step above 0 and below 1 was expected.");
  if (!(o.untilStable >= 0 && o.untilStable < 1))
    throw Error(ErrorKind::InvalidInput, "--until-stable is " + std::to_string(o.untilStable) +
                                             "; a difference of sparsities from 0 to 1 was expected.");
  if (o.untilStable > 0 && o.method != "zeroth-order")
    throw Error(ErrorKind::InvalidInput,
                "--until-stable draws noise until the plan is stable; " + o.method + " draws none.");
}

using Batches = std::vector<std::shared_ptr<const Batch>>;

// The values of every matrix: one for each batch, or for each batch and draw.
class ScoreKeeper {
 public:
  // expected: how many values of a matrix a person is told the sum of.
  ScoreKeeper(const OpenModel& m, const ScoreOptions& options, Journal journal, const BlockScored& onBlock,
              Scores& scores, size_t expected)
      : m_journal(std::move(journal)), m_onBlock(onBlock), m_scores(scores), m_expected(expected) {
    for (const auto& b : m.model->blocks())
      if (takesPart(*b, options.includeBridge)) m_blocks.push_back(b.get());
    m_journal.readSteps([&] {
      for (const auto& step : m_journal.finished()) takeStep(step);
    });
  }

  bool isFinished(const Block& b, int64_t round) const { return m_finished.contains({b.name(), round}); }

  // Blocks that an earlier run scored.
  void takeFinished(int64_t round) {
    for (const auto* b : m_blocks)
      if (const auto it = m_finished.find({b->name(), round}); it != m_finished.end()) keep(*b, it->second);
  }

  void take(const Block& b, int64_t round, std::map<std::string, std::vector<double>> values) {
    m_journal.append({{"block", b.name()}, {"round", round}, {"values", values}});
    keep(b, values);
  }

  bool hasStatistics(const Block& b) const { return m_statistics.contains(b.description().matrices[0].name); }
  void takeStatistics(const std::map<std::string, std::map<std::string, double>>& block) {
    m_journal.append({{"statistics", block}});
    m_statistics.insert(block.begin(), block.end());
  }
  const std::map<std::string, double>& statisticsOf(const PrunableMatrix& m) const {
    static const std::map<std::string, double> none;
    const auto it = m_statistics.find(m.name);
    return it == m_statistics.end() ? none : it->second;
  }

  // Scores that are no sum of values: told and kept as they are.
  void takeScores(const std::vector<MatrixScore>& block) {
    for (const auto& score : block) m_known[score.matrix] = score;
    if (m_onBlock) m_onBlock(block);
  }

  // Puts the scores in model order.
  void finish() {
    m_scores.matrices.clear();
    for (const auto* b : m_blocks) {
      const auto block = scoresOf(*b);
      m_scores.matrices.insert(m_scores.matrices.end(), block.begin(), block.end());
    }
  }

 private:
  void takeStep(const nlohmann::json& step) {
    if (step.contains("statistics")) {
      for (const auto& [matrix, values] : step.at("statistics").items())
        m_statistics[matrix] = values.get<std::map<std::string, double>>();
      return;
    }
    std::map<std::string, std::vector<double>> block;
    for (const auto& [matrix, values] : step.at("values").items())
      block[matrix] = values.get<std::vector<double>>();
    m_finished[{step.at("block").get<std::string>(), step.at("round").get<int64_t>()}] = std::move(block);
  }

  void keep(const Block& b, const std::map<std::string, std::vector<double>>& values) {
    for (const auto& [matrix, more] : values) {
      auto& all = m_values[matrix];
      all.insert(all.end(), more.begin(), more.end());
    }
    if (!m_onBlock) return;
    auto told = scoresOf(b);
    for (auto& s : told)
      if (const auto it = m_values.find(s.matrix); it != m_values.end()) {
        const double factor = double(m_expected) / double(it->second.size());
        s.score *= factor;
        s.standardError *= factor;
      }
    m_onBlock(told);
  }

  // A sum over batches and draws; its error is their scatter.
  std::vector<MatrixScore> scoresOf(const Block& b) const {
    std::vector<MatrixScore> out;
    for (const auto& m : b.description().matrices) {
      if (const auto it = m_values.find(m.name); it != m_values.end()) {
        const MatrixEstimate e{&m, it->second};
        out.push_back(named(b, m, e.sum(), e.standardErrorOfSum()));
      } else if (const auto known = m_known.find(m.name); known != m_known.end()) {
        out.push_back(known->second);
      } else {
        continue;
      }
      out.back().statistics = statisticsOf(m);
      out.back().statistics.erase(kLocalError);
    }
    return out;
  }

  Journal m_journal;
  const BlockScored& m_onBlock;
  Scores& m_scores;
  size_t m_expected;
  std::vector<const Block*> m_blocks;
  std::map<std::pair<std::string, int64_t>, std::map<std::string, std::vector<double>>> m_finished;
  std::map<std::string, std::vector<double>> m_values;
  std::map<std::string, MatrixScore> m_known;
  std::map<std::string, std::map<std::string, double>> m_statistics;
};

// Draws are rounds of their own where the end depends on what they give.
void scoreByZerothOrder(const OpenModel& m, const Batches& batches, const ScoreOptions& options,
                        const JobControl& control, ScoreKeeper& keeper, Scores& scores,
                        const DrawScored& onDraw) {
  const bool untilStable = options.untilStable > 0;
  const int64_t rounds = untilStable ? options.draws : 1;
  for (int64_t round = 0; round < rounds; ++round) {
    keeper.takeFinished(round);
    const auto noise = gaussianNoise(options.seed);
    const auto wanted = [&](const Block& b) {
      return takesPart(b, options.includeBridge) && !keeper.isFinished(b, round);
    };
    sweepZerothOrder(
        *m.model, m.weights, batches, wanted, {options.eps, untilStable ? 1 : options.draws, options.seed},
        [&](const PrunableMatrix& matrix, int64_t batch, int64_t draw) {
          return noise(matrix, batch, draw + round);
        },
        partOf(control, round, rounds),
        [&](const Block& b, const std::vector<MatrixEstimate>& estimates) {
          std::map<std::string, std::vector<double>> values;
          for (const auto& e : estimates) values[e.matrix->name] = e.values;
          keeper.take(b, round, std::move(values));
        });
    if (!untilStable) return;
    scores.draws = round + 1;
    keeper.finish();
    if (onDraw) onDraw(scores);
    // One draw of one batch tells nothing of its scatter.
    if (int64_t(batches.size()) * scores.draws > 1 &&
        planUncertainty(scores, options.stableTarget) <= options.untilStable)
      return;
  }
}

void scoreByGradient(const OpenModel& m, const Batches& batches, const ScoreOptions& options,
                     const JobControl& control, ScoreKeeper& keeper) {
  const bool norm = options.method == "exact-gradient";
  const auto count = int64_t(batches.size());
  // Each batch holds its states between all blocks. So a few at a time go through the whole model; but all
  // together where the weights do not fit, so that each block is read once for all of them. A batch is a
  // round.
  const bool streams = !fitsInMemory(m);
  const int64_t together = streams ? count : std::min<int64_t>(count, threadCount());
  const int64_t parts = (count + together - 1) / together;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t first = part * together, end = std::min(count, first + together);
    for (int64_t b = first; b < end; ++b) keeper.takeFinished(b);
    const auto wanted = [&](const Block& b) {
      bool finished = true;
      for (int64_t round = first; round < end; ++round) finished = finished && keeper.isFinished(b, round);
      return takesPart(b, options.includeBridge) && !finished;
    };
    sweepGradients(
        *m.model, m.weights, Batches(batches.begin() + first, batches.begin() + end), wanted,
        partOf(control, part, parts), [&](const Block& b, const std::vector<MatrixGradients>& all) {
          // As a zeroth-order score is: a sum over batches. Its error is the scatter over the batches, which
          // are a sample.
          for (int64_t round = first; round < end; ++round) {
            if (keeper.isFinished(b, round)) continue;
            std::map<std::string, std::vector<double>> values;
            for (const auto& g : all) {
              const auto& s = g.batches[size_t(round - first)];
              values[g.matrix->name] = {norm ? std::sqrt(2 / std::numbers::pi) * s.norm : s.weighted};
            }
            keeper.take(b, round, std::move(values));
          }
        });
  }
}

// What allocators share by that do not go by a global score, and the local scores themselves where those are
// asked for.
void gatherStatistics(const OpenModel& m, const Batches& batches, const ScoreOptions& options,
                      const JobControl& control, ScoreKeeper& keeper) {
  sweepLocalStatistics(
      *m.model, m.weights, batches, [&](const Block& b) { return takesPart(b, options.includeBridge); },
      [&](const Block& b) { return keeper.hasStatistics(b); }, control,
      [&](const Block&, const std::vector<LocalStatistics>& all) {
        std::map<std::string, std::map<std::string, double>> block;
        for (const auto& s : all) {
          block[s.matrix->name] = {
              {"local", s.sum}, {"outliers", s.outliers}, {"median", s.median}, {"alpha", s.alpha}};
          if (!std::isnan(s.standardError)) block[s.matrix->name][kLocalError] = s.standardError;
        }
        keeper.takeStatistics(block);
      });
  if (options.method != "local") return;
  for (const auto& b : m.model->blocks()) {
    if (!takesPart(*b, options.includeBridge)) continue;
    std::vector<MatrixScore> block;
    for (const auto& matrix : b->description().matrices) {
      const auto& s = keeper.statisticsOf(matrix);
      const auto error = s.find(kLocalError);
      block.push_back(named(*b, matrix, s.at("local"),
                            error == s.end() ? std::numeric_limits<double>::quiet_NaN() : error->second));
    }
    keeper.takeScores(block);
  }
}

void scoreByMagnitude(const OpenModel& m, const ScoreOptions& options, const JobControl& control,
                      ScoreKeeper& keeper) {
  ProgressMeter meter(control, "Scoring", int64_t(m.model->blocks().size()));
  for (const auto& b : m.model->blocks()) {
    if (takesPart(*b, options.includeBridge)) {
      std::vector<MatrixScore> block;
      for (const auto& matrix : b->description().matrices)
        block.push_back(named(*b, matrix, m.weights.get(matrix.name).abs().mean().item<double>(), 0));
      keeper.takeScores(block);
    }
    meter.advance(1, b->name());
  }
}

nlohmann::json inputsOf(const OpenModel& m, const Dataset& drawn, const ScoreOptions& o) {
  return {{"program", programFingerprint()},
          {"model", fingerprintOf(m)},
          {"data", fingerprintOf(drawn)},
          {"options",
           {{"method", o.method},
            {"batchSize", o.batchSize},
            {"draws", o.untilStable > 0 ? 1 : o.draws},
            {"eps", o.eps},
            {"seed", o.seed},
            {"includeBridge", o.includeBridge},
            {"rounds", "one batch of gradients"},
            {"device", deviceKindOf(m)}}}};
}

}  // namespace

Scores scoreModel(const OpenModel& m, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock, const DrawScored& onDraw) {
  checkOptions(options);
  Scores scores;
  scores.method = options.method;
  scores.model = m.info.folder.string();
  const bool gradients = options.method == "exact-gradient" || options.method == "first-order";
  const bool byLoss = gradients || options.method == "zeroth-order";
  const bool statistics = options.statistics || options.method == "local";
  Batches batches;
  Journal journal;
  if (byLoss || statistics) {
    std::vector<Dataset::Problem> problems;
    if (byLoss) requireAnswers(m, calibration, "scoring by the loss");
    const auto drawn = drawDecodableFor(m, calibration, options.samples, options.seed, control, problems);
    for (const auto& p : problems) scores.extra["skipped"].push_back({{"place", p.place}, {"what", p.what}});
    scores.data = calibration.path.string();
    scores.samples = int64_t(drawn.samples.size());
    scores.batchSize = options.batchSize;
    scores.draws = byLoss && !gradients ? options.draws : 0;
    scores.eps = byLoss && !gradients ? options.eps : 0;
    scores.seed = options.seed;
    batches = makeBatches(*m.processor, drawn, options.batchSize, control.stop);
    if (byLoss && m.model->task() == ModelTask::Classify)
      batches = withOwnLabels(*m.model, m.weights, batches, control);
    if (!options.journal.path.empty())
      journal = Journal(options.journal.path, "score", inputsOf(m, drawn, options), options.journal);
  }
  const size_t rounds = byLoss && !gradients && options.untilStable == 0 ? size_t(options.draws) : 1;
  ScoreKeeper keeper(m, options, std::move(journal), onBlock, scores, rounds * batches.size());
  if (statistics) gatherStatistics(m, batches, options, control, keeper);
  if (gradients)
    scoreByGradient(m, batches, options, control, keeper);
  else if (byLoss)
    scoreByZerothOrder(m, batches, options, control, keeper, scores, onDraw);
  else if (options.method == "magnitude")
    scoreByMagnitude(m, options, control, keeper);
  keeper.finish();
  return scores;
}

double planUncertainty(const Scores& scores, double target) {
  for (const auto& m : scores.matrices)
    if (std::isnan(m.standardError)) return std::numeric_limits<double>::quiet_NaN();
  constexpr int kPlans = 200;
  Scores varied = scores;
  std::vector<double> sums, squares;
  for (int plan = 0; plan < kPlans; ++plan) {
    CounterRandom random(0, streamOf("plan uncertainty", uint64_t(plan)));
    for (size_t i = 0; i < varied.matrices.size(); ++i)
      varied.matrices[i].score =
          std::max(0.0, scores.matrices[i].score + scores.matrices[i].standardError * random.normal());
    PlanRequest request;
    request.target = target;
    const auto groups = makePlan(varied, request).groups;
    sums.resize(groups.size());
    squares.resize(groups.size());
    for (size_t g = 0; g < groups.size(); ++g) {
      sums[g] += groups[g].sparsity;
      squares[g] += groups[g].sparsity * groups[g].sparsity;
    }
  }
  double worst = 0;
  for (size_t g = 0; g < sums.size(); ++g) {
    const double mean = sums[g] / kPlans;
    worst = std::max(worst, squares[g] / kPlans - mean * mean);
  }
  return std::sqrt(worst);
}

}  // namespace espalier
