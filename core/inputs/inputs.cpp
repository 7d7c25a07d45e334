#include "core/inputs/inputs.h"

#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

std::unique_ptr<Inputs> blip2Inputs(std::shared_ptr<const InputTools> tools) {
  const bool t5 = configValue<std::string>(tools->textConfig(), "model_type", "opt") == "t5";
  return t5 ? questionInputs(std::move(tools)) : promptInputs(std::move(tools));
}

// By the family's name in the registry.
constexpr std::pair<const char*, std::unique_ptr<Inputs> (*)(std::shared_ptr<const InputTools>)> kInputs[] = {
    {"bert", textInputs},
    {"blip-2", blip2Inputs},
    {"blip-caption", blipCaptionInputs},
    {"blip-retrieval", pairInputs},
    {"blip-vqa", blipQuestionInputs},
    {"clip", pairInputs},
    {"eva-vit", pictureInputs},
    {"llama", textInputs},
    {"llava", llavaInputs},
    {"opt", textInputs},
    {"qwen2-vl", qwenInputs},
    {"qwen2.5-vl", qwenInputs},
    {"qwen3-vl", qwenInputs},
    {"qwen3.5", qwenInputs},
    {"t5", questionInputs},
    {"timm-vit", pictureInputs},
    {"vit", pictureInputs},
};

}  // namespace

std::unique_ptr<Inputs> inputsFor(std::shared_ptr<const InputTools> tools) {
  const auto& family = tools->model().family();
  for (const auto& [name, make] : kInputs)
    if (family == name) return make(std::move(tools));
  throw Error(ErrorKind::Unsupported, "There are no inputs for models of the family " + family + ".");
}

}  // namespace espalier
