#pragma once

#include <memory>
#include <string>

#include "core/engine/open_model.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/pair_run.h"

namespace espalier {

// What evaluations of variants of one model with the same pairs share.
struct EvaluationCache {
  KeptLists kept = {};
  std::shared_ptr<const UsablePairs> usable = {};
  std::vector<std::string> prompts = {};  // what the model is given of each pair's text, once it is known
  std::vector<int64_t> first = {};        // samples that are waited for: their batches run first
};

// As the public evaluateModel, with what an earlier run left. The cache may be of this model and variants of
// it only, with these pairs and options.
Evaluation evaluateModel(const OpenModel& model, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair, const ModelPtr& reference, const AnswerOptions& answers,
                         EvaluationCache* cache);

}  // namespace espalier
