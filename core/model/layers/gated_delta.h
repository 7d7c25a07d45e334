#pragma once

#include <ATen/ATen.h>

namespace espalier {

// The gated delta rule (Yang et al., ICLR 2025): a memory S [keys, values] for each head that fades and is
// corrected towards each position's value,
//   S <- exp(decay_t) S,   S <- S + beta_t k_t (v_t - k_t^T S),   out_t = S^T q_t / sqrt(width of a key),
// with keys and queries of length one. query and key [N, L, heads, dk], value [N, L, heads, dv], decay (at
// most 0) and beta [N, L, heads] -> [N, L, heads, dv]. memory [N, heads, dk, dv]: before the first position
// (undefined: empty), and afterwards behind the last. Positions are taken in chunks, so that most of the work
// is matrix products.
at::Tensor gatedDelta(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                      const at::Tensor& decay, const at::Tensor& beta, at::Tensor& memory);

// Each channel's own convolution over the positions before: x [N, L, channels], weight [channels, 1, kernel]
// -> [N, L, channels]. before [N, kernel - 1, channels]: what stands before x (undefined: zeros), and
// afterwards before what follows x.
at::Tensor causalConvolution(const at::Tensor& x, const at::Tensor& weight, at::Tensor& before);

}  // namespace espalier
