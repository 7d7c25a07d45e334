#include "core/score/zeroth_order.h"

#include <cmath>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

// Turns the output of one linear layer into its two perturbed versions, plus before minus.
class Perturbation : public LinearHook {
 public:
  Perturbation(const std::string& weight, const at::Tensor& scaledNoise) : m_weight(weight), m_noise(scaledNoise) {}

  void onLinear(const std::string& name, const at::Tensor& input, at::Tensor& output) override {
    if (name != m_weight) return;
    auto change = at::linear(input, m_noise);
    if (m_applied) {
      // The layer runs a second time (on the forks it made, or on a stream that is still the same for both).
      if (input.size(0) == m_forkedRows) {
        auto halves = change.chunk(2, 0);
        output = output + at::cat({halves[0], -halves[1]}, 0);
        return;
      }
    }
    output = at::cat({output + change, output - change}, 0);
    m_forkedRows = output.size(0);
    m_applied = true;
  }

 private:
  const std::string& m_weight;
  const at::Tensor& m_noise;
  int64_t m_forkedRows = 0;
  bool m_applied = false;
};

double projectedGradient(const Model& model, const Weights& weights, size_t block, const State& before,
                         const PrunableMatrix& matrix, const at::Tensor& noise, double eps) {
  const auto scaled = noise * eps;
  Perturbation perturbation(matrix.name, scaled);
  State state = before;
  runBlocks(model, Pass{weights, &perturbation}, state, block, block + 1);
  runBlocks(model, Pass{weights}, state, block + 1, model.blocks().size());
  const auto losses = lossOfForks(state);
  // One loss only: the matrix has no way to the loss.
  if (losses.size(0) != 2) return 0;
  return std::abs(losses[0].item<double>() - losses[1].item<double>()) / (2 * eps);
}

}  // namespace

double MatrixEstimate::sum() const {
  double s = 0;
  for (double v : values) s += v;
  return s;
}

double MatrixEstimate::standardErrorOfSum() const {
  const double n = double(values.size());
  if (n < 2) return 0;
  const double mean = sum() / n;
  double squares = 0;
  for (double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / (n - 1) * n);
}

Noise gaussianNoise(uint64_t seed) {
  return [seed](const PrunableMatrix& m, int64_t batch, int64_t draw) {
    auto z = at::empty({m.rows, m.columns});
    CounterRandom(seed, streamOf(m.name, uint64_t(batch), uint64_t(draw))).fillNormal(z.data_ptr<float>(), z.numel());
    return z;
  };
}

void sweepZerothOrder(const Model& model, const Weights& weights, const std::vector<std::shared_ptr<const Batch>>& batches,
                      const std::function<bool(const Block&)>& wanted, const ZerothOrderOptions& options,
                      const Noise& noise, const JobControl& control, const BlockEstimated& onBlock) {
  const auto count = int64_t(batches.size());
  std::vector<State> states(batches.size());
  for (size_t b = 0; b < batches.size(); ++b) states[b].inputs = batches[b];

  // Work ahead in block runs: a perturbation in block i runs the blocks from i on with two forks.
  const auto blocks = model.blocks().size();
  size_t last = 0;
  int64_t work = 0;
  for (size_t i = 0; i < blocks; ++i)
    if (const auto& d = model.blocks()[i]->description(); !d.matrices.empty() && wanted(*model.blocks()[i])) {
      last = i;
      work += int64_t(d.matrices.size()) * int64_t(blocks - i) * options.draws * count;
    }
  ProgressMeter meter(control, "Scoring", work);

  for (size_t i = 0; i <= last; ++i) {
    const Block& block = *model.blocks()[i];
    const auto& matrices = block.description().matrices;
    if (!matrices.empty() && wanted(block)) {
      const auto each = count * options.draws;
      std::vector<MatrixEstimate> estimates;
      for (const auto& m : matrices) estimates.push_back({&m, std::vector<double>(size_t(each))});
      parallelFor(each * int64_t(matrices.size()), [&](int64_t task) {
        control.throwIfCancelled();
        const int64_t m = task / each, b = task % each / options.draws, d = task % options.draws;
        estimates[size_t(m)].values[size_t(task % each)] =
            projectedGradient(model, weights, i, states[size_t(b)], matrices[size_t(m)],
                              noise(matrices[size_t(m)], b, d), options.eps);
        meter.advance(int64_t(blocks - i), block.name());
      });
      if (onBlock) onBlock(block, estimates);
    }
    if (i < last)
      parallelFor(count, [&](int64_t b) {
        control.throwIfCancelled();
        runBlocks(model, Pass{weights}, states[size_t(b)], i, i + 1);
      });
  }
}

}  // namespace espalier
