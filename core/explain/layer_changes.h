#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/engine/engine.h"

namespace espalier {

// How far what leaves a block is from what leaves it in the dense model, over the positions of some pairs.
struct LayerChange {
  std::string block;
  double cosine = 1;         // mean over positions, -1 ... 1
  double relativeError = 0;  // ||Y - X|| / ||X||, Frobenius
  double cka = 1;            // linear centred kernel alignment (Kornblith et al. 2019), 0 ... 1
};

// Of each block with matrices, in model order: the same pairs run through both models, so that a change is
// that of the block and of all before it. pairs: the first `samples` of them that can be read. Blocks whose
// output is no sequence of vectors are left out.
std::vector<LayerChange> layerChanges(const OpenModel& dense, const OpenModel& pruned, const Dataset& pairs,
                                      int64_t samples, const JobControl& control);

}  // namespace espalier
