#include "core/prune/local_statistics.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>

#include "core/base/memory.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/prune/input_statistics.h"
#include "core/sweep/traversal.h"

namespace espalier {

namespace {

constexpr double kOutlierFactor = 5;  // M of OWL
constexpr int64_t kWeightsAtOnce = 1 << 20;
constexpr size_t kBins = 1 << 16;

// How many values have each half of a float's bits; floats from 0 are ordered as their bits are.
using BinCounts = std::vector<int64_t>;

// Where in the bins the value of this rank (from 0) lies; rank becomes its rank in the bin.
size_t binOf(const BinCounts& counts, int64_t& rank) {
  size_t bin = 0;
  while (rank >= counts[bin]) rank -= counts[bin++];
  return bin;
}

// |W_ij| times the norm of input j, of the matrices of one block, made anew at each of two passes.
class BlockMetric {
 public:
  void add(at::Tensor weight, const at::Tensor& norms) {
    m_parts.push_back({weight.contiguous(), norms.contiguous()});
    m_count += weight.numel();
  }

  // The sum of each matrix.
  std::vector<double> sums() {
    m_upper.assign(kBins, 0);
    std::vector<double> out;
    for (const auto& part : m_parts) {
      std::vector<double> rows(size_t(part.weight.size(0)));
      overRows(part, m_upper, [&](int64_t row, float value, BinCounts& counts) {
        rows[size_t(row)] += value;
        ++counts[std::bit_cast<uint32_t>(value) >> 16];
      });
      double sum = 0;
      for (const double r : rows) sum += r;
      out.push_back(sum);
      m_sum += sum;
    }
    return out;
  }

  double mean() const { return m_sum / double(m_count); }

  // After sums(): how many of each matrix are above the threshold. From here on the median is known.
  std::vector<int64_t> above(double threshold) {
    int64_t rank = (m_count - 1) / 2;
    const auto upper = uint32_t(binOf(m_upper, rank));
    BinCounts lower(kBins);
    std::vector<int64_t> out;
    for (const auto& part : m_parts) {
      std::vector<int64_t> rows(size_t(part.weight.size(0)));
      overRows(part, lower, [&](int64_t row, float value, BinCounts& counts) {
        rows[size_t(row)] += double(value) > threshold;
        const auto bits = std::bit_cast<uint32_t>(value);
        if (bits >> 16 == upper) ++counts[bits & 0xffff];
      });
      int64_t count = 0;
      for (const int64_t r : rows) count += r;
      out.push_back(count);
    }
    m_median = std::bit_cast<float>(upper << 16 | uint32_t(binOf(lower, rank)));
    return out;
  }
  double median() const { return m_median; }

 private:
  struct Part {
    at::Tensor weight, norms;
  };

  template <typename F>
  static void overRows(const Part& part, BinCounts& counts, const F& each) {
    const int64_t rows = part.weight.size(0), columns = part.weight.size(1);
    const auto* w = part.weight.data_ptr<float>();
    const auto* n = part.norms.data_ptr<float>();
    const int64_t together = std::max<int64_t>(1, kWeightsAtOnce / columns);
    std::mutex mutex;
    parallelFor((rows + together - 1) / together, [&](int64_t piece) {
      BinCounts mine(kBins);
      for (int64_t r = piece * together; r < std::min(rows, (piece + 1) * together); ++r)
        for (int64_t c = 0; c < columns; ++c) each(r, std::fabs(w[r * columns + c]) * n[c], mine);
      std::lock_guard lock(mutex);
      for (size_t b = 0; b < kBins; ++b) counts[b] += mine[b];
    });
  }

