#include "core/prune/unit_masks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/base/parallel.h"

namespace espalier {

namespace {

// All parts of a unit that lie in a matrix.
std::vector<UnitPart> partsIn(const BlockUnits& units, const std::string& matrix) {
  std::vector<UnitPart> out;
  for (const auto& part : units.in)
    if (part.tensor == matrix) out.push_back(part);
  if (units.out.tensor == matrix) out.push_back(units.out);
  return out;
}

double sumOf(const at::Tensor& scores, const UnitPart& part, int64_t unit) {
  const int64_t rows = scores.size(0), columns = scores.size(1);
  const int64_t begin = part.offset + unit * part.size, end = begin + part.size;
  const float* values = scores.data_ptr<float>();
  double sum = 0;
  for (int64_t r = part.dim == 0 ? begin : 0; r < (part.dim == 0 ? end : rows); ++r)
    for (int64_t c = part.dim == 1 ? begin : 0; c < (part.dim == 1 ? end : columns); ++c)
      sum += double(values[r * columns + c]);
  return sum;
}

}  // namespace

std::vector<int64_t> unitsToGo(const std::vector<BlockUnits>& units, const BlockDescription& block,
                               const std::map<std::string, double>& sparsities) {
  for (const auto& [name, sparsity] : sparsities)
    if (std::none_of(units.begin(), units.end(), [&](const auto& u) { return !partsIn(u, name).empty(); }))
      throw Error(
          ErrorKind::InvalidInput,
          "The matrix \"" + name +
              "\" belongs to no attention heads or neurons that Espalier knows; choose another pattern "
              "than units, or leave its block out of the plan.");
  std::vector<int64_t> out;
  double left = 0;  // weights that were asked for and have not gone
  for (const auto& u : units) {
    double asked = 0, weights = 0;
    for (const auto& matrix : block.matrices) {
      if (partsIn(u, matrix.name).empty()) continue;
      const auto at = sparsities.find(matrix.name);
      if (at == sparsities.end())
        throw Error(ErrorKind::InvalidInput, "The plan prunes others of the " + nameOf(u.kind) + " of " +
                                                 block.name + " but not \"" + matrix.name +
                                                 "\"; the pattern units prunes them together.");
      asked += at->second * double(matrix.parameters());
      weights += double(matrix.parameters());
    }
    const double each = double(u.weightsOfEach(block));
    const int64_t most = asked == weights || asked == 0 ? u.count : u.count - 1;
    const int64_t gone = std::clamp<int64_t>(std::llround((asked + left) / each), 0, most);
    left += asked - double(gone) * each;
    out.push_back(gone);
  }
  return out;
}

void addImportance(const BlockUnits& units, const std::string& matrix, const at::Tensor& scores,
                   std::vector<double>& importance) {
  const auto held = scores.contiguous();
  importance.resize(size_t(units.count));
  for (const auto& part : partsIn(units, matrix)) {
    std::vector<double> sums(importance.size());
    parallelFor(units.count, [&](int64_t u) { sums[size_t(u)] = sumOf(held, part, u); });
    const double all = std::accumulate(sums.begin(), sums.end(), 0.0);
    if (!(all > 0)) continue;
    for (size_t u = 0; u < sums.size(); ++u) importance[u] += sums[u] / all;
  }
}

std::vector<bool> leastUnits(const std::vector<double>& importance, int64_t gone) {
  std::vector<size_t> order(importance.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return importance[a] < importance[b]; });
  std::vector<bool> out(importance.size());
  for (int64_t i = 0; i < gone; ++i) out[order[size_t(i)]] = true;
  return out;
}

at::Tensor unitMask(const BlockUnits& units, const PrunableMatrix& matrix, const std::vector<bool>& goes) {
  auto mask = at::zeros({matrix.rows, matrix.columns}, at::kBool);
  for (const auto& part : partsIn(units, matrix.name))
    for (int64_t u = 0; u < units.count; ++u)
      if (goes[size_t(u)]) mask.narrow(part.dim, part.offset + u * part.size, part.size).fill_(true);
  return mask;
}

}  // namespace espalier
