// How near the two estimators of global scores come to the derivative they estimate, in float32 and in
// bfloat16, on a model of a folder: docs/performance.md shows the table. Not a test: it is run by hand.
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "core/engine/open_model.h"
#include "core/score/forward_mode.h"
#include "core/sweep/run.h"

using namespace espalier;

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;

bool isScored(const Block& b) {
  return takesPart(b, false);
}

Weights weightsIn(const OpenModel& m, at::ScalarType type) {
  std::map<std::string, at::Tensor> all;
  for (const auto& d : m.model->declared())
    if (m.weights.has(d.name)) all[d.name] = m.weights.get(d.name).to(type);
  return Weights(std::move(all));
}

Batches batchesIn(const Batches& batches, at::ScalarType type) {
  Batches out;
  for (const auto& b : batches) {
    auto copy = std::make_shared<Batch>(*prepared(b));
    for (auto& [name, t] : copy->tensors)
      if (t.is_floating_point()) t = t.to(type);
    out.push_back(copy);
  }
  return out;
}

Noise noiseIn(at::ScalarType type) {
  return [type, noise = gaussianNoise(0)](const PrunableMatrix& m, int64_t batch, int64_t draw) {
    return noise(m, batch, draw).to(type);
  };
}

// |g| of each matrix and batch in model order; eps 0: by forward mode.
std::vector<double> estimates(const OpenModel& m, const Batches& batches, at::ScalarType type, double eps) {
  std::vector<double> out;
  const auto take = [&](const Block&, const std::vector<MatrixEstimate>& all) {
    for (const auto& e : all) out.insert(out.end(), e.values.begin(), e.values.end());
  };
  const auto weights = weightsIn(m, type);
  const auto inputs = batchesIn(batches, type);
  if (eps == 0)
    sweepForwardMode(*m.model, weights, inputs, isScored, 1, noiseIn(type), {}, take);
  else
    sweepZerothOrder(*m.model, weights, inputs, isScored, {eps, 1, 0}, noiseIn(type), {}, take);
  return out;
}

// By gradients in float64.
std::vector<double> derivatives(const OpenModel& m, const Batches& batches) {
  const auto inputs = batchesIn(batches, at::kDouble);
  std::map<std::string, std::vector<double>> found;
  for (size_t b = 0; b < inputs.size(); ++b) {
    c10::AutoGradMode record(true);
    std::map<std::string, at::Tensor> exact;
    for (const auto& d : m.model->declared())
      if (m.weights.has(d.name)) exact[d.name] = m.weights.get(d.name).to(at::kDouble);
    for (const auto& block : m.model->blocks())
      if (isScored(*block))
        for (const auto& x : block->description().matrices) exact[x.name].set_requires_grad(true);
    lossOfForks(runModel(*m.model, Pass{Weights(exact)}, inputs[b]))[0].backward();
    c10::NoGradGuard noGrad;
    for (const auto& block : m.model->blocks())
      if (isScored(*block))
        for (const auto& x : block->description().matrices) {
          const auto& g = exact[x.name].grad();
          found[x.name].push_back(
              g.defined() ? std::abs((g * noiseIn(at::kDouble)(x, int64_t(b), 0)).sum().item<double>()) : 0);
        }
  }
  std::vector<double> out;
  for (const auto& block : m.model->blocks())
    if (isScored(*block))
      for (const auto& x : block->description().matrices)
        out.insert(out.end(), found[x.name].begin(), found[x.name].end());
  return out;
}

double correlationOf(const std::vector<double>& a, const std::vector<double>& b) {
  double sumA = 0, sumB = 0, ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) sumA += a[i], sumB += b[i];
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - sumA / double(a.size()), y = b[i] - sumB / double(a.size());
    ab += x * y, aa += x * x, bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "Usage: espalier-bench-estimators MODEL PAIRS\n");
    return 2;
  }
  const auto model = openModel(argv[1]);
  auto data = openDataset(argv[2]);
  data.samples.resize(std::min<size_t>(data.samples.size(), 16));
  c10::NoGradGuard noGrad;
  const auto batches = makeBatches(*model->processor, data, 4, {});
  const auto exact = derivatives(*model, batches);
  std::printf("%zu values, %zu batches of 4\n| estimator | correlation | median relative error | largest |\n",
              exact.size(), batches.size());
  const struct {
    const char* name;
    at::ScalarType type;
    double eps;
  } rows[] = {{"central difference, float64, eps 1e-3", at::kDouble, 1e-3},
              {"central difference, float32, eps 1e-3", at::kFloat, 1e-3},
              {"central difference, bfloat16, eps 1e-3", at::kBFloat16, 1e-3},
              {"central difference, bfloat16, eps 1e-2", at::kBFloat16, 1e-2},
              {"forward mode, float64", at::kDouble, 0},
              {"forward mode, float32", at::kFloat, 0},
              {"forward mode, bfloat16", at::kBFloat16, 0}};
  for (const auto& row : rows) {
    const auto got = estimates(*model, batches, row.type, row.eps);
    std::vector<double> errors;
    for (size_t i = 0; i < got.size(); ++i) errors.push_back(std::abs(got[i] - exact[i]) / exact[i]);
    std::sort(errors.begin(), errors.end());
    std::printf("| %s | %.7f | %.1e | %.1e |\n", row.name, correlationOf(got, exact),
                errors[errors.size() / 2], errors.back());
    std::fflush(stdout);
  }
  return 0;
}
