#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>

#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// A tensor that is trained, in the host's memory.
struct TrainedTensor {
  at::Tensor value;         // float32, contiguous, of its own
  at::Tensor mask;          // bool: which numbers may change; undefined: all
  double scale = 1;         // size of its numbers, which the learning rate goes by
  int64_t numbers() const;  // that may change
};
using TrainedTensors = std::map<std::string, TrainedTensor>;

// What of a block is trained: its matrices, where they are not zero, its biases and the weights of its norms
// (all of its one-dimensional tensors). Tables are left alone. A matrix's scale is the root mean square of
// its weights that are not zero, that of the others the least of these.
TrainedTensors trainedTensorsOf(const Model& model, const Block& block, const Weights& weights);

int64_t numbersOf(const TrainedTensors& tensors);

// As an export stores it and reads it again: rounded to the dtype of the checkpoint, if there is one.
at::Tensor asStored(const Weights& weights, const std::string& name, const at::Tensor& value);

}  // namespace espalier
