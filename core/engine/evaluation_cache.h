#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/engine/open_model.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/evaluator.h"

namespace espalier {

// What evaluations of variants of one model with the same pairs share: each of the lists of batches they run,
// with what the last run of it left.
struct EvaluationCache {
  int64_t memoryBytes = int64_t(1) << 30;
  std::map<std::string, KeptRun> lists = {};
  std::shared_ptr<const UsablePairs> usable = {};
  std::vector<int64_t> first = {};  // samples that are waited for: their batches run first

  KeptRun& list(const std::string& name) {
    return lists.try_emplace(name, KeptRun{PrefixStates(memoryBytes)}).first->second;
  }
};

// As the public evaluateModel, with what an earlier run left. The cache may be of this model and variants of
// it only, with these pairs and options.
Evaluation evaluateModel(const OpenModel& model, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair, const ModelPtr& reference, const AnswerOptions& answers,
                         EvaluationCache* cache);

}  // namespace espalier
