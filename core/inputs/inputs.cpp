#include "core/inputs/inputs.h"

#include "core/inputs/chat_inputs.h"

#include "core/model/registry.h"

namespace espalier {

namespace {

std::unique_ptr<Inputs> blip2Inputs(std::shared_ptr<const InputTools> tools) {
  return tools->hasLanguageEncoder() ? questionInputs(std::move(tools)) : promptInputs(std::move(tools));
}

// A model that goes on with a text, with pictures in it or without.
bool goesOnWithText(const InputTools& tools) {
  const auto* own = familyInputsOf(tools.model().family());
  return tools.model().generation() &&
         (tools.model().task() == ModelTask::Continue || (own && own->picturePrompt));
}

}  // namespace

bool takesConversations(const InputTools& tools) {
  return goesOnWithText(tools) && tools.hasChat();
}

std::vector<FamilyInputs>& familyInputsList() {
  // Sorted by name.
  static std::vector<FamilyInputs> all{
      {"bert", textInputs},
      {"blip-2", blip2Inputs, clipPictures},
      {"blip-caption", blipCaptionInputs, clipPictures, {DataKind::Captions}},
      {"blip-retrieval", blipPairInputs, clipPictures},
      {"blip-vqa", blipQuestionInputs, clipPictures},
      {"clip", clipInputs, clipPictures},
      {"clip-vision", pictureInputs, clipPictures},
      {"deit", pictureInputs, halfPictures},
      {"dinov2", pictureInputs, imageNetPictures},
      {"dinov2-registers", pictureInputs, imageNetPictures},
      {"dinov3-vit", pictureInputs, imageNetPictures},
      {"eva-vit", pictureInputs, evaPictures},
      {"gemma", textInputs},
      {"gemma2", textInputs},
      {"gemma3", gemma3Inputs, halfPictures, {}, gemma3Prompt},
      {"gemma3-text", textInputs},
      {"idefics3", idefics3Inputs, idefics3Pictures, {}, idefics3Prompt},
      {"instructblip", instructBlipInputs, clipPictures},
      {"internvl", internVlInputs, imageNetPictures, {}, internVlPrompt},
      {"llama", textInputs},
      {"llava", llavaInputs, clipPictures, {}, llavaPrompt},
      {"llava-next", llavaNextInputs, llavaNextPictures, {}, llavaNextPrompt},
      {"llava-onevision", llavaOneVisionInputs, llavaOneVisionPictures, {}, llavaOneVisionPrompt},
      {"mistral", textInputs},
      {"opt", textInputs},
      {"paligemma", paliGemmaInputs, halfPictures},
      {"phi3", textInputs},
      {"qwen2", textInputs},
      {"qwen2-vl", qwenInputs, qwenPictures, {}, qwenPrompt},
      {"qwen2.5-vl", qwenInputs, qwenPictures, {}, qwenPrompt},
      {"qwen3", textInputs},
      {"qwen3-moe", textInputs},
      {"qwen3-vl", qwenInputs, qwenPictures, {}, qwenPrompt},
      {"qwen3.5", qwen35Inputs, qwenPictures, {}, qwenPrompt},
      {"siglip", siglipInputs, halfPictures},
      {"siglip-classifier", pictureInputs, halfPictures},
      {"siglip-vision", pictureInputs, halfPictures},
      {"siglip2", siglipInputs, siglip2Pictures},
      {"siglip2-vision", pictureInputs, siglip2Pictures},
      {"smollm3", textInputs},
      {"smolvlm", idefics3Inputs, idefics3Pictures, {}, idefics3Prompt},
      {"t5", questionInputs, nullptr, {DataKind::Text, DataKind::Pairs}},
      {"timm-vit", pictureInputs, timmPictures},
      {"vit", pictureInputs, halfPictures},
  };
  return all;
}

const FamilyInputs* familyInputsOf(const std::string& family) {
  for (const auto& inputs : familyInputsList())
    if (family == inputs.family) return &inputs;
  return nullptr;
}

PicturePromptMaker picturePromptOf(const nlohmann::json& config) {
  const auto* own = familyInputsOf(familyOf(config).name);
  return own ? own->picturePrompt : nullptr;
}

std::unique_ptr<Inputs> inputsFor(std::shared_ptr<const InputTools> tools, PromptForm form) {
  const auto& family = tools->model().family();
  const bool takes = goesOnWithText(*tools);
  if (form == PromptForm::Chat && !(takes && tools->hasChat()))
    throw Error(ErrorKind::InvalidInput, tools->folder().string() + " (" + family + ") " +
                                             (takes ? "has no chat template" : "takes no conversations") +
                                             "; the prompt form \"plain\" or \"auto\" was expected.");
  const bool chats = form != PromptForm::Plain && takes && tools->hasChat();
  if (const auto* own = familyInputsOf(family))
    return chats ? std::make_unique<ChatInputs>(tools, own->make(tools)) : own->make(std::move(tools));
  throw Error(ErrorKind::Unsupported, "There are no inputs for models of the family " + family + ".");
}

}  // namespace espalier
