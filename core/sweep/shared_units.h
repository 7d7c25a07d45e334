#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/processes.h"

namespace espalier {

// The work of `count` units that several processes share. Each process does its own units, on its workers:
// `work` gives what is to be known of a unit, as bytes (core/base/packed_values.h). Then every process takes
// what is known of every unit, in the order of the units. They tell each other every few units of a worker,
// so that little is held back.
void shareUnits(Processes& processes, int64_t count, const std::function<std::string(int64_t unit)>& work,
                const std::function<void(int64_t unit, const std::string& bytes)>& take);

}  // namespace espalier
