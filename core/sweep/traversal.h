#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/progress.h"
#include "core/base/tensor_memory.h"
#include "core/model/model.h"

namespace espalier {

// The states of a list of batches, which go through a model together, block by block: each block's weights
// are read once for all of them. A state without inputs stands for a batch that another process works on.
using States = std::vector<State>;

// A piece of a sweep's work, by what it is about. What it gives depends on nothing else: not on the process
// or worker that does it, nor on when.
struct WorkUnit {
  const Block& block;
  int64_t batch = 0;
  int64_t draw = 0;
};

// Their states before the first block. here: which of them this process works on; empty: all.
States beginAll(const std::vector<std::shared_ptr<const Batch>>& batches, const Weights& weights,
                const std::function<bool(int64_t batch)>& here = {});

using UnitWork = std::function<void(const WorkUnit&, State&)>;

// Does the work of a block with the state of each batch that is here, spread over the workers. Stops between
// batches (Cancelled). pages: where the tensors of the work lie (core/base/tensor_memory.h).
void visitBlock(const Block& block, States& states, const JobControl& control, const UnitWork& work,
                std::optional<OwnPages::For> pages = {});

// Batches one behind the other: begin ... end - 1.
struct BatchRange {
  int64_t begin = 0, end = 0;
};

// The same for work that leaves the states where they are. among: for these batches alone.
void visitStates(const Block& block, const States& states, const JobControl& control,
                 const std::function<void(const WorkUnit&, const State&)>& work,
                 std::optional<OwnPages::For> pages = {}, std::optional<BatchRange> among = {});

// The work of those who only pass by: takes the states from before the block to behind it.
void passBlock(const Block& block, States& states, const Weights& weights, const JobControl& control,
               std::optional<OwnPages::For> pages = {});

// Bytes of the streams that states hold.
int64_t heldBytes(const State& state);
int64_t heldBytes(const States& states);

}  // namespace espalier
