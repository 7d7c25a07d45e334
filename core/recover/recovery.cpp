#include "core/recover/recovery.h"

#include "core/recover/kept_report.h"

namespace espalier {

bool isPruned(const Block& block, const Weights* dense, const Weights& weights) {
  const auto& d = block.description();
  for (const auto& matrix : d.matrices) {
    const auto weight = weights.get(matrix.name);
    if (dense ? !weight.equal(dense->get(matrix.name))
              : d.prunedByDefault && (weight == 0).any().item<bool>())
      return true;
  }
  return false;
}

void setRecovered(Recovery& r, const std::string& name, const std::map<std::string, at::Tensor>& tensors,
                  RecoveryReport report, bool cutShort) {
  if (r.store && !cutShort) {
    r.weights.store(r.store->keep(name, tensors, toJson(report)).file);
  } else {
    for (const auto& [tensor, value] : tensors) r.weights.set(tensor, value);
  }
  r.reports.push_back(std::move(report));
}

}  // namespace espalier
