#include "core/evaluate/pair_run.h"

namespace espalier {

PairRun::Batches PairRun::batchesOf(const Dataset& some, const std::string& name) const {
  if (kept && kept->list(name).states.has()) return kept->list(name).states.batches();
  auto made = makeBatches(processor, some, batchSize, control.stop, pictureMemory());
  if (kept) kept->list(name).states.setBatches(made);
  return made;
}

}  // namespace espalier
