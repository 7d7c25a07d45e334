#pragma once

#include <CLI/CLI.hpp>

#include "core/data/dataset.h"

namespace espalier::cli {

// --format, --split, --columns and --pictures, for data that hold more than one thing. prefix: "test-" makes
// --test-split of it, for a command that takes two; flag: the one that names those data, for their help.
void addDataFlags(CLI::App& command, DataOptions& options, const std::string& prefix = {},
                  const std::string& flag = {});

// Tells on standard error how many entries were skipped, and why the first of them.
void tellProblems(const Dataset& dataset);
// The same of pictures that turned out to be damaged.
void tellDamaged(const std::vector<Dataset::Problem>& problems);

}  // namespace espalier::cli
