#include "core/bench/fitting.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <ctime>

#include "core/base/fixed_text.h"
#include "core/base/numerics.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/prune/least_squares.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

at::Tensor relatedInputs(int64_t positions, int64_t side) {
  auto x = at::empty({positions, side}, at::kFloat);
  parallelFor(positions, [&](int64_t p) {
    float* row = x.data_ptr<float>() + p * side;
    CounterRandom(0, streamOf("fitting inputs", uint64_t(p))).fillNormal(row, side);
    // Each feature shares half of its variance with the one before.
    for (int64_t c = 1; c < side; ++c) row[c] = 0.7071f * (row[c] + row[c - 1]);
  });
  return x;
}

}  // namespace

FittingBench runFittingBench(int64_t side, const JobControl& control) {
  c10::NoGradGuard noGrad;
  FittingBench bench;
  bench.side = side;
  bench.gflops = measureGflops();
  auto weight = at::empty({side, side}, at::kFloat);
  parallelFor(side, [&](int64_t r) {
    CounterRandom(0, streamOf("fitting weights", uint64_t(r)))
        .fillNormal(weight.data_ptr<float>() + r * side, side);
  });
  InputStatistics inputs;
  {
    const int64_t positions = 2 * side;
    const auto x = relatedInputs(positions, side);
    inputs.samples = inputs.positions = positions;
    inputs.hessian = stripedProduct(x.t().contiguous(), x).mul_(2.0 / double(positions));
    inputs.squaredNorm = inputs.hessian.diagonal() / 2;
  }
  const double all = outputErrors(inputs.hessian, weight, at::zeros_like(weight)).sum().item<double>();
  const Selection selection{0.5, Comparison::Row, {}, false};
  ProgressMeter meter(control, "Fitting", 5);
  struct Way {
    const char *criterion, *refinement, *title;
  };
  for (const auto& way :
       {Way{"sparsegpt", "", "SparseGPT"}, Way{"wanda", "refit", "Wanda + refit"},
        Way{"wanda", "swaps", "Wanda + swaps"}, Way{"admm", "", "ADMM"}, Way{"alps", "", "ALPS"}}) {
    control.throwIfCancelled();
    const auto& criterion = criterionNamed(way.criterion);
    const auto processor = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    auto pruned = criterion.prune(weight, inputs, criterion.prepare(inputs, false).get(), selection);
    for (const auto* r : refinementsNamed(way.refinement)) r->refine(weight, inputs, {}, pruned);
    BenchStage stage;
    stage.name = way.title;
    stage.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    stage.processorSeconds = double(std::clock() - processor) / CLOCKS_PER_SEC;
    const double left = outputErrors(inputs.hessian, weight, pruned.weight).sum().item<double>() / all;
    stage.note = "error " + fixedText(100 * left, 2) + " %";
    if (!bench.stages.empty())
      stage.note = fixedText(stage.processorSeconds / bench.stages[0].processorSeconds, 1) +
                   " times SparseGPT's processor time, " + stage.note;
    bench.stages.push_back(stage);
    meter.advance(1, way.title);
  }
  return bench;
}

nlohmann::json toJson(const FittingBench& bench) {
  nlohmann::json j{{"side", bench.side}, {"gflops", bench.gflops}, {"stages", nlohmann::json::array()}};
  for (const auto& s : bench.stages)
    j["stages"].push_back({{"name", s.name},
                           {"seconds", s.seconds},
                           {"processorSeconds", s.processorSeconds},
                           {"note", s.note}});
  return j;
}

std::string toMarkdown(const FittingBench& bench) {
  std::string out =
      "A matrix of " + std::to_string(bench.side) + " x " + std::to_string(bench.side) +
      ", half of it pruned, at " + fixedText(bench.gflops, 0) +
      " GFLOP/s in float32 products:\n\n| | time | processor time | |\n| --- | ---: | ---: | --- |\n";
  for (const auto& s : bench.stages)
    out += "| " + s.name + " | " + fixedText(s.seconds, 2) + " s | " + fixedText(s.processorSeconds, 2) +
           " s | " + s.note + " |\n";
  return out;
}

}  // namespace espalier
