#include "core/model/layers/sequence_loss.h"

#include <ATen/OpMathType.h>
#include <ATen/core/grad_mode.h>

#include "core/base/error.h"
#include "core/model/layers/log_sum_exp.h"
#include "core/tangent/clean_values.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

// Negative log-likelihoods [N, T] of target [N, T] under logits [N, T, V].
at::Tensor lossOfTargets(const at::Tensor& logits, const at::Tensor& target, double smoothing) {
  const auto total = at::logsumexp(logits, {2});
  const auto nll = total - logits.gather(2, target.unsqueeze(2)).squeeze(2);
  return smoothing == 0 ? nll : nll * (1 - smoothing) + (total - logits.mean(2)) * smoothing;
}

// The same without gradients and in float64, [N * T], zero where nothing is predicted.
at::Tensor exactLossOfTargets(const at::Tensor& logits, const at::Tensor& target, const at::Tensor& counted) {
  const int64_t positions = target.numel(), classes = logits.size(2), mask = counted.numel();
  const auto held = logits.contiguous(), index = target.contiguous(), wanted = counted.contiguous();
  const float* x = held.data_ptr<float>();
  auto loss = at::zeros({positions}, at::kDouble);
  for (int64_t p = 0; p < positions; ++p) {
    if (!wanted.data_ptr<bool>()[p % mask]) continue;
    const float* row = x + p * classes;
    loss.data_ptr<double>()[p] = logSumExp(row, classes) - double(row[index.data_ptr<int64_t>()[p]]);
  }
  return loss;
}

// Losses [N, T] as setSequenceLoss() has them, float64, zero where nothing is predicted.
at::Tensor exactTerms(const at::Tensor& logits, const at::Tensor& index, const at::Tensor& counted,
                      double smoothing) {
  if (smoothing == 0 && logits.is_cpu() && logits.scalar_type() == at::kFloat)
    return exactLossOfTargets(logits, index, counted).view_as(index);
  // Row by row: a whole batch in float64 would be twice the size of the largest tensor there is.
  auto loss = at::empty(index.sizes(), logits.options().dtype(at::kDouble));
  for (int64_t r = 0; r < logits.size(0); ++r)
    loss.narrow(0, r, 1).copy_(
        lossOfTargets(logits.narrow(0, r, 1).to(at::kDouble), index.narrow(0, r, 1), smoothing));
  return loss;
}

// By each tangent of the logits: sum((p - target) dlogits) over the classes, with the target's distribution
// as smoothing has it. [(1 + T) * R, L], the clean losses first. labels: what target and counted are made of.
at::Tensor termsWithTangents(const at::Tensor& logits, const at::Tensor& labels, const at::Tensor& target,
                             const at::Tensor& counted, double smoothing) {
  const int64_t count = tangentCount(logits), rows = target.size(0);
  const auto clean = cleanOf(logits), tangents = tangentsOf(logits);
  const auto both = cleanValues("loss", {clean, labels, smoothing}, [&]() -> CleanValues::Values {
    const auto places = target.unsqueeze(2);
    auto slope = at::softmax(clean, 2);
    slope.scatter_add_(2, places, at::full({1, 1, 1}, smoothing - 1, slope.options()).expand_as(places));
    if (smoothing != 0) slope.sub_(smoothing / double(logits.size(2)));
    slope.mul_(counted.unsqueeze(2));
    return {exactTerms(clean, target, counted, smoothing) * counted.to(at::kDouble), slope};
  });
  const auto slope = both[1].toTensor();
  auto terms = at::empty({count * rows, target.size(1)}, logits.options().dtype(at::kDouble));
  for (int64_t t = 0; t < count; ++t)
    terms.narrow(0, t * rows, rows)
        .copy_(at::sum(tangents.narrow(0, t * rows, rows) * slope, {2}, false, at::kDouble));
  return withTangents(both[0].toTensor(), terms);
}

}  // namespace

void setSequenceLoss(State& state, const at::Tensor& logits, const at::Tensor& labels, double smoothing) {
  const int64_t rows = labels.size(0), length = labels.size(1), forks = logits.size(0) / rows;
  if (logits.size(0) % rows != 0 || logits.size(1) != length)
    throw Error(ErrorKind::InvalidInput, "The labels are " + std::to_string(rows) + " rows of " +
                                             std::to_string(length) + "; the model predicts " +
                                             std::to_string(logits.size(0)) + " rows of " +
                                             std::to_string(logits.size(1)) + ".");
  const auto counted = labels != kIgnoredLabel;
  const auto target = labels.masked_fill(counted.logical_not(), 0);
  if (target.numel() > 0 &&
      (target.max().item<int64_t>() >= logits.size(2) || target.min().item<int64_t>() < 0))
    throw Error(ErrorKind::InvalidInput, "A label is outside the model's vocabulary of " +
                                             std::to_string(logits.size(2)) + " tokens.");
  if (hasTangents(logits)) {
    state.lossSum = termsWithTangents(logits, labels, target, counted, smoothing).sum(1);
    state.lossTerms = state.lossTargets = at::Tensor();
    state.lossCount = counted.sum(1).to(at::kDouble);
    return;
  }
  const auto index = target.repeat({forks, 1});
  at::Tensor loss;
  if (at::GradMode::is_enabled()) {
    // Row by row: what the gradient is made of is as large as the logits, which may be larger than all else.
    std::vector<at::Tensor> rowLosses;
    const auto rowLogits = logits.split(1), rowIndex = index.split(1);
    // The sum of exponentials in half precision would be off by more than most classes add to it.
    const auto type = at::toOpMathType(logits.scalar_type());
    for (size_t r = 0; r < rowLogits.size(); ++r)
      rowLosses.push_back(lossOfTargets(rowLogits[r].to(type), rowIndex[r], smoothing));
    loss = at::cat(rowLosses);
  } else {
    loss = exactTerms(logits, index, counted, smoothing);
  }
  const auto terms = loss.view({forks, rows, length}) * counted.to(loss.scalar_type());
  state.lossSum = terms.sum(2).view({forks * rows});
  if (!at::GradMode::is_enabled()) {
    state.lossTerms = terms.view({forks * rows, length});
    state.lossTargets = labels;
  }
  state.lossCount = counted.sum(1).to(at::kDouble);
}

void setNextTokenLoss(State& state, const at::Tensor& logits, const at::Tensor& labels, double smoothing) {
  const int64_t length = labels.size(1), first = logits.size(1) - length;
  if (first < 0)
    throw Error(ErrorKind::InvalidInput, "The labels are " + std::to_string(length) +
                                             " tokens long; the text has " + std::to_string(logits.size(1)) +
                                             ".");
  setSequenceLoss(state, logits.slice(1, first, first + length - 1), labels.slice(1, 1), smoothing);
}

void setClassLoss(State& state, const at::Tensor& logits, const at::Tensor& labels) {
  setSequenceLoss(state, logits.unsqueeze(1), labels.reshape({-1, 1}));
}

at::Tensor shiftRight(const at::Tensor& labels, int64_t start, int64_t pad) {
  const auto first = at::full({labels.size(0), 1}, start, labels.options());
  const auto shifted = at::cat({first, labels.slice(1, 0, labels.size(1) - 1)}, 1);
  return shifted.masked_fill(shifted == kIgnoredLabel, pad);
}

}  // namespace espalier
