#include "core/engine/recover_model.h"
#include "core/recover/recovery_method.h"

namespace espalier {

const std::vector<Method>& recoveryMethods() {
  static const auto all = [] {
    std::vector<Method> out;
    for (const auto* m : recoveryMethodList()) out.push_back(m->method());
    return out;
  }();
  return all;
}

const OptionFields<RecoverOptions>& recoverFields() {
  using O = RecoverOptions;
  static const OptionFields<O> fields{
      {.key = "methods", .title = ENGINE_TEXT("Engine", "Recovered by"), .member = &O::methods},
      {.key = "rebuildSteps",
       .flag = "--rebuild-steps",
       .title = ENGINE_TEXT("Engine", "Rebuild steps"),
       .help = "rebuild: steps for each block",
       .member = &O::rebuildSteps,
       .least = 1,
       .most = 1e6},
      {.key = "distilSteps",
       .flag = "--distil-steps",
       .title = ENGINE_TEXT("Engine", "Distillation steps"),
       .help = "distil: steps of the whole model",
       .member = &O::distilSteps,
       .least = 1,
       .most = 1e6},
      {.key = "finetuneSteps",
       .flag = "--finetune-steps",
       .title = ENGINE_TEXT("Engine", "Fine-tuning steps"),
       .help = "finetune: steps of the whole model",
       .member = &O::finetuneSteps,
       .least = 1,
       .most = 1e6},
      {.key = "loraSteps",
       .flag = "--lora-steps",
       .title = ENGINE_TEXT("Engine", "LoRA steps"),
       .help = "lora: steps of the whole model",
       .member = &O::loraSteps,
       .least = 1,
       .most = 1e6,
       .onlyIfChosen = true},
      {.key = "loraRank",
       .flag = "--lora-rank",
       .title = ENGINE_TEXT("Engine", "LoRA rank"),
       .help = "lora: rank of the change of each matrix",
       .member = &O::loraRank,
       .least = 1,
       .most = 1e6,
       .onlyIfChosen = true},
      {.key = "rate",
       .flag = "--recover-rate",
       .title = ENGINE_TEXT("Engine", "Recovery rate"),
       .help = "Factor on the learning rate of the recovery",
       .member = &O::rate,
       .least = 1e-6,
       .most = 1e3},
      {.key = "samples",
       .flag = "--recover-samples",
       .title = ENGINE_TEXT("Engine", "Recovery samples"),
       .help = "Samples to recover with",
       .member = &O::samples,
       .least = 2},
      {.key = "batchSize",
       .flag = "--recover-batch-size",
       .title = ENGINE_TEXT("Engine", "Recovery batch size"),
       .help = "Samples in a step of the recovery",
       .member = &O::batchSize,
       .least = 1},
      {.key = "heldOut",
       .flag = "--held-out",
       .title = ENGINE_TEXT("Engine", "Held out"),
       .help = "Share of the samples that is not trained on and says which weights were best",
       .member = &O::heldOut,
       .least = 0,
       .most = 0.5},
      {.key = "seed",
       .flag = "--recover-seed",
       .title = ENGINE_TEXT("Engine", "Recovery seed"),
       .help = "Of the choice of samples and of their order",
       .member = &O::seed},
  };
  return fields;
}

void checkOptions(const RecoverOptions& options) {
  recoveryMethodsIn(options.methods);
  option_fields::check(recoverFields(), options);
}

bool needsDense(const RecoverOptions& options) {
  for (const auto* m : recoveryMethodsIn(options.methods))
    if (m->needsDense()) return true;
  return false;
}

}  // namespace espalier
