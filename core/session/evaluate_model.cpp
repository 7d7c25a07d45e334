#include <chrono>
#include <cmath>

#include "core/evaluate/answer_match.h"
#include "core/evaluate/evaluator.h"
#include "core/session/open_model.h"

namespace espalier {

namespace {

constexpr int64_t kBatchSize = 16;
constexpr int64_t kMaxNewTokens = 48;

}  // namespace

Evaluation evaluateModel(const OpenModel& m, const Dataset& dataset, const JobControl& control, const PairEvaluated& onPair) {
  const auto start = std::chrono::steady_clock::now();
  const auto batches = makeBatches(*m.processor, dataset, kBatchSize, control.stop);
  Evaluation e;
  e.pairs.resize(dataset.samples.size());
  evaluateBatches(*m.model, m.weights, batches, kMaxNewTokens, control, [&](size_t batch, const std::vector<RowResult>& rows) {
    for (size_t r = 0; r < rows.size(); ++r) {
      const size_t i = batch * size_t(kBatchSize) + r;
      const Sample& sample = dataset.samples[i];
      PairResult& p = e.pairs[i];
      p.sample = int64_t(i);
      p.answer = m.processor->decode(rows[r].generated);
      p.loss = rows[r].loss;
      p.right = sample.kind == "caption" ? sameThings(p.answer, sample.answer) : sameAnswer(p.answer, sample.answer);
      if (onPair) onPair(p);
    }
  });
  e.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return e;
}

Evaluation::Tally Evaluation::overall() const {
  Tally t;
  for (const auto& p : pairs) ++t.total, t.right += p.right, t.loss += p.loss;
  if (t.total) t.loss /= double(t.total);
  return t;
}

std::vector<Evaluation::Tally> Evaluation::byKind(const Dataset& dataset) const {
  std::vector<Tally> out;
  for (const auto& p : pairs) {
    const auto& kind = dataset.samples.at(size_t(p.sample)).kind;
    auto it = std::find_if(out.begin(), out.end(), [&](const Tally& t) { return t.kind == kind; });
    if (it == out.end()) it = out.insert(out.end(), Tally{kind, 0, 0, 0});
    ++it->total, it->right += p.right, it->loss += p.loss;
  }
  for (auto& t : out) t.loss /= double(t.total);
  return out;
}

Interval wilsonInterval(int64_t right, int64_t total) {
  if (total == 0) return {};
  constexpr double z = 1.959963984540054;
  const double n = double(total), p = double(right) / n, z2 = z * z / n;
  const double centre = (p + z2 / 2) / (1 + z2), half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace espalier
