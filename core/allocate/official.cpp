#include "core/allocate/official.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace espalier {

namespace {

constexpr size_t kLanes = 8;    // float32 numbers in one vector register
constexpr size_t kStreams = 4;  // registers summed side by side

// A float32 sum in the order in which the tensor library adds a short contiguous row (its rows of more than
// 512 numbers are summed in further levels): four streams of eight lanes each, then what is left over, then
// the lanes; of one lane each where there are fewer than eight numbers. Above 2^24 the order decides the
// rounding.
template <size_t Lanes>
float sumInLanes(const std::vector<float>& values) {
  const size_t vectors = values.size() / Lanes, rounds = vectors / kStreams;
  std::array<std::array<float, Lanes>, kStreams> partial{};
  const auto add = [&](size_t stream, size_t vector) {
    for (size_t l = 0; l < Lanes; ++l) partial[stream][l] += values[vector * Lanes + l];
  };
  for (size_t v = 0; v < rounds * kStreams; ++v) add(v % kStreams, v);
  for (size_t v = rounds * kStreams; v < vectors; ++v) add(0, v);
  for (size_t s = 1; s < kStreams; ++s)
    for (size_t l = 0; l < Lanes; ++l) partial[0][l] += partial[s][l];
  float out = 0;
  for (size_t i = vectors * Lanes; i < values.size(); ++i) out += values[i];
  for (float lane : partial[0]) out += lane;
  return out;
}

float sum(const std::vector<float>& values) {
  return values.size() < kLanes ? sumInLanes<1>(values) : sumInLanes<kLanes>(values);
}

struct Case {
  std::vector<float> parameters;
  std::vector<float> scores;
  float floorRatio;  // 1 - cap
};

// Takes (or, as released, adds) the surplus from the groups that keep most. False if nothing could be moved.
bool settleSurplus(const Case& c, std::vector<float>& kept, float surplus, bool subtracts) {
  while (surplus > 0) {
    std::vector<size_t> order(kept.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return kept[a] > kept[b]; });
    const float before = surplus;
    for (size_t i : order) {
      const float movable = kept[i] - float(int64_t(c.parameters[i] * c.floorRatio));
      const float moved = movable < surplus ? movable : surplus;
      kept[i] += subtracts ? -moved : moved;
      surplus -= moved;
      if (surplus == 0) break;
    }
    if (!(surplus < before)) return false;
  }
  return true;
}

}  // namespace

int64_t officialTotalToKeep(int64_t totalParameters, double target) {
  return int64_t(double(totalParameters) * (1 - target));
}

std::vector<double> officialSparsities(const std::vector<BudgetGroup>& groups, int64_t totalToKeep,
                                       double cap, OfficialVariant variant) {
  Case c{{}, {}, float(1 - cap)};
  std::vector<float> kept;
  int64_t floors = 0;
  for (const auto& g : groups) {
    if (g.pin)
      throw Error(ErrorKind::Unsupported,
                  "Group " + g.name + " is pinned; the released code's allocation knows no pins.");
    c.parameters.push_back(float(g.parameters));
    c.scores.push_back(float(g.score));
    kept.push_back(std::ceil(c.parameters.back() * c.floorRatio));
    floors += int64_t(kept.back());
  }

  // The first sum is one of integers; all later ones are float32.
  const float wanted = float(totalToKeep);
  bool first = true;
  for (int round = 0; first ? floors < totalToKeep : sum(kept) < wanted; ++round) {
    if (round == 10'000)
      throw Error(ErrorKind::Unsupported, "The released code's allocation does not end on these scores.");
    const float scoreSum = sum(c.scores);
    const float rest = first ? float(totalToKeep - floors) : wanted - sum(kept);
    first = false;
    for (size_t i = 0; i < kept.size(); ++i) {
      kept[i] += std::ceil((c.scores[i] / scoreSum) * rest);
      if (kept[i] >= c.parameters[i]) c.scores[i] = 0;
      if (kept[i] > c.parameters[i]) kept[i] = c.parameters[i];
    }
    const float now = sum(kept);
    if (now > wanted && !settleSurplus(c, kept, now - wanted, variant == OfficialVariant::Subtracting))
      throw Error(ErrorKind::Unsupported, "The released code's allocation does not end on these scores.");
  }

  std::vector<double> out;
  for (size_t i = 0; i < kept.size(); ++i) {
    const float sparsity = 1 - kept[i] / c.parameters[i];
    out.push_back(std::isnan(sparsity) ? std::numeric_limits<double>::quiet_NaN()
                                       : double(std::clamp(sparsity, 0.0f, 1.0f)));
  }
  return out;
}

}  // namespace espalier
