#include "core/live/matrix_errors.h"

#include <c10/core/GradMode.h>

#include <cmath>
#include <limits>

#include "core/base/random.h"
#include "core/engine/elsewhere.h"
#include "core/engine/open_model.h"
#include "core/engine/usable_pairs.h"
#include "core/prune/best_support.h"
#include "core/prune/calibration_flow.h"
#include "core/prune/least_squares.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

struct Way {
  const char* criterion;
  const char* refinement;
};
constexpr Way kWays[] = {{"magnitude", ""},        {"wanda", ""},     {"wanda", "swaps"}, {"wanda", "refit"},
                         {"wanda", "swaps,refit"}, {"sparsegpt", ""}, {"admm", ""},       {"alps", ""}};

MatrixErrors curvesOf(const at::Tensor& weight, const InputStatistics& inputs,
                      const std::vector<double>& sparsities, const JobControl& control) {
  MatrixErrors out{{}, weight.size(0), weight.size(1), sparsities, {}};
  const double all = outputErrors(inputs.hessian, weight, at::zeros_like(weight)).sum().item<double>();
  const auto share = [&](double error) { return all > 0 ? std::max(0.0, error) / all : 0; };
  ProgressMeter meter(control, "Errors of the matrix", int64_t(std::size(kWays) + 1));
  for (const auto& way : kWays) {
    const auto& criterion = criterionNamed(way.criterion);
    const auto prepared = criterion.prepare(inputs, false);
    MatrixErrorCurve curve{way.criterion, {}};
    if (*way.refinement) curve.name += std::string(" + ") + way.refinement;
    for (const double sparsity : sparsities) {
      control.throwIfCancelled();
      const Selection selection{sparsity, Comparison::Row, {}, false};
      auto pruned = criterion.prune(weight, inputs, prepared.get(), selection);
      for (const auto* r : refinementsNamed(way.refinement)) r->refine(weight, inputs, {}, pruned);
      curve.errors.push_back(share(outputErrors(inputs.hessian, weight, pruned.weight).sum().item<double>()));
    }
    out.curves.push_back(std::move(curve));
    meter.advance(1, way.criterion);
  }
  MatrixErrorCurve kept{"best possible, values kept", {}}, fitted{"best possible", {}};
  bool any = false;
  for (const double sparsity : sparsities) {
    control.throwIfCancelled();
    // Rows that do not all keep the same number are not tried.
    const double stays = (1 - sparsity) * double(out.columns);
    const auto best = std::abs(stays - std::round(stays)) < 1e-9
                          ? bestSupports(weight, inputs, std::llround(stays))
                          : std::nullopt;
    kept.errors.push_back(best ? share(best->keptValues) : std::numeric_limits<double>::quiet_NaN());
    fitted.errors.push_back(best ? share(best->fitted) : std::numeric_limits<double>::quiet_NaN());
    any = any || best;
  }
  if (any) out.curves.push_back(std::move(kept)), out.curves.push_back(std::move(fitted));
  meter.advance(1, "best possible");
  return out;
}

void check(const std::vector<double>& sparsities) {
  for (const double s : sparsities)
    if (!(s >= 0 && s <= 1))
      throw Error(ErrorKind::InvalidInput,
                  "A sparsity is " + std::to_string(s) + "; numbers from 0 to 1 were expected.");
}

constexpr StatisticsNeeds kAll{.features = true, .hessian = true};

}  // namespace

MatrixErrors matrixErrors(const OpenModel& dense, const std::string& matrix, const Dataset& calibration,
                          const std::vector<double>& sparsities, const PruneOptions& options,
                          const JobControl& control) {
  requireHere(dense, "Comparing what methods lose of a matrix");
  c10::NoGradGuard noGrad;
  check(sparsities);
  const auto& blocks = dense.model->blocks();
  size_t at = blocks.size();
  for (size_t b = 0; b < blocks.size(); ++b)
    for (const auto& m : blocks[b]->description().matrices)
      if (m.name == matrix) at = b;
  if (at == blocks.size())
    throw Error(ErrorKind::InvalidInput, "The model has no prunable matrix \"" + matrix + "\".");
  std::vector<Dataset::Problem> problems;
  const auto batches =
      makeBatches(*dense.processor,
                  drawDecodableFor(dense, calibration, options.samples, options.seed, control, problems),
                  options.batchSize, control.stop);
  if (batches.empty()) throw Error(ErrorKind::InvalidInput, "The error of a matrix needs calibration data.");
  CalibrationFlow flow(batches, dense.weights, false, control);
  for (size_t b = 0; b < at; ++b) flow.run(*blocks[b], dense.weights);
  const auto inputs = flow.gather(*blocks[at], dense.weights, {matrix}, kAll);
  auto out = curvesOf(dense.weights.onHost(matrix).contiguous(), *inputs[0], sparsities, control);
  out.matrix = matrix;
  return out;
}

MatrixErrors toyMatrixErrors(const std::vector<double>& sparsities, uint64_t seed) {
  c10::NoGradGuard noGrad;
  check(sparsities);
  constexpr int64_t kRows = 40, kColumns = 10, kPositions = 200;
  const auto normals = [&](int64_t rows, int64_t columns, uint64_t stream) {
    auto t = at::empty({rows, columns}, at::kFloat);
    CounterRandom(seed, stream).fillNormal(t.data_ptr<float>(), t.numel());
    return t;
  };
  const auto x = at::mm(normals(kPositions, kColumns, 1), normals(kColumns, kColumns, 2));
  StatisticsGatherer gatherer({"toy"}, kAll);
  auto recorder = gatherer.recorder();
  at::Tensor output;
  recorder.onLinear("toy", x.unsqueeze(0), output);
  gatherer.add(0, std::move(recorder));
  auto out = curvesOf(normals(kRows, kColumns, 3), *gatherer.finish()[0], sparsities, {});
  out.matrix = "toy";
  return out;
}

}  // namespace espalier
