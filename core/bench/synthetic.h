#pragma once

#include <filesystem>
#include <string>

#include "core/base/progress.h"
#include "core/bench/shapes.h"

namespace espalier {

// Writes a model folder of a shape with random weights, tensor by tensor into shards of about 2 GB, and a
// tokenizer of single bytes; and beside it data for it: random texts, drawn pictures. The folder gets "model"
// and "data"; it must not exist or be empty. The same bytes each time. Not a model that says anything: for
// measurements of time and memory. zeros: the share of each prunable matrix, of its least weights, that is
// zero, one by one or in the blocks of a pattern (patternNamed()).
void writeSyntheticModel(const BenchShape& shape, const std::filesystem::path& folder,
                         const JobControl& control, double zeros = 0,
                         const std::string& pattern = "unstructured");

}  // namespace espalier
