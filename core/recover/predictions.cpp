#include "core/recover/predictions.h"

#include "core/model/layers/sequence_loss.h"

namespace espalier {

Predictions predictionsOf(const Model& model, const State& after) {
  const auto numbers = at::TensorOptions(at::kLong);
  if (!after.logits.defined()) return {at::empty({0}, numbers), {}};
  if (model.task() == ModelTask::Classify) {
    const auto labels = after.inputs->find("labels");
    return {at::arange(after.logits.size(0), after.logits.options().dtype(at::kLong)),
            labels.defined() ? labels.reshape({-1}) : labels};
  }
  if (!after.lossTargets.defined()) return {at::empty({0}, numbers), {}};
  // There are as many logits to a row as targets, or one more, which predicts what comes after the text.
  const auto counted = (after.lossTargets != kIgnoredLabel).nonzero();  // [n, 2]
  return {counted.select(1, 0) * after.logits.size(1) + counted.select(1, 1),
          after.lossTargets.index({counted.select(1, 0), counted.select(1, 1)})};
}

}  // namespace espalier
