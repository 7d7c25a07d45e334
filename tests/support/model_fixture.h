#pragma once

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>

#include "core/checkpoint/tensor.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "tests/support/fixtures.h"

namespace espalier::test {

// A small reference model, opened.
struct ModelFixture {
  std::shared_ptr<const Checkpoint> checkpoint;
  std::shared_ptr<const Model> model;
  Weights weights;

  explicit ModelFixture(const std::filesystem::path& folder)
      : checkpoint(Checkpoint::open(folder)),
        model(Model::fromCheckpoint(*checkpoint)),
        weights(checkpoint, *model) {}
};

// The tensors whose names begin with a prefix, without it, as one batch.
inline std::shared_ptr<Batch> batchUnder(const std::map<std::string, at::Tensor>& tensors,
                                         const std::string& prefix) {
  auto batch = std::make_shared<Batch>();
  for (auto it = tensors.lower_bound(prefix); it != tensors.end() && it->first.starts_with(prefix); ++it)
    batch->tensors[it->first.substr(prefix.size())] = it->second;
  return batch;
}

}  // namespace espalier::test
