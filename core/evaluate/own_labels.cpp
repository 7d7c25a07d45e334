#include "core/evaluate/own_labels.h"

#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/model/layers/sequence_loss.h"
#include "core/sweep/run.h"

namespace espalier {

std::vector<std::shared_ptr<const Batch>> withOwnLabels(
    const Model& model, const Weights& weights, const std::vector<std::shared_ptr<const Batch>>& batches,
    const JobControl& control) {
  std::vector<std::shared_ptr<const Batch>> out = batches;
  auto& processes = processesOf(control);
  parallelFor(int64_t(batches.size()), [&](int64_t b) {
    const auto& given = batches[size_t(b)]->at("labels");
    const auto missing = given == kIgnoredLabel;
    if (!processes.owns(b) || !missing.any().item<bool>()) return;
    auto labelled = std::make_shared<Batch>(*batches[size_t(b)]);
    labelled->tensors.erase("labels");
    const Pass pass{.weights = weights, .stop = control.stop};
    const auto own = runModel(model, pass, labelled).logits.argmax(1).to(given.device());
    labelled->tensors["labels"] = at::where(missing, own, given);
    out[size_t(b)] = labelled;
  });
  if (!processes.several()) return out;
  PackedValues mine;
  const auto labelsOf = [&](size_t b) { return out[b]->at("labels").cpu().to(at::kLong).contiguous(); };
  for (size_t b = 0; b < out.size(); ++b) {
    if (!processes.owns(int64_t(b))) continue;
    const auto labels = labelsOf(b);
    mine.put(std::vector<int64_t>(labels.data_ptr<int64_t>(), labels.data_ptr<int64_t>() + labels.numel()));
  }
  const auto told = processes.gather(mine.bytes());
  std::vector<PackedReader> readers(told.begin(), told.end());
  for (size_t b = 0; b < out.size(); ++b) {
    const auto labels = readers[size_t(processes.ownerOf(int64_t(b)))].takeVector<int64_t>();
    if (processes.owns(int64_t(b))) continue;
    auto labelled = std::make_shared<Batch>(*batches[b]);
    const auto& given = batches[b]->at("labels");
    labelled->tensors["labels"] = at::tensor(labels).view(given.sizes()).to(given.options());
    out[b] = labelled;
  }
  return out;
}

}  // namespace espalier
