#include <cmath>

#include "core/base/random.h"
#include "core/recover/distillation_loss.h"
#include "core/recover/recovery_list.h"
#include "core/recover/whole_model.h"

namespace espalier {

namespace {

const std::string kLeft = " B", kRight = " A";  // behind the name of a matrix

// W + M o (B A) of each pruned matrix, B [rows, rank] from zero, A [rank, columns] from noise.
class SparseLora {
 public:
  explicit SparseLora(const Recovery& r) : m_r(r) {
    for (auto& [name, t] : trainedTensorsOfAll(r)) {
      if (t.value.dim() != 2) continue;
      m_tensors[name] = std::move(t);
    }
  }

  TrainedTensors factors() const {
    TrainedTensors out;
    for (const auto& [name, t] : m_tensors) {
      const int64_t rows = t.value.size(0), columns = t.value.size(1);
      const int64_t rank = std::min({m_r.options.loraRank, rows, columns});
      // Philox gives four at a time.
      auto noise = at::empty({(rank * columns + 3) / 4 * 4});
      CounterRandom(m_r.options.seed, streamOf("lora " + name))
          .fillNormal(noise.data_ptr<float>(), noise.numel());
      const double size = 1 / std::sqrt(double(rank));
      out[name + kRight] = {noise.narrow(0, 0, rank * columns).view({rank, columns}).mul(size), {}, size};
      out[name + kLeft] = {at::zeros({rows, rank}), {}, t.scale};
    }
    return out;
  }

  std::map<std::string, at::Tensor> merged(const std::map<std::string, at::Tensor>& factors) const {
    std::map<std::string, at::Tensor> out;
    for (const auto& [name, t] : m_tensors) {
      auto change = at::mm(factors.at(name + kLeft), factors.at(name + kRight));
      if (t.mask.defined()) change = change * t.mask;
      out[name] = t.value + change;
    }
    return out;
  }

 private:
  const Recovery& m_r;
  TrainedTensors m_tensors;
};

class LoraMethod : public RecoveryMethod {
 public:
  const Method& method() const override {
    static const Method text{
        "lora",
        ENGINE_TEXT("Engine", "Sparse LoRA"),
        ENGINE_TEXT("Engine", "Distils with few trained numbers: a low-rank change of each matrix, masked"),
        {{"W + M ∘ (B A)",
          ENGINE_TEXT(
              "Engine",
              "B and A have rank {loraRank} and are trained as by distillation, on {samples} samples. "
              "The mask M keeps zeros where they are; the product is added to the weights at the end.")}},
        "Hu et al., ICLR 2022, arXiv 2106.09685; masked as in arXiv 2404.02424"};
    return text;
  }
  bool needsPredictions() const override { return true; }

  void recover(Recovery& r) const override {
    constexpr double kRate = 1e-2;  // of a tensor whose numbers have a root mean square of 1
    const SparseLora lora(r);
    recoverWhole({.method = name(),
                  .stage = "Distilling",
                  .measure = "KL divergence",
                  .steps = r.options.loraSteps,
                  .rate = kRate,
                  .tensors = [&] { return lora.factors(); },
                  .loss = [&] { return distillationLoss(r); },
                  .tensorsOf = [&](const auto& factors) { return lora.merged(factors); }},
                 r);
  }
};

}  // namespace

const RecoveryMethod& loraMethod() {
  static const LoraMethod method;
  return method;
}

}  // namespace espalier
