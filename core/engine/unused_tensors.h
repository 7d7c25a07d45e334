#pragma once

#include <string>
#include <vector>

#include "core/model/model.h"

namespace espalier {

// Tensors of the checkpoint that the model does not read, in file order. Left out are what the reference
// makes anew whatever is stored (position numbers, rotary frequencies, causal masks), and second copies of
// weights that the model reads under another name.
std::vector<std::string> unusedTensors(const Checkpoint& checkpoint, const Model& model);

// What a person should know of them, of an adapter in the folder and of settings that nothing here reads, a
// sentence each: how many, which, and what that means.
std::vector<std::string> warningsAbout(const Checkpoint& checkpoint, const Model& model,
                                       const std::vector<std::string>& unused);

}  // namespace espalier
