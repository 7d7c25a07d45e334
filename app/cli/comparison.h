#pragma once

#include <string>

#include "core/engine/engine.h"

namespace espalier::cli {

// Accuracy and loss by question kind; with a second evaluation, before and after side by side.
std::string resultTable(const Dataset& data, const Evaluation& before, const Evaluation* after);

}  // namespace espalier::cli
