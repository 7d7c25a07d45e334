#pragma once

namespace espalier {

// Gives LibTorch memory for large tensors on large pages where the system has them. A matrix of 180 MB lies on
// 45,000 pages of 4 KiB, and the first touch of each costs more than what is computed with it. Smaller tensors
// stay with the C library, which gives them the memory of the last ones again. Once, before the first tensor.
void useLargePages();

}  // namespace espalier
