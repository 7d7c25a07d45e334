#include "core/evaluate/own_labels.h"

#include "core/base/packed_values.h"
#include "core/model/layers/sequence_loss.h"
#include "core/sweep/batch_traversal.h"

namespace espalier {

std::vector<std::shared_ptr<const Batch>> withOwnLabels(
    const Model& model, const Weights& weights, const std::vector<std::shared_ptr<const Batch>>& batches,
    const JobControl& control) {
  std::vector<std::shared_ptr<const Batch>> out = batches, unlabelled = batches;
  std::vector<size_t> asked;
  for (size_t b = 0; b < batches.size(); ++b) {
    if (!(batches[b]->at("labels") == kIgnoredLabel).any().item<bool>()) continue;
    auto without = std::make_shared<Batch>(*batches[b]);
    without->tensors.erase("labels");
    unlabelled[b] = without;
    asked.push_back(b);
  }
  const BatchTraversal traversal{model, weights, unlabelled, asked, control, {}};
  visitBatches<at::Tensor>(
      traversal,
      {.work = [](BatchPath& path) { return path.end().logits.argmax(1).cpu().contiguous(); },
       .take =
           [&](size_t b, const at::Tensor& own) {
             const auto& given = batches[b]->at("labels");
             auto labelled = std::make_shared<Batch>(*batches[b]);
             labelled->tensors["labels"] = at::where(given == kIgnoredLabel, own.to(given.device()), given);
             out[b] = labelled;
           },
       .pack =
           [](const at::Tensor& own) {
             PackedValues bytes;
             bytes.put(std::vector<int64_t>(own.data_ptr<int64_t>(), own.data_ptr<int64_t>() + own.numel()));
             return bytes.bytes();
           },
       .unpack =
           [&](size_t b, const std::string& bytes) {
             return at::tensor(
                 PackedReader(bytes).takeVector<int64_t>(size_t(batches[b]->at("labels").numel())));
           }});
  return out;
}

}  // namespace espalier
