#include "core/evaluate/paired_difference.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/evaluate/chance.h"

namespace espalier {

namespace {

// Means of as many of the differences, drawn with replacement, sorted. Each draw has a stream of its own, so
// that the workers change nothing.
std::vector<double> resampledMeans(const std::vector<double>& differences, int64_t resamples) {
  std::vector<double> means(static_cast<size_t>(resamples));
  const auto count = int64_t(differences.size());
  constexpr int64_t kEach = 64;
  parallelFor((resamples + kEach - 1) / kEach, [&](int64_t part) {
    for (int64_t i = part * kEach; i < std::min(resamples, (part + 1) * kEach); ++i) {
      CounterRandom random(0, streamOf("paired bootstrap", uint64_t(i)));
      double sum = 0;
      for (int64_t k = 0; k < count; ++k) sum += differences[size_t(random.below(count))];
      means[size_t(i)] = sum / double(count);
    }
  });
  std::sort(means.begin(), means.end());
  return means;
}

}  // namespace

bool PairedDifference::answersDiffer() const {
  return answersChance < kChance;
}

bool PairedDifference::lossesDiffer() const {
  return lossChance < kChance;
}

PairVerdicts verdictsOf(const Evaluation& evaluation) {
  PairVerdicts out;
  for (const auto& p : evaluation.pairs) {
    out.right.push_back(p.right);
    out.loss.push_back(p.loss);
  }
  return out;
}

PairedDifference pairedDifference(const PairVerdicts& a, const PairVerdicts& b, int64_t resamples) {
  if (a.right.size() != b.right.size())
    throw Error(ErrorKind::InvalidInput, "Two results are compared pair by pair, but one is of " +
                                             std::to_string(a.right.size()) + " pairs and the other of " +
                                             std::to_string(b.right.size()) + ".");
  PairedDifference d;
  d.pairs = int64_t(a.right.size());
  for (size_t i = 0; i < a.right.size(); ++i) {
    d.rightFirst += a.right[i];
    d.rightSecond += b.right[i];
    d.onlyFirst += a.right[i] && !b.right[i];
    d.onlySecond += b.right[i] && !a.right[i];
  }
  d.answersChance = chanceOfDifference(d.onlyFirst, d.onlySecond);
  std::vector<double> differences;
  for (size_t i = 0; i < std::min(a.loss.size(), b.loss.size()); ++i) {
    if (!std::isfinite(a.loss[i]) || !std::isfinite(b.loss[i])) continue;
    differences.push_back(a.loss[i] - b.loss[i]);
    d.lossFirst += a.loss[i];
    d.lossSecond += b.loss[i];
  }
  if (differences.empty()) return d;
  d.lossFirst /= double(differences.size());
  d.lossSecond /= double(differences.size());
  if (std::all_of(differences.begin(), differences.end(), [](double x) { return x == 0; })) return d;
  const auto means = resampledMeans(differences, resamples);
  const auto at = [&](double share) {
    return means[size_t(std::clamp(std::floor(share * double(resamples)), 0.0, double(resamples - 1)))];
  };
  d.lossLow = at(0.025);
  d.lossHigh = at(0.975);
  const auto below = std::lower_bound(means.begin(), means.end(), 0.0) - means.begin();
  const auto above = means.end() - std::upper_bound(means.begin(), means.end(), 0.0);
  const int64_t equal = resamples - below - above;
  const double other = double(std::min<int64_t>(below, above) + equal);
  d.lossChance = std::min(1.0, 2 * (other + 1) / double(resamples + 1));
  return d;
}

}  // namespace espalier
