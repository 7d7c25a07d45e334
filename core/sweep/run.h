#pragma once

#include <memory>

#include "core/model/model.h"

namespace espalier {

// Runs blocks first ... last - 1 on a state, all on the calling thread.
void runBlocks(const Model& model, const Pass& pass, State& state, size_t first, size_t last);

// A whole forward pass: every block, from inputs to logits (and loss, where the batch has labels).
State runModel(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs);

// Greedy generation with key-value cache: up to maxNewTokens ids after the start token for each row; a row that has
// produced the end token is filled with the pad token. The state must stand before the decoder (blocks 0 ...
// decoderStart() - 1 have run). stepLogits, if given, receives [rows, steps, classes].
at::Tensor generateGreedy(const Model& model, const Pass& pass, State state, int64_t rows, int64_t maxNewTokens,
                          at::Tensor* stepLogits = nullptr);

}  // namespace espalier
