#include "core/allocate/curve.h"

#include <algorithm>

namespace espalier {

double Curve::at(double s) const {
  if (sparsity.empty()) return 0;
  const auto it = std::lower_bound(sparsity.begin(), sparsity.end(), s);
  if (it == sparsity.begin()) return value.front();
  if (it == sparsity.end()) return value.back();
  const size_t i = size_t(it - sparsity.begin());
  const double part = (s - sparsity[i - 1]) / (sparsity[i] - sparsity[i - 1]);
  return value[i - 1] + part * (value[i] - value[i - 1]);
}

}  // namespace espalier
