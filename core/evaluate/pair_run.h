#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/journal.h"
#include "core/base/progress.h"
#include "core/evaluate/evaluation.h"
#include "core/evaluate/evaluator.h"
#include "core/inputs/processor.h"

namespace espalier {

// The lists of batches that evaluations of variants of one model with the same pairs run, each with what the
// last run of it left.
struct KeptLists {
  int64_t memoryBytes = int64_t(1) << 30;
  std::map<std::string, KeptRun> lists = {};

  KeptRun& list(const std::string& name) {
    return lists.try_emplace(name, KeptRun{PrefixStates(memoryBytes)}).first->second;
  }
};

// An evaluation under way: what a task works with, and the results it fills in.
struct PairRun {
  const Model& model;
  const Weights& weights;
  const Weights& reference;  // the dense model's: its classes are agreed with
  bool compared = false;     // whether a person asked for that
  const Processor& processor;
  const Dataset& dataset;  // pairs that the model can be asked, with a person's prompt around each question
  const JobControl& control;
  const PairEvaluated& onPair;  // may be empty
  BeamOptions beams = {};
  std::vector<std::string> templates = {};  // texts of zero-shot classes
  int64_t batchSize = 1;
  std::vector<int64_t> waitedFor = {};  // how many wait for each pair; empty: nobody waits for any
  Journal& journal;
  KeptLists* kept = nullptr;  // null: nothing is kept for the next run
  Evaluation result = {};     // a pair for each of the data set's, in its order

  using Batches = std::vector<std::shared_ptr<const Batch>>;
  // Batches of some of the samples, under a name of their own; those of an earlier run where there was one.
  Batches batchesOf(const Dataset& some, const std::string& name) const;
  // Batches of all pairs, under the name kPairs.
  Batches pairBatches() const { return batchesOf(dataset, kPairs); }
  static constexpr const char* kPairs = "pairs";

  // What an earlier run of the list left; null: nothing is kept.
  KeptRun* keptRun(const std::string& name) const { return kept ? &kept->list(name) : nullptr; }
  PrefixStates* keptStates(const std::string& name) const {
    return kept ? &kept->list(name).states : nullptr;
  }

  // Of the batches of all pairs.
  PairResult& pairOf(size_t batch, int64_t row) {
    return result.pairs[batch * size_t(batchSize) + size_t(row)];
  }
  void tell(const PairResult& pair) const {
    if (onPair) onPair(pair);
  }
};

}  // namespace espalier
