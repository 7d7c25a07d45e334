#include "core/recover/distillation_loss.h"
#include "core/recover/recovery_list.h"
#include "core/recover/whole_model.h"

namespace espalier {

namespace {

class FinetuneMethod : public RecoveryMethod {
 public:
  const Method& method() const override {
    static const Method text{
        "finetune",
        "Fine-tuning",
        ENGINE_TEXT("Engine", "Trains all kept weights together on what the data say is right"),
        {{"min<sub>W</sub> −log p<sub>M ∘ W</sub>(y | x)",
          ENGINE_TEXT(
              "Engine",
              "The loss of the model itself on {samples} samples of the data. Masks M stay; kept weights, "
              "biases and norms of pruned blocks are trained by Adam.")}},
        "Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998"};
    return text;
  }
  bool needsDense() const override { return false; }
  bool needsAnswers() const override { return true; }
  bool needsPredictions() const override { return true; }

  void recover(Recovery& r) const override {
    constexpr double kRate = 2.5e-3;  // of a tensor whose numbers have a root mean square of 1
    recoverWhole({.method = name(),
                  .stage = "Fine-tuning",
                  .measure = "loss",
                  .steps = r.options.finetuneSteps,
                  .rate = kRate,
                  .tensors = [&] { return trainedTensorsOfAll(r); },
                  .loss = [&] { return ownLoss(r); }},
                 r);
  }
};

}  // namespace

const RecoveryMethod& finetuneMethod() {
  static const FinetuneMethod method;
  return method;
}

}  // namespace espalier
