#include "core/model/layers/sequence_loss.h"

#include <ATen/core/grad_mode.h>

#include "core/base/error.h"

namespace espalier {

void setSequenceLoss(State& state, const at::Tensor& logits, const at::Tensor& labels) {
  const int64_t rows = labels.size(0), length = labels.size(1), forks = logits.size(0) / rows;
  const auto counted = labels != kIgnoredLabel;
  const auto target = labels.masked_fill(counted.logical_not(), 0);
  if (target.numel() > 0 && (target.max().item<int64_t>() >= logits.size(2) || target.min().item<int64_t>() < 0))
    throw Error(ErrorKind::InvalidInput, "A label is outside the model's vocabulary of " +
                                             std::to_string(logits.size(2)) + " tokens.");
  const auto precise = at::GradMode::is_enabled() ? logits : logits.to(at::kDouble);
  const auto index = target.repeat({forks, 1}).unsqueeze(2);
  const auto nll = (at::logsumexp(precise, {2}) - precise.gather(2, index).squeeze(2)).view({forks, rows, length});
  state.lossSum = (nll * counted.to(nll.scalar_type())).sum(2).view({forks * rows});
  state.lossCount = counted.sum(1).to(at::kDouble);
}

at::Tensor shiftRight(const at::Tensor& labels, int64_t start, int64_t pad) {
  const auto first = at::full({labels.size(0), 1}, start, at::kLong);
  const auto shifted = at::cat({first, labels.slice(1, 0, labels.size(1) - 1)}, 1);
  return shifted.masked_fill(shifted == kIgnoredLabel, pad);
}

}  // namespace espalier
