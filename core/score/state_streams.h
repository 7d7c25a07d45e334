#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>

#include "core/model/state.h"

namespace espalier {

// The streams of a state that gradients flow through, by name. Masks and position biases are constants here:
// they are made of tables that are not pruned.
std::map<std::string, at::Tensor> streamsOf(const State& state);
void setStream(State& state, const std::string& name, const at::Tensor& t);

}  // namespace espalier
