#pragma once

#include <memory>
#include <vector>

#include "core/model/state.h"

namespace espalier {

// The states between the blocks of a model, of each batch, for a sweep that goes back through them: last in,
// first out. Under a memory ceiling (core/base/memory.h) hidden states that together would take more than an
// eighth of it go to a file without a name in the folder for temporary files, and come back to the device
// they were on. What blocks share (masks, contexts) stays where it is. push() and pop() of different batches
// may be called at once. Throws Error where the file cannot be written.
class StateStore {
 public:
  explicit StateStore(size_t batches);
  ~StateStore();
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  void push(size_t batch, const State& state);
  State pop(size_t batch);        // of a batch that has one
  int64_t bytesInMemory() const;  // of the hidden states that are not in the file

 private:
  class Spill;
  struct Kept {
    State state;          // without its hidden state where that is in the file
    int64_t offset = -1;  // in the file; -1: it is in memory
    at::Tensor like;      // without elements: dtype and device
    std::vector<int64_t> shape;
  };

  std::vector<std::vector<Kept>> m_batches;
  std::unique_ptr<Spill> m_spill;
};

}  // namespace espalier
