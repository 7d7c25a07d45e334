#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace espalier {

// A matrix's numbers as whole numbers from -127 to 127, with a scale for each row: number * scale is nearest
// to what was there. Zero stays zero.
struct Int8Rows {
  std::vector<int8_t> numbers;  // [rows, columns]
  std::vector<float> scales;    // [rows]
};

// How the scale of a row is chosen.
enum class Int8Scale {
  Absmax,  // the row's largest magnitude / 127: nothing is cut off
  Mse,     // of scales from that down to half of it in 32 equal steps, that with the least squared error; of
           // equal ones the largest
};
// "absmax" or "mse"; throws Error (InvalidInput) that names the flag for another word.
Int8Scale int8ScaleNamed(const std::string& name, const std::string& flag);

// values: [rows, columns], finite. Numbers are rounded to the nearest, halves to even. Rows run on
// parallelFor's workers.
Int8Rows toInt8(std::span<const float> values, int64_t rows, Int8Scale how);
// number * scale of each, into [rows, columns].
void fromInt8(std::span<const int8_t> numbers, std::span<const float> scales, std::span<float> values);

}  // namespace espalier
