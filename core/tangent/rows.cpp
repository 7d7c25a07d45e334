#include "core/tangent/rows.h"

#include <tuple>

#include "core/tangent/clean_values.h"
#include "core/tangent/norm_kernel.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

// Clean rows after their norm, [rows, ..., width], with its weights; what was taken from them, undefined
// where they are not centred; and what they were divided by to the power of -1, both [rows, ..., 1].
struct Normed {
  at::Tensor value, mean, scale;
};

Normed sharedNorm(const std::string& what, const CleanValues::Values& arguments,
                  const std::function<Normed()>& make) {
  const auto all = cleanValues(what, arguments, [&]() -> CleanValues::Values {
    auto made = make();
    return {made.value, made.mean, made.scale};
  });
  return {all[0].toTensor(), all[1].toTensor(), all[2].toTensor()};
}

at::Tensor changeOfNorm(const at::Tensor& x, const Normed& clean, const at::Tensor& weight) {
  const auto tangents = tangentsOf(x).contiguous(), from = cleanOf(x).contiguous();
  const int64_t count = tangentCount(x), width = x.size(-1);
  const bool centred = clean.mean.defined();
  const bool plain = tangents.is_cpu() && tangents.scalar_type() == at::kFloat &&
                     clean.scale.scalar_type() == at::kFloat &&
                     (!weight.defined() || (weight.scalar_type() == at::kFloat && weight.numel() == width));
  if (!plain) {
    auto shape = from.sizes().vec();
    shape.insert(shape.begin(), count);
    auto change = tangents.view(shape);
    const auto normed = (centred ? from - clean.mean : from) * clean.scale;
    const auto share = (change * normed).mean(-1, true);
    if (centred) change = change - change.mean(-1, true);
    change = (change - normed * share) * clean.scale;
    return (weight.defined() ? change * weight : change).flatten(0, 1);
  }
  const auto scale = clean.scale.contiguous(), mean = centred ? clean.mean.contiguous() : at::Tensor();
  const auto factors = weight.defined() ? weight.contiguous() : weight;
  auto out = at::empty_like(tangents);
  const int64_t lines = from.numel() / width;
  for (int64_t i = 0; i < count * lines; ++i) {
    const int64_t line = i % lines;
    const NormedRow row{from.data_ptr<float>() + line * width, centred ? mean.data_ptr<float>()[line] : 0,
                        scale.data_ptr<float>()[line], centred, width};
    normChange(tangents.data_ptr<float>() + i * width, row,
               factors.defined() ? factors.data_ptr<float>() : nullptr, out.data_ptr<float>() + i * width);
  }
  return out;
}

}  // namespace

at::Tensor layerNormWithTangents(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                 double epsilon) {
  const auto clean = sharedNorm("layer norm", {cleanOf(x), weight, bias, epsilon}, [&]() -> Normed {
    const auto from = cleanOf(x).contiguous();
    const auto [value, mean, deviation] =
        at::native_layer_norm(from, std::vector<int64_t>{x.size(-1)}, weight, bias, epsilon);
    return {value, mean, deviation};
  });
  return withTangents(clean.value, changeOfNorm(x, clean, weight));
}

at::Tensor rmsNormWithTangents(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
  const auto clean = sharedNorm("RMS norm", {cleanOf(x), weight, epsilon}, [&]() -> Normed {
    const auto from = cleanOf(x);
    const auto scale = at::rsqrt(from.square().mean(-1, true) + epsilon), normed = from * scale;
    return {normed * weight, {}, scale};
  });
  return withTangents(clean.value, changeOfNorm(x, clean, weight));
}

}  // namespace espalier
