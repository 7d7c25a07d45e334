#pragma once

#include <ATen/ATen.h>

#include "core/explain/layer_changes.h"

namespace espalier {

// Of dense activations x and pruned ones y, both [positions, width]; the name is left empty.
LayerChange changeBetween(const at::Tensor& x, const at::Tensor& y);

}  // namespace espalier
