#pragma once

#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"
#include "core/data/dataset.h"

namespace espalier {

// What tells whether a model folder or data are still the same: names, sizes and times of the files, and a
// hash of the configuration or of the samples. For journals.
nlohmann::json fingerprintOf(const Checkpoint& checkpoint);
nlohmann::json fingerprintOf(const Dataset& dataset);

}  // namespace espalier
