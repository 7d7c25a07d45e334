#include "core/data/dataset.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "core/base/random.h"

namespace espalier {

Dataset drawSamples(const Dataset& dataset, int64_t count, uint64_t seed) {
  Dataset out = dataset;
  CounterRandom random(seed, streamOf("draw samples"));
  const auto n = int64_t(out.samples.size());
  const auto wanted = std::min(count, n);
  for (int64_t i = 0; i < wanted; ++i)
    std::swap(out.samples[size_t(i)], out.samples[size_t(i + random.below(n - i))]);
  out.samples.resize(size_t(wanted));
  return out;
}

int64_t pictureCount(const Dataset& dataset) {
  std::set<std::filesystem::path> pictures;
  for (const auto& s : dataset.samples)
    if (!s.image.empty()) pictures.insert(s.image);
  return int64_t(pictures.size());
}

Dataset drawPictures(const Dataset& dataset, int64_t count, uint64_t seed) {
  std::map<std::filesystem::path, int64_t> known;
  std::vector<int64_t> pictureOf;
  int64_t pictures = 0;
  for (const auto& s : dataset.samples) {
    if (s.image.empty()) {
      pictureOf.push_back(pictures++);
      continue;
    }
    const auto [it, isNew] = known.emplace(s.image, pictures);
    pictures += isNew;
    pictureOf.push_back(it->second);
  }
  std::vector<int64_t> order(static_cast<size_t>(pictures));
  std::iota(order.begin(), order.end(), int64_t(0));
  CounterRandom random(seed, streamOf("draw pictures"));
  const auto wanted = std::min(count, pictures);
  std::vector<bool> drawn(order.size());
  for (int64_t i = 0; i < wanted; ++i) {
    std::swap(order[size_t(i)], order[size_t(i + random.below(pictures - i))]);
    drawn[size_t(order[size_t(i)])] = true;
  }
  Dataset out = dataset;
  out.samples.clear();
  for (size_t i = 0; i < dataset.samples.size(); ++i)
    if (drawn[size_t(pictureOf[i])]) out.samples.push_back(dataset.samples[i]);
  return out;
}

}  // namespace espalier
