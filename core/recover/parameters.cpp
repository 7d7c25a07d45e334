#include "core/recover/parameters.h"

#include <algorithm>
#include <cmath>

#include "core/checkpoint/tensor.h"

namespace espalier {

int64_t TrainedTensor::numbers() const {
  return mask.defined() ? mask.sum().item<int64_t>() : value.numel();
}

int64_t numbersOf(const TrainedTensors& tensors) {
  int64_t sum = 0;
  for (const auto& [name, t] : tensors) sum += t.numbers();
  return sum;
}

TrainedTensors trainedTensorsOf(const Model& model, const Block& block, const Weights& weights) {
  TrainedTensors out;
  const auto& d = block.description();
  double least = 0;
  for (const auto& matrix : d.matrices) {
    TrainedTensor t;
    t.value = weights.onHost(matrix.name).clone(at::MemoryFormat::Contiguous);
    t.mask = t.value != 0;
    const int64_t kept = t.numbers();
    if (kept == 0) continue;
    t.scale = std::sqrt(t.value.to(at::kDouble).square().sum().item<double>() / double(kept));
    least = least > 0 ? std::min(least, t.scale) : t.scale;
    if (kept == t.value.numel()) t.mask.reset();
    out[matrix.name] = std::move(t);
  }
  for (const auto& declared : model.declared()) {
    if (!declared.name.starts_with(d.name + ".") || declared.shape.size() != 1 || !weights.has(declared.name))
      continue;
    out[declared.name] = {weights.onHost(declared.name).clone(at::MemoryFormat::Contiguous), {}, least};
  }
  return out;
}

at::Tensor asStored(const Weights& weights, const std::string& name, const at::Tensor& value) {
  const auto& checkpoint = weights.checkpoint();
  if (!checkpoint || !checkpoint->has(name)) return value;
  const auto type = checkpoint->info(name).dtype;
  if (type != DType::F16 && type != DType::BF16) return value;
  const double most = type == DType::F16 ? 65504.0 : 3.3895313892515355e38;
  return value.clamp(-most, most).to(scalarTypeOf(type)).to(at::kFloat);
}

}  // namespace espalier
