#pragma once

#include "core/engine/engine.h"

namespace espalier {

// A number of config.json that became smaller.
struct ShrunkNumber {
  std::string kind;     // "heads", "neurons"
  std::string pointer;  // where it stands: "/text_config/intermediate_size"
  int64_t before = 0, after = 0;
  // Of the layers that it counts for: how many units the one with the fewest needs.
  int64_t fewest = 0;
};

struct ShrinkResult {
  int64_t denseBytes = 0;  // of the tensors that were given
  int64_t bytes = 0;       // of those that were written
  double sparsity = 0;     // zeros that are left among the prunable weights
  double seconds = 0;
  std::vector<ShrunkNumber> numbers;
  std::vector<std::string> notes;  // what stays as large as it is, and why; and as ExportResult's
};

// Writes a model folder anew without the heads and neurons that do nothing, because all weights that lead out
// of them are zero, as pruning with the pattern "units" leaves them. What is written is an ordinary dense
// model with smaller numbers in config.json, and computes the same, but for rounding. A number counts for
// all layers that it speaks of: each keeps as many units as the one that needs the most. Throws Error naming
// the folder: nothing in it can be left out, with the reason. The target must not exist or be empty; it
// appears whole or not at all.
ShrinkResult shrinkModel(const std::filesystem::path& folder, const std::filesystem::path& out,
                         const JobControl& control);

}  // namespace espalier
