#pragma once

#include <memory>

#include "core/engine/engine.h"

namespace espalier {

// Asks variants of one model the same pairs again and again, as while a bar is dragged. What evaluateModel
// says, to the last bit, but the prepared pairs and their states before each block are kept up to the first
// block whose matrices are others than in the run before. A run that was cancelled spoils nothing. Not for
// use from two threads at once.
class LiveEvaluator {
 public:
  // Keeps at most about memoryBytes of states; with less than all of them fit in, none are kept.
  explicit LiveEvaluator(Dataset pairs, AnswerOptions answers = {}, int64_t memoryBytes = int64_t(1) << 30);
  ~LiveEvaluator();

  const Dataset& pairs() const;

  // model: the one it was asked about before, or a variant of it whose pruned weights are in memory. first:
  // pairs that are waited for; they are asked before the others where the task allows.
  Evaluation run(const OpenModel& model, const JobControl& control, const PairEvaluated& onPair = {},
                 std::vector<int64_t> first = {});

  // Blocks of the last run whose states were those of the one before it, of all.
  struct Reuse {
    size_t reused = 0, total = 0;
  };
  Reuse lastReuse() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
