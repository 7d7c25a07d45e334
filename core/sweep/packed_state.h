#pragma once

#include "core/base/packed_values.h"
#include "core/base/processes.h"
#include "core/model/state.h"
#include "core/sweep/traversal.h"

namespace espalier {

// Tensors and states from one process to another, to the same bits and strides: what is computed from them
// has the same bits, too.
void putTensor(PackedValues& out, const at::Tensor& t);  // undefined ones, too
at::Tensor takeTensor(PackedReader& in);                 // in the host's memory

// A state without what it is decoding. The inputs do not go along: the receiver has the batch itself.
std::string packState(const State& state);
State unpackState(const std::string& bytes, std::shared_ptr<const Batch> inputs, at::Device device);

// All states from one process to another, one by one, batches[i] being the inputs of states[i]; what is sent
// is let go of. Called by both, and nothing where they are the same.
void moveStates(Processes& processes, int from, int to, States& states,
                const std::vector<std::shared_ptr<const Batch>>& batches, at::Device device);

}  // namespace espalier
