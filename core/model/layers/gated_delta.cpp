#include "core/model/layers/gated_delta.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace espalier {

namespace {

constexpr int64_t kChunk = 16;

at::Tensor ofUnitLength(const at::Tensor& x) {
  return x * at::rsqrt(x.square().sum(-1, true) + 1e-6);
}

// [N, L, heads, ...] -> [N, heads, chunks, chunk, ...], filled up with zeros, which leave the memory as it
// is.
at::Tensor inChunks(const at::Tensor& x, int64_t chunk) {
  const int64_t missing = (chunk - x.size(1) % chunk) % chunk;
  auto whole = x.transpose(1, 2);
  if (missing > 0) {
    auto shape = whole.sizes().vec();
    shape[2] = missing;
    whole = at::cat({whole, at::zeros(shape, x.options())}, 2);
  }
  auto shape = whole.sizes().vec();
  shape[2] /= chunk;
  shape.insert(shape.begin() + 3, chunk);
  return whole.reshape(shape);
}

// Solves x_i + sum over j < i of lower_ij x_j = given_i, row by row of a chunk. lower [..., chunk, chunk],
// given [..., chunk, width].
at::Tensor solvedLower(const at::Tensor& lower, const at::Tensor& given) {
  auto solved = given.slice(-2, 0, 1);
  for (int64_t i = 1; i < given.size(-2); ++i) {
    const auto row = lower.narrow(-2, i, 1).narrow(-1, 0, i);
    solved = at::cat({solved, given.narrow(-2, i, 1) - at::matmul(row, solved)}, -2);
  }
  return solved;
}

}  // namespace

at::Tensor gatedDelta(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                      const at::Tensor& decay, const at::Tensor& beta, at::Tensor& memory) {
  const int64_t length = query.size(1), chunk = std::min(kChunk, length);
  const int64_t keyWidth = key.size(3), valueWidth = value.size(3);
  const auto exact = [chunk](const at::Tensor& x) { return inChunks(x.to(at::kDouble), chunk); };
  const auto q = ofUnitLength(exact(query)) * std::pow(double(keyWidth), -0.5);
  const auto k = ofUnitLength(exact(key));
  const auto b = exact(beta).unsqueeze(-1);
  const auto v = exact(value) * b;
  const auto faded = exact(decay).cumsum(-1);  // since the chunk's beginning, [.., chunk]
  const auto between = (faded.unsqueeze(-1) - faded.unsqueeze(-2)).tril().exp().tril();
  const auto weighted = k * b;
  const auto lower = (at::matmul(weighted, k.transpose(-1, -2)) * between).tril(-1);
  // What each position writes is its value less what the memory before the chunk, and what the positions
  // before it in the chunk write, say at its key.
  const auto solved = solvedLower(lower, at::cat({v, weighted * faded.exp().unsqueeze(-1)}, -1));
  const auto values = solved.narrow(-1, 0, valueWidth), keys = solved.narrow(-1, valueWidth, keyWidth);
  const auto seen = at::matmul(q, k.transpose(-1, -2)) * between;
  const auto fadedQueries = q * faded.exp().unsqueeze(-1);
  const auto last = faded.narrow(-1, chunk - 1, 1);
  const auto keptKeys = (k * (last - faded).exp().unsqueeze(-1)).transpose(-1, -2);
  const auto kept = last.exp().unsqueeze(-1);
  if (!memory.defined())
    memory = at::zeros({query.size(0), query.size(2), keyWidth, valueWidth}, q.options());
  std::vector<at::Tensor> out;
  for (int64_t c = 0; c < q.size(2); ++c) {
    const auto written = values.select(2, c) - at::matmul(keys.select(2, c), memory);
    out.push_back(at::matmul(fadedQueries.select(2, c), memory) + at::matmul(seen.select(2, c), written));
    memory = memory * kept.select(2, c) + at::matmul(keptKeys.select(2, c), written);
  }
  return at::cat(out, 2).narrow(2, 0, length).transpose(1, 2).to(query.scalar_type());
}

at::Tensor causalConvolution(const at::Tensor& x, const at::Tensor& weight, at::Tensor& before) {
  const int64_t kernel = weight.size(2), length = x.size(1);
  if (!before.defined()) before = at::zeros({x.size(0), kernel - 1, x.size(2)}, x.options());
  const auto all = at::cat({before, x}, 1);
  at::Tensor sum;
  for (int64_t i = 0; i < kernel; ++i) {
    const auto term = all.narrow(1, i, length) * weight.select(1, 0).select(1, i);
    sum = sum.defined() ? sum + term : term;
  }
  before = all.narrow(1, length, kernel - 1);
  return sum;
}

}  // namespace espalier
