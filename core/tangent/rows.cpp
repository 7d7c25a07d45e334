#include "core/tangent/rows.h"

#include <tuple>

#include "core/tangent/clean_values.h"
#include "core/tangent/norm_kernel.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

// A clean row after its norm, [rows, ..., width], with its weights; before them; and what it was divided by
// to the power of -1, [rows, ..., 1].
struct Normed {
  at::Tensor value, plain, scale;
};

Normed sharedNorm(const std::string& what, const CleanValues::Values& arguments,
                  const std::function<Normed()>& make) {
  const auto all = cleanValues(what, arguments, [&]() -> CleanValues::Values {
    auto made = make();
    return {made.value, made.plain, made.scale};
  });
  return {all[0].toTensor(), all[1].toTensor(), all[2].toTensor()};
}

at::Tensor changeOfNorm(const at::Tensor& x, const Normed& clean, const at::Tensor& weight, bool centred) {
  const auto tangents = tangentsOf(x).contiguous();
  const int64_t count = tangentCount(x), width = x.size(-1);
  const bool plain = tangents.is_cpu() && tangents.scalar_type() == at::kFloat &&
                     (!weight.defined() || (weight.scalar_type() == at::kFloat && weight.numel() == width));
  if (!plain) {
    auto shape = clean.plain.sizes().vec();
    shape.insert(shape.begin(), count);
    auto change = tangents.view(shape);
    const auto share = (change * clean.plain).mean(-1, true);
    if (centred) change = change - change.mean(-1, true);
    change = (change - clean.plain * share) * clean.scale;
    return (weight.defined() ? change * weight : change).flatten(0, 1);
  }
  const auto normed = clean.plain.contiguous(), scale = clean.scale.contiguous();
  const auto factors = weight.defined() ? weight.contiguous() : weight;
  auto out = at::empty_like(tangents);
  const int64_t lines = normed.numel() / width;
  for (int64_t i = 0; i < count * lines; ++i)
    normChange(tangents.data_ptr<float>() + i * width, normed.data_ptr<float>() + i % lines * width,
               factors.defined() ? factors.data_ptr<float>() : nullptr, scale.data_ptr<float>()[i % lines],
               centred, width, out.data_ptr<float>() + i * width);
  return out;
}

}  // namespace

at::Tensor layerNormWithTangents(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 double epsilon) {
  const auto clean = sharedNorm("layer norm", {cleanOf(x), weight, bias, epsilon}, [&]() -> Normed {
    const auto from = cleanOf(x).contiguous();
    const auto [value, mean, deviation] =
        at::native_layer_norm(from, std::vector<int64_t>{x.size(-1)}, weight, bias, epsilon);
    return {value, (from - mean) * deviation, deviation};
  });
  return withTangents(clean.value, changeOfNorm(x, clean, weight, true));
}

at::Tensor rmsNormWithTangents(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  const auto clean = sharedNorm("RMS norm", {cleanOf(x), weight, epsilon}, [&]() -> Normed {
    const auto from = cleanOf(x);
    const auto scale = at::rsqrt(from.square().mean(-1, true) + epsilon), normed = from * scale;
    return {normed * weight, normed, scale};
  });
  return withTangents(clean.value, changeOfNorm(x, clean, weight, false));
}

}  // namespace espalier
