#include "core/tangent/rows.h"

#include <tuple>

#include "core/tangent/tangents.h"

namespace espalier {

at::Tensor layerNormWithTangents(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 double epsilon) {
  const int64_t count = tangentCount(x);
  const std::vector<int64_t> width{x.size(-1)};
  const auto clean = cleanOf(x).contiguous();
  const auto tangents = tangentsOf(x).contiguous();
  const auto [normed, mean, deviation] = at::native_layer_norm(clean, width, weight, bias, epsilon);
  auto all = at::empty(x.sizes(), clean.options());
  const int64_t rows = clean.size(0);
  all.narrow(0, 0, rows).copy_(normed);
  for (int64_t t = 0; t < count; ++t) {
    // The derivative of a norm without weights is symmetric: forwards it is what it is backwards.
    const auto flow = std::get<0>(at::native_layer_norm_backward(
        tangents.narrow(0, t * rows, rows), clean, width, mean, deviation, {}, {}, {true, false, false}));
    auto out = all.narrow(0, (1 + t) * rows, rows);
    if (weight.defined())
      at::mul_out(out, flow, weight);
    else
      out.copy_(flow);
  }
  return withTangents(all, count);
}

at::Tensor rmsNormWithTangents(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  const int64_t count = tangentCount(x);
  const auto clean = cleanOf(x);
  const auto tangents = tangentsOf(x);
  const auto scale = at::rsqrt(clean.square().mean(-1, true) + epsilon);
  const auto normed = clean * scale, factor = scale * weight;
  auto all = at::empty(x.sizes(), clean.options());
  const int64_t rows = clean.size(0);
  auto value = all.narrow(0, 0, rows);
  at::mul_out(value, normed, weight);
  for (int64_t t = 0; t < count; ++t) {
    const auto given = tangents.narrow(0, t * rows, rows);
    auto out = all.narrow(0, (1 + t) * rows, rows);
    at::mul_out(out, given, normed);
    const auto share = out.mean(-1, true);
    at::addcmul_out(out, given, normed, share, -1);
    out.mul_(factor);
  }
  return withTangents(all, count);
}

}  // namespace espalier