  std::vector<Part> m_parts;
  int64_t m_count = 0;
  double m_sum = 0, m_median = 0;
  BinCounts m_upper;
};

// One pass of a block over all batches: what goes in, for each batch by itself.
std::vector<std::vector<std::shared_ptr<const InputStatistics>>> watch(const Block& block,
                                                                       const Weights& weights,
                                                                       const std::vector<std::string>& names,
                                                                       States& states,
                                                                       const JobControl& control) {
  std::vector<std::vector<std::shared_ptr<const InputStatistics>>> out(states.size());
  if (names.empty()) {
    passBlock(block, states, weights, control);
    return out;
  }
  visitBlock(block, states, control, [&](const WorkUnit& unit, State& state) {
    StatisticsGatherer gatherer(names, {.features = true}, false, routedMatrices(block.description()));
    auto recorder = gatherer.recorder(&state);
    block.run(state, Pass{weights, &recorder});
    gatherer.add(0, std::move(recorder));
    out[size_t(unit.batch)] = gatherer.finish();
  });
  return out;
}

// What the processes saw of their batches, at all of them: of each matrix its samples and squared norms.
void shareSeen(Processes& processes, const std::vector<PrunableMatrix>& matrices,
               std::vector<std::vector<std::shared_ptr<const InputStatistics>>>& seen) {
  PackedValues mine;
  for (const auto& batch : seen) {
    for (size_t m = 0; m < batch.size(); ++m) {
      // Matrices with the same inputs share them.
      const auto first = size_t(std::find(batch.begin(), batch.end(), batch[m]) - batch.begin());
      mine.put(first);
      if (first < m) continue;
      const auto norms = batch[m]->squaredNorm.contiguous();
      mine.put(batch[m]->samples);
      mine.put(std::vector<float>(norms.data_ptr<float>(), norms.data_ptr<float>() + norms.numel()));
    }
  }
  const auto gathered = processes.gather(mine.bytes());
  std::vector<PackedReader> readers(gathered.begin(), gathered.end());
  for (size_t b = 0; b < seen.size(); ++b) {
    auto& reader = readers[size_t(processes.ownerOf(int64_t(b)))];
    std::vector<std::shared_ptr<const InputStatistics>> batch;
    for (size_t m = 0; m < matrices.size(); ++m) {
      const auto first = reader.take<size_t>();
      if (first < m) {
        batch.push_back(batch[first]);
        continue;
      }
      auto s = std::make_shared<InputStatistics>();
      s->samples = reader.take<int64_t>();
      s->squaredNorm = at::tensor(reader.takeVector<float>(size_t(matrices[m].columns)));
      batch.push_back(std::move(s));
    }
    seen[b] = std::move(batch);
  }
}

std::vector<LocalStatistics> statisticsOf(
    const Block& block, const Weights& weights,
    const std::vector<std::vector<std::shared_ptr<const InputStatistics>>>& inputs,
    const JobControl& control) {
  const auto& matrices = block.description().matrices;
  auto& processes = processesOf(control);
  BlockMetric metric;
  std::vector<LocalStatistics> out;
  for (size_t m = 0; m < matrices.size(); ++m) {
    control.throwIfCancelled();
    LocalStatistics s{&matrices[m], 0, 0, 0, 0, 0};
    const auto weight = weights.onHost(matrices[m].name).contiguous();
    const auto columnSums = weight.abs().sum(0, false, at::kDouble);
    // Of all batches: their mean squared norms, weighted by samples.
    auto squares = at::zeros({matrices[m].columns}, at::kDouble);
    int64_t samples = 0;
    double total = 0, totalSquares = 0;
    for (const auto& batch : inputs) {
      const auto& seen = *batch[m];
      squares += seen.squaredNorm.to(at::kDouble) * double(seen.samples);
      samples += seen.samples;
      const double one = columnSums.dot(seen.squaredNorm.to(at::kDouble).sqrt()).item<double>();
      total += one, totalSquares += one * one;
    }
    s.standardError = std::numeric_limits<double>::quiet_NaN();
    if (const auto n = double(inputs.size()); n > 1)
      s.standardError = std::sqrt(std::max(0.0, totalSquares - total * total / n) / (n - 1) / n);
    metric.add(weight, (squares / double(samples)).sqrt().to(at::kFloat));
    out.push_back(s);
  }
  const auto sums = metric.sums();
  const auto outliers = metric.above(kOutlierFactor * metric.mean());
  for (size_t m = 0; m < out.size(); ++m) {
    out[m].sum = sums[m];
    out[m].outliers = double(outliers[m]);
    out[m].median = metric.median();
  }
  const auto exponent = [&](int64_t m) {
    control.throwIfCancelled();
    if (processes.owns(m)) out[size_t(m)].alpha = hillExponent(weights.onHost(matrices[size_t(m)].name));
  };
  // Each takes three times its matrix.
  if (memoryLimit() > 0)
    for (int64_t m = 0; m < int64_t(out.size()); ++m) exponent(m);
  else
    parallelFor(int64_t(out.size()), exponent);
  if (!processes.several()) return out;
  PackedValues mine;
  for (const auto& s : out) mine.put(s.alpha);
  const auto gathered = processes.gather(mine.bytes());
  std::vector<PackedReader> readers(gathered.begin(), gathered.end());
  for (size_t m = 0; m < out.size(); ++m)
    for (size_t r = 0; r < readers.size(); ++r)
      if (const auto alpha = readers[r].take<double>(); int(r) == processes.ownerOf(int64_t(m)))
        out[m].alpha = alpha;
  return out;
}

}  // namespace

double hillExponent(const at::Tensor& weight) {
  const auto w = (weight.size(0) <= weight.size(1) ? weight : weight.t()).to(at::kDouble);
  const auto l = at::linalg_eigvalsh(at::mm(w, w.t())).contiguous();
  const int64_t n = l.size(0), first = n / 2;
  const double* value = l.data_ptr<double>();
  const double least = value[first];
  if (!(least > 0)) return 0;
  double logs = 0;
  for (int64_t i = first; i < n; ++i) logs += std::log(value[i] / least);
  return logs > 0 ? 1 + double(n - first) / logs : 0;
}

void sweepLocalStatistics(const Model& model, const Weights& weights,
                          const std::vector<std::shared_ptr<const Batch>>& batches,
                          const std::function<bool(const Block&)>& wanted,
                          const std::function<bool(const Block&)>& known, const JobControl& control,
                          const BlockSeen& onBlock) {
  c10::NoGradGuard noGrad;
  const auto has = [&](const Block& b) {
    return !b.description().matrices.empty() && wanted(b) && !known(b);
  };
  size_t end = model.blocks().size();
  while (end > 0 && !has(*model.blocks()[end - 1])) --end;
  auto& processes = processesOf(control);
  processes.shareWorkers(threadCount());
  States states = beginAll(batches, weights, [&](int64_t batch) { return processes.owns(batch); });
  ProgressMeter meter(control, "Local statistics", int64_t(end));
  for (size_t i = 0; i < end; ++i) {
    const Block& block = *model.blocks()[i];
    std::vector<std::string> names;
    if (has(block))
      for (const auto& m : block.description().matrices) names.push_back(m.name);
    auto inputs = watch(block, weights, names, states, control);
    if (processes.several() && !names.empty()) shareSeen(processes, block.description().matrices, inputs);
    if (!names.empty()) onBlock(block, statisticsOf(block, weights, inputs, control));
    meter.advance(1, block.name());
  }
}

}  // namespace espalier
