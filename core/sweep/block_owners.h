#pragma once

#include <vector>

#include "core/base/processes.h"
#include "core/model/model.h"

namespace espalier {

// Which process holds which blocks of a model, where each holds the weights of its own alone: neighbours in
// the order in which they run, so that states go from rank to rank. The same at all processes.
class BlockOwners {
 public:
  // Each has about as many of the model's weights. With one process all are its own.
  BlockOwners(const Model& model, const Processes& processes);

  int ownerOf(size_t block) const { return m_owners[block]; }
  bool owns(size_t block) const { return m_owners[block] == m_rank; }

 private:
  std::vector<int> m_owners;
  int m_rank;
};

}  // namespace espalier
