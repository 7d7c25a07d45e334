#include "core/evaluate/own_labels.h"

#include "core/base/parallel.h"
#include "core/model/layers/sequence_loss.h"
#include "core/sweep/run.h"

namespace espalier {

std::vector<std::shared_ptr<const Batch>> withOwnLabels(
    const Model& model, const Weights& weights, const std::vector<std::shared_ptr<const Batch>>& batches,
    const JobControl& control) {
  std::vector<std::shared_ptr<const Batch>> out = batches;
  parallelFor(int64_t(batches.size()), [&](int64_t b) {
    const auto& given = batches[size_t(b)]->at("labels");
    const auto missing = given == kIgnoredLabel;
    if (!missing.any().item<bool>()) return;
    auto labelled = std::make_shared<Batch>(*batches[size_t(b)]);
    labelled->tensors.erase("labels");
    const Pass pass{.weights = weights, .stop = control.stop};
    const auto own = runModel(model, pass, labelled).logits.argmax(1).to(given.device());
    labelled->tensors["labels"] = at::where(missing, own, given);
    out[size_t(b)] = labelled;
  });
  return out;
}

}  // namespace espalier
