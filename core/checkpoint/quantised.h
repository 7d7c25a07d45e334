#pragma once

#include <string>

#include "core/checkpoint/checkpoint.h"

namespace espalier {

// By what a checkpoint's weights are quantised, and where that stands: `GPTQ (quantize_config.json)`. Empty:
// by nothing that is known. Looks at config.json's "quantization_config", the files that quantisers leave
// beside it, and the names of the tensors.
std::string quantisationOf(const Checkpoint& checkpoint);
// The same of a configuration alone.
std::string quantisationOf(const nlohmann::json& config);

// Throws Error naming `where` and the method, with what to do, unless there is no method.
void requireNotQuantised(const std::string& method, const std::string& where);

}  // namespace espalier
