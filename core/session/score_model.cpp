#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/allocate/planner.h"
#include "core/base/random.h"
#include "core/evaluate/own_labels.h"
#include "core/score/gradient_sweep.h"
#include "core/score/zeroth_order.h"
#include "core/session/fingerprint.h"
#include "core/session/open_model.h"

namespace espalier {

namespace {

MatrixScore named(const Block& block, const PrunableMatrix& m, double score, double error) {
  return {m.name, block.name(), nameOf(block.description().component), m.parameters(), score, error, {}};
}

void checkOptions(const ScoreOptions& o) {
  const auto atLeastOne = [](int64_t value, const char* flag) {
    if (value < 1)
      throw Error(ErrorKind::InvalidInput,
                  std::string("--") + flag + " is " + std::to_string(value) + "; at least 1 was expected.");
  };
  atLeastOne(o.samples, "samples");
  atLeastOne(o.batchSize, "batch-size");
  atLeastOne(o.draws, "draws");
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
  ScoreKeeper(const OpenModel& m, const ScoreOptions& options, Journal journal, const BlockScored& onBlock,
              Scores& scores)
      : m_journal(std::move(journal)), m_onBlock(onBlock), m_scores(scores) {
    for (const auto& b : m.model->blocks())
      if (takesPart(*b, options.includeBridge)) m_blocks.push_back(b.get());
    for (const auto& step : m_journal.finished()) {
      std::map<std::string, std::vector<double>> block;
      for (const auto& [matrix, values] : step.at("values").items())
        block[matrix] = values.get<std::vector<double>>();
      m_finished[{step.at("block").get<std::string>(), step.at("round").get<int64_t>()}] = std::move(block);
    }
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

  // Puts the scores in model order.
  void finish() {
    m_scores.matrices.clear();
    for (const auto* b : m_blocks) {
      const auto block = scoresOf(*b);
      m_scores.matrices.insert(m_scores.matrices.end(), block.begin(), block.end());
    }
  }

 private:
  void keep(const Block& b, const std::map<std::string, std::vector<double>>& values) {
    for (const auto& [matrix, more] : values) {
      auto& all = m_values[matrix];
      all.insert(all.end(), more.begin(), more.end());
    }
    if (m_onBlock) m_onBlock(scoresOf(b));
  }

  // A sum over batches and draws; its error is their scatter.
  std::vector<MatrixScore> scoresOf(const Block& b) const {
    std::vector<MatrixScore> out;
    for (const auto& m : b.description().matrices) {
      const auto it = m_values.find(m.name);
      if (it == m_values.end()) continue;
      const MatrixEstimate e{&m, it->second};
      out.push_back(named(b, m, e.sum(), e.standardErrorOfSum()));
    }
    return out;
  }

  Journal m_journal;
  const BlockScored& m_onBlock;
  Scores& m_scores;
  std::vector<const Block*> m_blocks;
  std::map<std::pair<std::string, int64_t>, std::map<std::string, std::vector<double>>> m_finished;
  std::map<std::string, std::vector<double>> m_values;
};

// Draws are rounds of their own where the end depends on what they give.
void scoreByZerothOrder(const OpenModel& m, const Batches& batches, const ScoreOptions& options,
                        const JobControl& control, ScoreKeeper& keeper, Scores& scores) {
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
        control,
        [&](const Block& b, const std::vector<MatrixEstimate>& estimates) {
          std::map<std::string, std::vector<double>> values;
          for (const auto& e : estimates) values[e.matrix->name] = e.values;
          keeper.take(b, round, std::move(values));
        });
    if (!untilStable) return;
    scores.draws = round + 1;
    keeper.finish();
    // One draw of one batch tells nothing of its scatter.
    if (int64_t(batches.size()) * scores.draws > 1 &&
        planUncertainty(scores, options.stableTarget) <= options.untilStable)
      return;
  }
}

void scoreByGradient(const OpenModel& m, const Batches& batches, const ScoreOptions& options,
                     const JobControl& control, ScoreKeeper& keeper) {
  const bool norm = options.method == "exact-gradient";
  keeper.takeFinished(0);
  const auto wanted = [&](const Block& b) {
    return takesPart(b, options.includeBridge) && !keeper.isFinished(b, 0);
  };
  sweepGradients(
      *m.model, m.weights, batches, wanted, control,
      [&](const Block& b, const std::vector<MatrixGradients>& all) {
        // As a zeroth-order score is: a sum over batches. Its error is the scatter over the
        // batches, which are a sample.
        std::map<std::string, std::vector<double>> values;
        for (const auto& g : all)
          for (const auto& s : g.batches)
            values[g.matrix->name].push_back(norm ? std::sqrt(2 / std::numbers::pi) * s.norm : s.weighted);
        keeper.take(b, 0, std::move(values));
      });
}

nlohmann::json inputsOf(const OpenModel& m, const Dataset& drawn, const ScoreOptions& o) {
  return {{"model", fingerprintOf(*m.checkpoint)},
          {"data", fingerprintOf(drawn)},
          {"options",
           {{"method", o.method},
            {"batchSize", o.batchSize},
            {"draws", o.untilStable > 0 ? 1 : o.draws},
            {"eps", o.eps},
            {"seed", o.seed},
            {"includeBridge", o.includeBridge},
            {"device", deviceKindOf(m)}}}};
}

}  // namespace

