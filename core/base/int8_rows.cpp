#include "core/base/int8_rows.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/parallel.h"

namespace espalier {

namespace {

float roundedTo(float value, float scale) {
  return std::clamp(std::nearbyint(value / scale), -127.0f, 127.0f);
}

double squaredError(std::span<const float> row, float scale) {
  double sum = 0;
  for (const float value : row) {
    const double error = double(value) - double(roundedTo(value, scale) * scale);
    sum += error * error;
  }
  return sum;
}

float scaleOf(std::span<const float> row, Int8Scale how) {
  constexpr int kSteps = 32;
  float most = 0;
  for (const float value : row) most = std::max(most, std::abs(value));
  const float widest = most / 127;
  if (how == Int8Scale::Absmax || widest == 0) return widest;
  float best = widest;
  double least = squaredError(row, widest);
  for (int step = 1; step < kSteps; ++step) {
    const float scale = widest * (1 - float(step) / (2 * kSteps));
    if (scale == 0) break;  // below the smallest number
    if (const double error = squaredError(row, scale); error < least) least = error, best = scale;
  }
  return best;
}

}  // namespace

Int8Scale int8ScaleNamed(const std::string& name, const std::string& flag) {
  if (name == "absmax") return Int8Scale::Absmax;
  if (name == "mse") return Int8Scale::Mse;
  throw Error(ErrorKind::InvalidInput, flag + " is \"" + name + "\"; absmax or mse was expected.");
}

Int8Rows toInt8(std::span<const float> values, int64_t rows, Int8Scale how) {
  Int8Rows out{std::vector<int8_t>(values.size()), std::vector<float>(size_t(rows))};
  const size_t columns = rows > 0 ? values.size() / size_t(rows) : 0;
  parallelFor(rows, [&](int64_t r) {
    const auto row = values.subspan(size_t(r) * columns, columns);
    const float scale = scaleOf(row, how);
    out.scales[size_t(r)] = scale;
    if (scale == 0) return;
    for (size_t c = 0; c < columns; ++c)
      out.numbers[size_t(r) * columns + c] = int8_t(roundedTo(row[c], scale));
  });
  return out;
}

void fromInt8(std::span<const int8_t> numbers, std::span<const float> scales, std::span<float> values) {
  const size_t columns = scales.empty() ? 0 : numbers.size() / scales.size();
  parallelFor(int64_t(scales.size()), [&](int64_t r) {
    for (size_t i = size_t(r) * columns; i < size_t(r + 1) * columns; ++i)
      values[i] = float(numbers[i]) * scales[size_t(r)];
  });
}

}  // namespace espalier
