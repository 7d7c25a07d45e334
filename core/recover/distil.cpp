#include "core/recover/distillation_loss.h"
#include "core/recover/recovery_list.h"
#include "core/recover/whole_model.h"

namespace espalier {

namespace {

class DistilMethod : public RecoveryMethod {
 public:
  const Method& method() const override {
    static const Method text{
        "distil",
        ENGINE_TEXT("Engine", "Distillation"),
        ENGINE_TEXT("Engine", "Trains all kept weights together until the model predicts as the dense one"),
        {{"min<sub>W</sub> KL(p<sub>dense</sub> ‖ p<sub>M ∘ W</sub>)",
          ENGINE_TEXT(
              "Engine",
              "Over what is predicted: tokens of answers and texts, classes, how alike pictures and texts "
              "are. Masks M stay; kept weights, biases and norms of pruned blocks are trained by Adam on "
              "{samples} samples.")}},
        "Hinton, Vinyals, Dean, 2015, arXiv 1503.02531"};
    return text;
  }
  bool needsPredictions() const override { return true; }

  void recover(Recovery& r) const override {
    constexpr double kRate = 5e-3;  // of a tensor whose numbers have a root mean square of 1
    recoverWhole({.method = name(),
                  .stage = "Distilling",
                  .measure = "KL divergence",
                  .steps = r.options.distilSteps,
                  .rate = kRate,
                  .tensors = [&] { return trainedTensorsOfAll(r); },
                  .loss = [&] { return distillationLoss(r); }},
                 r);
  }
};

}  // namespace

const RecoveryMethod& distilMethod() {
  static const DistilMethod method;
  return method;
}

}  // namespace espalier