const std::vector<MethodDescription>& scoreMethods() {
  static const std::vector<MethodDescription> methods{
      {"zeroth-order",
       "How much the whole model's loss reacts to small random changes of a matrix (the paper's method; "
       "forward passes only)."},
      {"exact-gradient",
       "What zeroth-order estimates, exactly: the norm of the loss's gradient, block by block."},
      {"first-order", "Sum of |weight| times |gradient|, as the paper publishes it for comparison."},
      {"magnitude", "Mean absolute weight; needs no data. For comparison."},
  };
  return methods;
}

Scores scoreModel(const OpenModel& m, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock) {
  checkOptions(options);
  Scores scores;
  scores.method = options.method;
  scores.model = m.info.folder.string();
  const bool gradients = options.method == "exact-gradient" || options.method == "first-order";
  if (options.method == "zeroth-order" || gradients) {
    const auto drawn = drawSamples(calibration, options.samples, options.seed);
    scores.data = calibration.path.string();
    scores.samples = int64_t(drawn.samples.size());
    scores.batchSize = options.batchSize;
    scores.draws = gradients ? 0 : options.draws;
    scores.eps = gradients ? 0 : options.eps;
    scores.seed = options.seed;
    auto batches = makeBatches(*m.processor, drawn, options.batchSize, control.stop);
    if (m.model->task() == ModelTask::Classify)
      batches = withOwnLabels(*m.model, m.weights, batches, control);
    Journal journal;
    if (!options.journal.path.empty())
      journal = Journal(options.journal.path, "score", inputsOf(m, drawn, options), options.journal);
    ScoreKeeper keeper(m, options, std::move(journal), onBlock, scores);
    if (gradients)
      scoreByGradient(m, batches, options, control, keeper);
    else
      scoreByZerothOrder(m, batches, options, control, keeper, scores);
    keeper.finish();
  } else if (options.method == "magnitude") {
    ProgressMeter meter(control, "Scoring", int64_t(m.model->blocks().size()));
    for (const auto& b : m.model->blocks()) {
      if (takesPart(*b, options.includeBridge)) {
        std::vector<MatrixScore> block;
        for (const auto& matrix : b->description().matrices)
          block.push_back(named(*b, matrix, m.weights.get(matrix.name).abs().mean().item<double>(), 0));
        if (onBlock) onBlock(block);
        scores.matrices.insert(scores.matrices.end(), block.begin(), block.end());
      }
      meter.advance(1, b->name());
    }
  } else {
    std::string known;
    for (const auto& method : scoreMethods()) known += (known.empty() ? "" : ", ") + method.name;
    throw Error(ErrorKind::InvalidInput, "--method is \"" + options.method + "\"; known are " + known + ".");
  }
  return scores;
}

double planUncertainty(const Scores& scores, double target) {
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
