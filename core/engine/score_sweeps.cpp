// The ways to score that sweep over a model, and how processes share them.
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/engine/open_model.h"
#include "core/engine/score_draws.h"
#include "core/engine/score_method.h"
#include "core/prune/local_statistics.h"
#include "core/score/forward_mode.h"
#include "core/score/gradient_sweep.h"
#include "core/score/zeroth_order.h"
#include "core/sweep/block_owners.h"

namespace espalier {

namespace {

// One sweep over the blocks that are wanted, with so many draws.
using DrawSweep =
    std::function<void(const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
                       const JobControl& control, const BlockEstimated& onBlock)>;

// Draws are rounds of their own where the end depends on what they give.
void scoreByDraws(ScoreWork& work, const DrawSweep& sweep) {
  const auto& batches = work.batches;
  const auto& options = work.options;
  const auto& control = work.control;
  auto& keeper = work.keeper;
  auto& scores = work.scores;
  const bool untilStable = options.untilStable > 0;
  const int64_t rounds = untilStable ? options.draws : 1;
  for (int64_t round = 0; round < rounds; ++round) {
    keeper.takeFinished(round);
    const auto noise = gaussianNoise(options.seed);
    const auto wanted = [&](const Block& b) {
      return takesPart(b, options.includeBridge) && !keeper.isFinished(b, round);
    };
    sweep(
        wanted, untilStable ? 1 : options.draws,
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
    if (work.onDraw) work.onDraw(scores);
    // One draw of one batch tells nothing of its scatter.
    if (int64_t(batches.size()) * scores.draws > 1 &&
        planUncertainty(scores, options.stableTarget) <= options.untilStable)
      return;
  }
}

}  // namespace

void scoreByZerothOrder(ScoreWork& work) {
  const auto& m = work.model;
  const auto& o = work.options;
  scoreByDraws(work, [&](const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
                         const JobControl& control, const BlockEstimated& onBlock) {
    sweepZerothOrder(*m.model, m.weights, work.batches, wanted, {o.eps, draws, o.seed}, noise, control,
                     onBlock);
  });
}

void scoreByForwardMode(ScoreWork& work) {
  const auto& m = work.model;
  scoreByDraws(work, [&](const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
                         const JobControl& control, const BlockEstimated& onBlock) {
    sweepForwardMode(*m.model, m.weights, work.batches, wanted, draws, noise, control, onBlock);
  });
}

namespace {

// The sums of a block's matrices over the batches first ... end - 1, each from the process that has it.
std::vector<MatrixGradients> ofAllProcesses(Processes& processes, const std::vector<MatrixGradients>& mine,
                                            int64_t first, int64_t end) {
  if (!processes.several()) return mine;
  PackedValues packed;
  for (const auto& g : mine) packed.put(g.batches);
  const auto texts = processes.gather(packed.bytes());
  std::vector<PackedReader> readers(texts.begin(), texts.end());
  std::vector<MatrixGradients> all;
  for (const auto& g : mine) {
    std::vector<std::vector<GradientSums>> each;
    for (size_t r = 0; r < readers.size(); ++r) {
      int64_t batches = 0;
      for (int64_t b = first; b < end; ++b) batches += processes.ownerOf(b) == int(r);
      each.push_back(readers[r].takeVector<GradientSums>(size_t(batches)));
    }
    std::vector<size_t> taken(each.size());
    all.push_back({g.matrix, {}});
    for (int64_t b = first; b < end; ++b) {
      const auto owner = size_t(processes.ownerOf(b));
      all.back().batches.push_back(each[owner][taken[owner]++]);
    }
  }
  return all;
}

}  // namespace

// norm: the gradient's norm as a zeroth-order score estimates it, or the sum of |weight| times |gradient|.
void scoreByGradient(ScoreWork& work, bool norm) {
  const auto& m = work.model;
  const auto& batches = work.batches;
  const auto& options = work.options;
  const auto& control = work.control;
  auto& keeper = work.keeper;
  const auto count = int64_t(batches.size());
  // Each batch holds its states between all blocks. So a few at a time go through the whole model; but all
  // together where the weights do not fit, so that each block is read once for all of them. A batch is a
  // round.
  // Where each process holds blocks of its own, all batches go together from rank to rank.
  auto& processes = processesOf(control);
  const bool relays = processes.ownBlocks();
  bool streams = relays || !fitsInMemory(m);
  if (processes.several())
    for (const auto& other : processes.gather(streams ? "1" : "")) streams = streams || !other.empty();
  const int64_t workers = processes.several() ? processes.workers() : threadCount();
  const int64_t together = streams ? count : std::min<int64_t>(count, workers);
  const int64_t parts = (count + together - 1) / together;
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t first = part * together, end = std::min(count, first + together);
    for (int64_t b = first; b < end; ++b) keeper.takeFinished(b);
    const auto wanted = [&](const Block& b) {
      bool finished = true;
      for (int64_t round = first; round < end; ++round) finished = finished && keeper.isFinished(b, round);
      return takesPart(b, options.includeBridge) && !finished;
    };
    std::vector<std::shared_ptr<const Batch>> own;
    for (int64_t b = first; b < end; ++b)
      if (relays || processes.owns(b)) own.push_back(batches[size_t(b)]);
    sweepGradients(
        *m.model, m.weights, own, wanted, partOf(control, part, parts),
        [&](const Block& b, const std::vector<MatrixGradients>& mine) {
          const auto all = relays ? mine : ofAllProcesses(processes, mine, first, end);
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
        },
        {}, processes.several() ? end - first : 0);
  }
}

void scoreByStatistics(ScoreWork& work) {
  const auto& m = work.model;
  auto& keeper = work.keeper;
  for (const auto& b : m.model->blocks()) {
    if (!takesPart(*b, work.options.includeBridge)) continue;
    std::vector<MatrixScore> block;
    for (const auto& matrix : b->description().matrices) {
      const auto& s = keeper.statisticsOf(matrix);
      const auto error = s.find(kLocalError);
      block.push_back(
          scoreNamed(*b, matrix, s.at("local"),
                     error == s.end() ? std::numeric_limits<double>::quiet_NaN() : error->second));
    }
    keeper.takeScores(block);
  }
}

void scoreByMagnitude(ScoreWork& work) {
  const auto& m = work.model;
  auto& keeper = work.keeper;
  auto& processes = processesOf(work.control);
  std::vector<std::pair<const Block*, const PrunableMatrix*>> matrices;
  for (const auto& b : m.model->blocks())
    if (takesPart(*b, work.options.includeBridge))
      for (const auto& matrix : b->description().matrices) matrices.emplace_back(b.get(), &matrix);
  // Each process reads the weights of its blocks, or some of all.
  std::map<const Block*, int> owners;
  const BlockOwners byBlock(*m.model, processes);
  for (size_t b = 0; b < m.model->blocks().size(); ++b)
    owners[m.model->blocks()[b].get()] = byBlock.ownerOf(b);
  ProgressMeter meter(work.control, "Scoring", int64_t(matrices.size()), ProgressMeter::Steps::Split);
  PackedValues mine;
  for (const auto& [block, matrix] : matrices) {
    if (owners.at(block) != processes.rank()) continue;
    mine.put(m.weights.get(matrix->name).abs().mean().item<double>());
    meter.advance(1, block->name());
  }
  const auto gathered = processes.gather(mine.bytes());
  std::vector<PackedReader> readers(gathered.begin(), gathered.end());
  std::map<const Block*, std::vector<MatrixScore>> scores;
  for (const auto& [block, matrix] : matrices)
    scores[block].push_back(scoreNamed(*block, *matrix, readers[size_t(owners.at(block))].take<double>(), 0));
  for (const auto& b : m.model->blocks())
    if (const auto found = scores.find(b.get()); found != scores.end()) keeper.takeScores(found->second);
}

}  // namespace espalier
