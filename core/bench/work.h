#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/bench/shapes.h"
#include "core/model/batch.h"
#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// Random inputs of a shape with labels: `count` batches of `rows` samples each.
std::vector<std::shared_ptr<const Batch>> randomBatches(const BenchShape& shape, int64_t count, int64_t rows);

// Floating-point operations of the matrix products and convolutions of a forward pass: 2 for each
// multiply-add.
struct PassWork {
  double total = 0;
  std::vector<double> blocks;  // of each block
  // Of each linear layer in a block: its own, and what is left of its block behind it.
  struct Layer {
    size_t block = 0;
    double own = 0, behind = 0;
  };
  std::map<std::string, Layer> layers;  // by the name of their weight
  int64_t positions = 0;                // of the longest stream, over all samples
};
PassWork workOf(const Model& model, const Weights& weights, const Batch& batch);

// The least a zeroth-order sweep can compute for a batch: the clean pass; for each matrix one product more,
// and two forks of what comes behind it.
double leastZerothOrderWork(const PassWork& pass, const Model& model,
                            const std::vector<std::string>& matrices);
// The same of forward mode, with one stream in place of two forks.
double leastForwardModeWork(const PassWork& pass, const Model& model,
                            const std::vector<std::string>& matrices);

}  // namespace espalier
