#pragma once

#include <ATen/ATen.h>

#include <vector>

namespace espalier {

// What is added to attention scores where a position must not be seen, as the reference implementations do.
constexpr float kMasked = -3.4028234663852886e38f;

// softmax(c(scale * q k^T) + bias) v over heads, c(x) = cap tanh(x / cap) (Gemma 2), or x where cap is 0. q
// [N, Lq, heads * d], k and v [N', Lk, groups * d] with N and N' equal up to forks; with fewer groups than
// heads, several heads share a key and value (grouped-query attention, Ainslie et al. 2023). bias (optional)
// is additive and broadcastable to [rows, heads, Lq, Lk]. Returns [max(N, N'), Lq, heads * d].
at::Tensor attend(at::Tensor q, at::Tensor k, at::Tensor v, int64_t heads, double scale,
                  const at::Tensor& bias, double cap = 0);

// Keeps the weights of every attention that its thread computes while it lives, in the order they are
// computed: [max(N, N'), Lq, Lk], the mean over the heads, each row sums to one. What attend() returns stays
// the same to the bit. One at a time on a thread; attention that records gradients is not seen.
class AttentionWatch {
 public:
  AttentionWatch();
  ~AttentionWatch();
  AttentionWatch(const AttentionWatch&) = delete;
  AttentionWatch& operator=(const AttentionWatch&) = delete;

  const std::vector<at::Tensor>& seen() const { return m_seen; }
  void forget() { m_seen.clear(); }

 private:
  friend at::Tensor attend(at::Tensor, at::Tensor, at::Tensor, int64_t, double, const at::Tensor&, double);
  std::vector<at::Tensor> m_seen;
};

// The usual scale: 1 / sqrt(d), for q [N, L, heads * d].
double attentionScale(const at::Tensor& q, int64_t heads);

// [R, L] of ones (seen) and zeros -> additive [R, 1, 1, L]; undefined for an undefined mask.
at::Tensor maskBias(const at::Tensor& mask);

// Additive [1, 1, length, past + length]: position i sees 0 ... past + i, and of those only the last `window`
// where that is not 0.
at::Tensor causalBias(int64_t length, int64_t past, at::Device device, int64_t window = 0);

// Sum of two additive biases, either undefined; never below kMasked, so that two masks do not overflow.
at::Tensor addBias(const at::Tensor& a, const at::Tensor& b);

}  // namespace espalier
