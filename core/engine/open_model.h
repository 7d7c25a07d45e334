#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/engine/engine.h"
#include "core/inputs/processor.h"
#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// How many numbers that are not zero a model's stored matrices have, by name: each counted once, when it is
// first asked for. From several threads.
struct NonZeroCounts {
  std::mutex mutex;
  std::map<std::string, int64_t> known;
};

// Inside of the public face's OpenModel.
class OpenModel {
 public:
  std::shared_ptr<const Checkpoint> checkpoint;
  std::shared_ptr<const Model> model;
  Weights weights;
  std::shared_ptr<const Processor> processor;
  ModelInfo info;
  PromptForm prompt = PromptForm::Auto;  // as it was opened
  std::shared_ptr<NonZeroCounts> nonZeros = std::make_shared<NonZeroCounts>();
};

// Whether all weights may be in memory together. Where not, stages read them block by block, and what is
// pruned goes to files.
bool fitsInMemory(const OpenModel& model);

// Whether a sweep that scores or prunes takes a block's matrices.
inline bool takesPart(const Block& block, bool includeBridge) {
  const auto& d = block.description();
  return !d.matrices.empty() && (d.prunedByDefault || (includeBridge && d.component == Component::Bridge));
}

// Results on another kind of device differ in their last digits: a job is gone on with where it was begun.
std::string deviceKindOf(const OpenModel& model);

// The share of zeros among the matrices pruned by default, with other weights that are not zero in some of
// them: the matrix's name and how many. Matrices that are as the model has them are counted at most once.
double sparsityOf(const OpenModel& model, const std::unordered_map<std::string, int64_t>& nonZeros = {});

}  // namespace espalier
