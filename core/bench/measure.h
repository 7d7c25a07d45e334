#pragma once

#include <filesystem>

#include "core/base/progress.h"
#include "core/document/measurement.h"

namespace espalier {

// What a model takes on this machine: bytes, time to open it, memory, and how fast it runs.
struct MeasureOptions {
  int64_t repeats = 5;
  int64_t tokens = 64;  // generated in each repeat, whether or not the text would end before
  // A sample of it is what the model is given; without one, a grey picture and a short text.
  std::filesystem::path data = {};
  // Vectors rounded to bfloat16 as well, where a matrix is stored in it and a product has one to four rows.
  bool inBfloat16 = false;
};

Measurement measureModel(const std::filesystem::path& folder, const MeasureOptions& options,
                         const JobControl& control);

}  // namespace espalier
