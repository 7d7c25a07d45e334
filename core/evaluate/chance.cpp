#include "core/evaluate/chance.h"

#include <algorithm>
#include <cmath>

namespace espalier {

double chanceOfDifference(int64_t onlyFirst, int64_t onlySecond) {
  const int64_t all = onlyFirst + onlySecond, fewer = std::min(onlyFirst, onlySecond);
  // Sum of C(all, i) / 2^all up to the fewer, on both sides.
  double tail = 0;
  for (int64_t i = 0; i <= fewer; ++i)
    tail += std::exp(std::lgamma(double(all + 1)) - std::lgamma(double(i + 1)) -
                     std::lgamma(double(all - i + 1)) - double(all) * std::log(2.0));
  return std::min(1.0, 2 * tail);
}

}  // namespace espalier
