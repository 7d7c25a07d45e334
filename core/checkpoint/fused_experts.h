#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/checkpoint/safetensors.h"

namespace espalier {

using TensorPart = std::pair<TensorInfo, std::span<const std::byte>>;

// transformers 5 holds the experts of Qwen3-MoE as two tensors of a layer, "...experts.gate_up_proj"
// [experts, 2 inner, width] and "...experts.down_proj" [experts, width, inner]; it writes each expert's
// matrices unless it is told to save what it holds. Such a tensor as what it is made of, in the names of
// published files
// ("...experts.3.up_proj.weight"), which transformers reads as well; any other tensor as it is. The bytes
// stay where they are.
std::vector<TensorPart> expertsApart(TensorInfo info, std::span<const std::byte> bytes);

// The first of the names that a tensor of this name is split into; empty where it would stay as it is.
std::string firstExpertOf(const std::string& name);

}  // namespace espalier
