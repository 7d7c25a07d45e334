#include "core/inputs/inputs.h"

#include "core/inputs/chat_inputs.h"

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
    {"clip-vision", pictureInputs},
    {"deit", pictureInputs},
    {"dinov2", pictureInputs},
    {"dinov2-registers", pictureInputs},
    {"dinov3-vit", pictureInputs},
    {"eva-vit", pictureInputs},
    {"gemma", textInputs},
    {"gemma2", textInputs},
    {"gemma3", pictureTextInputs},
    {"gemma3-text", textInputs},
    {"idefics3", idefics3Inputs},
    {"internvl", pictureTextInputs},
    {"llama", textInputs},
    {"llava", llavaInputs},
    {"llava-next", pictureTextInputs},
    {"llava-onevision", pictureTextInputs},
    {"mistral", textInputs},
    {"opt", textInputs},
    {"paligemma", pictureTextInputs},
    {"phi3", textInputs},
    {"qwen2", textInputs},
    {"qwen2-vl", qwenInputs},
    {"qwen2.5-vl", qwenInputs},
    {"qwen3", textInputs},
    {"qwen3-moe", textInputs},
    {"qwen3-vl", qwenInputs},
    {"qwen3.5", qwenInputs},
    {"siglip", pairInputs},
    {"siglip-classifier", pictureInputs},
    {"siglip-vision", pictureInputs},
    {"siglip2", pairInputs},
    {"siglip2-vision", pictureInputs},
    {"smollm3", textInputs},
    {"smolvlm", idefics3Inputs},
    {"t5", questionInputs},
    {"timm-vit", pictureInputs},
    {"vit", pictureInputs},
};

// A model that goes on with a text, with pictures in it or without.
bool takesConversations(const InputTools& tools) {
  return tools.model().generation() &&
         (tools.model().task() == ModelTask::Continue || holdsPictures(tools.model().config()));
}

}  // namespace

std::unique_ptr<Inputs> inputsFor(std::shared_ptr<const InputTools> tools, PromptForm form) {
  const auto& family = tools->model().family();
  const bool takes = takesConversations(*tools);
  if (form == PromptForm::Chat && !(takes && tools->hasChat()))
    throw Error(ErrorKind::InvalidInput, tools->folder().string() + " (" + family + ") " +
                                             (takes ? "has no chat template" : "takes no conversations") +
                                             "; the prompt form \"plain\" or \"auto\" was expected.");
  const bool chats = form != PromptForm::Plain && takes && tools->hasChat();
  for (const auto& [name, make] : kInputs)
    if (family == name)
      return chats ? std::make_unique<ChatInputs>(tools, make(tools)) : make(std::move(tools));
  throw Error(ErrorKind::Unsupported, "There are no inputs for models of the family " + family + ".");
}

}  // namespace espalier
