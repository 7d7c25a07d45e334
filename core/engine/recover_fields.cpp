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

// Long: a row for each option.
const OptionFields<RecoverOptions>& recoverFields() {
  using O = RecoverOptions;
  static const OptionFields<O> fields{
      {.key = "methods",
       .title = ENGINE_TEXT("Engine", "Recovered by"),
       .member = &O::methods,
       .methods = recoveryMethods,
       .valueTitles = {{"", ENGINE_TEXT("Engine", "nothing")}},
       .several = true},
      {.key = "rebuildSteps",
       .flag = "--rebuild-steps",
       .title = ENGINE_TEXT("Engine", "Rebuild steps"),
       .help = ENGINE_TEXT("Engine", "rebuild: steps for each block"),
       .member = &O::rebuildSteps,
       .least = 1,
       .most = 1e6},
      {.key = "distilSteps",
       .flag = "--distil-steps",
       .title = ENGINE_TEXT("Engine", "Distillation steps"),
       .help = ENGINE_TEXT("Engine", "distil: steps of the whole model"),
       .member = &O::distilSteps,
       .least = 1,
       .most = 1e6},
      {.key = "squareheadSteps",
       .flag = "--squarehead-steps",
       .title = ENGINE_TEXT("Engine", "SquareHead steps"),
       .help = ENGINE_TEXT("Engine", "squarehead: steps of the whole model"),
       .member = &O::squareheadSteps,
       .least = 1,
       .most = 1e6,
       .onlyIfChosen = true},
      {.key = "finetuneSteps",
       .flag = "--finetune-steps",
       .title = ENGINE_TEXT("Engine", "Fine-tuning steps"),
       .help = ENGINE_TEXT("Engine", "finetune: steps of the whole model"),
       .member = &O::finetuneSteps,
       .least = 1,
       .most = 1e6},
      {.key = "loraSteps",
       .flag = "--lora-steps",
       .title = ENGINE_TEXT("Engine", "LoRA steps"),
       .help = ENGINE_TEXT("Engine", "lora: steps of the whole model"),
       .member = &O::loraSteps,
       .least = 1,
       .most = 1e6,
       .onlyIfChosen = true},
      {.key = "loraRank",
       .flag = "--lora-rank",
       .title = ENGINE_TEXT("Engine", "LoRA rank"),
       .help = ENGINE_TEXT("Engine", "lora: rank of the change of each matrix"),
       .member = &O::loraRank,
       .least = 1,
       .most = 1e6,
       .onlyIfChosen = true},
      {.key = "rate",
       .flag = "--recover-rate",
       .title = ENGINE_TEXT("Engine", "Recovery rate"),
       .help = ENGINE_TEXT("Engine", "Factor on the learning rate of the recovery"),
       .member = &O::rate,
       .least = 1e-6,
       .most = 1e3},
      {.key = "samples",
       .flag = "--recover-samples",
       .title = ENGINE_TEXT("Engine", "Recovery samples"),
       .help = ENGINE_TEXT("Engine", "Samples to recover with"),
       .member = &O::samples,
       .least = 2},
      {.key = "batchSize",
       .flag = "--recover-batch-size",
       .title = ENGINE_TEXT("Engine", "Recovery batch size"),
       .help = ENGINE_TEXT("Engine", "Samples in a step of the recovery"),
       .member = &O::batchSize,
       .least = 1},
      {.key = "views",
       .flag = "--views",
       .title = ENGINE_TEXT("Engine", "Views of a picture"),
       .help = ENGINE_TEXT("Engine",
                           "How often each picture is trained on: once whole, then as random parts, which "
                           "the dense model sees as well"),
       .member = &O::views,
       .least = 1,
       .most = 1e4,
       .onlyIfChosen = true},
      {.key = "heldOut",
       .flag = "--held-out",
       .title = ENGINE_TEXT("Engine", "Held out"),
       .help = ENGINE_TEXT("Engine",
                           "Share of the samples that is not trained on and decides which weights are kept"),
       .member = &O::heldOut,
       .least = 0,
       .most = 0.5},
      {.key = "seed",
       .flag = "--recover-seed",
       .title = ENGINE_TEXT("Engine", "Recovery seed"),
       .help = ENGINE_TEXT("Engine", "Of the choice of samples and of their order"),
       .member = &O::seed},
  };
  return fields;
}

bool usesOption(const RecoverOptions& options, const std::string& key) {
  bool ofOne = false;
  for (const auto* m : recoveryMethodList()) {
    if (!key.starts_with(m->name())) continue;
    ofOne = true;
    for (const auto& name : option_fields::namesIn(options.methods))
      if (name == m->name()) return true;
  }
  // The correction takes the rebuild's steps.
  if (key == "rebuildSteps")
    for (const auto& name : option_fields::namesIn(options.methods))
      if (name == "correct") return true;
  return !ofOne;
}

std::optional<RecoverOptions> restOf(const RecoverOptions& all, const RecoverOptions& done) {
  const auto ofAll = option_fields::namesIn(all.methods), ofDone = option_fields::namesIn(done.methods);
  if (ofDone.empty() || ofDone.size() >= ofAll.size() ||
      !std::equal(ofDone.begin(), ofDone.end(), ofAll.begin()))
    return std::nullopt;
  for (const auto* field : option_fields::differing(recoverFields(), done, all))
    if (field->key != "methods" && usesOption(done, field->key)) return std::nullopt;
  RecoverOptions rest = all;
  rest.methods.clear();
  bool answersFirst = false, answersThen = false;
  for (size_t i = 0; i < ofAll.size(); ++i) {
    (i < ofDone.size() ? answersFirst : answersThen) |= recoveryMethodNamed(ofAll[i]).needsAnswers();
    if (i >= ofDone.size()) rest.methods += (rest.methods.empty() ? "" : ",") + ofAll[i];
  }
  // One that goes by answers has a say in how all of a run are batched.
  if (answersFirst != answersThen && (answersFirst || answersThen)) return std::nullopt;
  return rest;
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
