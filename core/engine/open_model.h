#pragma once

#include "core/engine/engine.h"
#include "core/inputs/processor.h"
#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// Inside of the public face's OpenModel.
class OpenModel {
 public:
  std::shared_ptr<const Checkpoint> checkpoint;
  std::shared_ptr<const Model> model;
  Weights weights;
  std::shared_ptr<const Processor> processor;
  ModelInfo info;
  PromptForm prompt = PromptForm::Auto;  // as it was opened
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

// Zeros among the matrices pruned by default, as the weights stand.
double sparsityOf(const Model& model, const Weights& weights);

}  // namespace espalier
