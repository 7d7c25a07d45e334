#pragma once

#include "core/allocate/allocator.h"

namespace espalier {

// "local": ECoFLaP's share with local instead of global importance, the negative control of its paper (Sung
// et al., ICLR 2024, arXiv 2310.02998): the group's score is that of Wanda summed over its weights,
//     s_g = sum_ij |W_ij| ||X_j||_2,
// and the budget is shared as in allocateByScore: keep_g = n_g (1 - cap) and of the rest a share in
// proportion to s_g. The paper finds its plans worse than uniform ones.
Allocator localScoreAllocator();

}  // namespace espalier
