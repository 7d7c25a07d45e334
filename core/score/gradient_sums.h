#pragma once

#include <cstdint>

namespace espalier {

// What is kept of the gradient G of a batch's mean loss by a matrix W.
struct GradientSums {
  double norm = 0;             // ||G||_F
  double absolute = 0;         // sum |G|
  double weighted = 0;         // sum |W| |G|
  double weightedSquared = 0;  // sum W^2 G^2
};

// In one pass over both, accumulated in float64; the same bits on every processor.
GradientSums gradientSums(const float* weight, const float* gradient, int64_t count);

}  // namespace espalier
