#include "core/explain/layer_changes.h"

#include <c10/core/GradMode.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/engine/elsewhere.h"
#include "core/engine/open_model.h"
#include "core/engine/usable_pairs.h"
#include "core/explain/compare_activations.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr int64_t kMostPositions = 2048;  // that are compared; more tell no more

// [rows, length, width] as positions, every so many where there are too many.
at::Tensor positionsOf(const at::Tensor& hidden) {
  const auto flat = hidden.reshape({-1, hidden.size(-1)}).cpu().to(at::kFloat);
  const int64_t step = (flat.size(0) + kMostPositions - 1) / kMostPositions;
  return flat.slice(0, 0, flat.size(0), std::max<int64_t>(1, step)).contiguous();
}

}  // namespace

LayerChange changeBetween(const at::Tensor& x, const at::Tensor& y) {
  LayerChange out;
  const auto a = x.to(at::kDouble), b = y.to(at::kDouble);
  const auto norms = (a.norm(2, 1) * b.norm(2, 1)).clamp_min(1e-30);
  out.cosine = ((a * b).sum(1) / norms).mean().item<double>();
  out.relativeError = (b - a).norm().item<double>() / std::max(1e-30, a.norm().item<double>());
  const auto ca = a - a.mean(0, true), cb = b - b.mean(0, true);
  const double cross = at::matmul(cb.t(), ca).norm().item<double>();
  const double own =
      at::matmul(ca.t(), ca).norm().item<double>() * at::matmul(cb.t(), cb).norm().item<double>();
  out.cka = own > 0 ? cross * cross / own : 0;
  return out;
}

std::vector<LayerChange> layerChanges(const OpenModel& dense, const OpenModel& pruned, const Dataset& pairs,
                                      int64_t samples, const JobControl& control) {
  requireHere(dense, "Comparing activations");
  c10::NoGradGuard noGrad;
  std::vector<Dataset::Problem> problems;
  Dataset some = pairs;
  some.samples.resize(std::min(some.samples.size(), size_t(samples)));
  some = drawDecodableFor(dense, some, samples, 0, control, problems);
  if (some.samples.empty())
    throw Error(ErrorKind::InvalidInput, pairs.path.string() + " holds no pair that can be read.");
  const auto batch = dense.processor->batch(some.samples);
  State before = begin(batch, dense.weights), after = begin(batch, pruned.weights);
  const Pass densePass{dense.weights, nullptr, nullptr, control.stop};
  const Pass prunedPass{pruned.weights, nullptr, nullptr, control.stop};
  std::vector<LayerChange> out;
  const auto& blocks = dense.model->blocks();
  for (size_t b = 0; b < blocks.size(); ++b) {
    runBlocks(*dense.model, densePass, before, b, b + 1);
    runBlocks(*dense.model, prunedPass, after, b, b + 1);
    if (blocks[b]->description().matrices.empty() || !before.hidden.defined() || before.hidden.dim() < 2 ||
        before.hidden.sizes() != after.hidden.sizes())
      continue;
    auto change = changeBetween(positionsOf(before.hidden), positionsOf(after.hidden));
    change.block = blocks[b]->name();
    out.push_back(std::move(change));
  }
  return out;
}

}  // namespace espalier
