#include "core/evaluate/evaluation.h"

#include <algorithm>
#include <cmath>

namespace espalier {

Evaluation::Tally Evaluation::overall() const {
  Tally t;
  for (const auto& p : pairs) ++t.total, t.right += p.right, t.loss += p.loss;
  if (t.total) t.loss /= double(t.total);
  return t;
}

std::vector<Evaluation::Tally> Evaluation::byKind(const Dataset& dataset) const {
  std::vector<Tally> out;
  for (const auto& p : pairs) {
    // A caption's kind says nothing about the class of its picture.
    const auto kind = onlyAgreement ? std::string() : dataset.samples.at(size_t(p.sample)).kind;
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
  const double centre = (p + z2 / 2) / (1 + z2),
               half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace espalier
