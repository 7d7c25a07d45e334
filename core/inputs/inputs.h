#pragma once

#include <memory>

#include "core/inputs/input_tools.h"
#include "core/inputs/picture_prompt.h"
#include "core/inputs/prompt_form.h"
#include "core/inputs/usual_pictures.h"

namespace espalier {

// From samples to the inputs of one kind of model. A kind is a file here and a line in inputs.cpp.
class Inputs {
 public:
  explicit Inputs(std::shared_ptr<const InputTools> tools) : m_tools(std::move(tools)) {}
  virtual ~Inputs() = default;
  // One batch; throws Error naming what cannot be used.
  virtual std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const = 0;

  // Whether samples that ask something become conversations.
  virtual bool makesConversations() const { return false; }
  // What the model is given of a sample's text in a conversation, up to the answer; empty otherwise.
  virtual std::string promptText(const Sample&) const { return {}; }

 protected:
  const InputTools& tools() const { return *m_tools; }
  const Tokenizer& tokenizer() const { return m_tools->tokenizer(); }

 private:
  std::shared_ptr<const InputTools> m_tools;
};

// Whether the model can be asked as a conversation: it goes on with a text, and there is a chat template.
bool takesConversations(const InputTools& tools);

// Throws Error where a conversation is asked for and the folder has no chat template, or the family takes
// none.
std::unique_ptr<Inputs> inputsFor(std::shared_ptr<const InputTools> tools,
                                  PromptForm form = PromptForm::Auto);

// What a family makes of samples: all that this part knows of it. Adding one is a line in inputs.cpp.
struct FamilyInputs {
  const char* family;  // its name in the registry
  std::unique_ptr<Inputs> (*make)(std::shared_ptr<const InputTools> tools);
  UsualPictures pictures = nullptr;  // null: it takes none
  // The kinds of data it is best asked about, where they are not those of all models of its task; best first.
  std::vector<DataKind> preferred = {};
  PicturePromptMaker picturePrompt = nullptr;  // null: its conversations hold no pictures
};
const FamilyInputs* familyInputsOf(const std::string& family);  // null: there is none
std::vector<FamilyInputs>& familyInputsList();                  // all of them, to be added to (ListAddition)

// By config.json's "model_type" and "architectures"; null where the family's conversations hold no pictures.
PicturePromptMaker picturePromptOf(const nlohmann::json& config);

// What texts have for pictures.
PicturePrompt gemma3Prompt(const nlohmann::json& config, const Tokenizer* tokenizer);
PicturePrompt idefics3Prompt(const nlohmann::json& config, const Tokenizer* tokenizer);
PicturePrompt internVlPrompt(const nlohmann::json& config, const Tokenizer* tokenizer);
PicturePrompt llavaPrompt(const nlohmann::json& config, const Tokenizer* tokenizer);
PicturePrompt llavaNextPrompt(const nlohmann::json& config, const Tokenizer* tokenizer);
PicturePrompt llavaOneVisionPrompt(const nlohmann::json& config, const Tokenizer* tokenizer);
PicturePrompt qwenPrompt(const nlohmann::json& config, const Tokenizer* tokenizer);  // Qwen2-VL to Qwen3.5

// The kinds.
std::unique_ptr<Inputs> questionInputs(std::shared_ptr<const InputTools> tools);      // T5, BLIP-2 with T5
std::unique_ptr<Inputs> promptInputs(std::shared_ptr<const InputTools> tools);        // BLIP-2 with OPT
std::unique_ptr<Inputs> idefics3Inputs(std::shared_ptr<const InputTools> tools);      // Idefics3, SmolVLM
std::unique_ptr<Inputs> instructBlipInputs(std::shared_ptr<const InputTools> tools);  // InstructBLIP
std::unique_ptr<Inputs> qwenInputs(std::shared_ptr<const InputTools> tools);          // Qwen2-VL to Qwen3-VL
std::unique_ptr<Inputs> qwen35Inputs(std::shared_ptr<const InputTools> tools);        // Qwen3.5
std::unique_ptr<Inputs> llavaInputs(std::shared_ptr<const InputTools> tools);         // LLaVA
std::unique_ptr<Inputs> blipCaptionInputs(std::shared_ptr<const InputTools> tools);   // BLIP captioning
std::unique_ptr<Inputs> blipQuestionInputs(std::shared_ptr<const InputTools> tools);  // BLIP VQA
std::unique_ptr<Inputs> clipInputs(std::shared_ptr<const InputTools> tools);          // CLIP
std::unique_ptr<Inputs> siglipInputs(std::shared_ptr<const InputTools> tools);        // SigLIP 1 and 2
std::unique_ptr<Inputs> blipPairInputs(std::shared_ptr<const InputTools> tools);      // BLIP retrieval
std::unique_ptr<Inputs> gemma3Inputs(std::shared_ptr<const InputTools> tools);        // Gemma 3 with pictures
std::unique_ptr<Inputs> paliGemmaInputs(std::shared_ptr<const InputTools> tools);     // PaliGemma
std::unique_ptr<Inputs> internVlInputs(std::shared_ptr<const InputTools> tools);      // InternVL
std::unique_ptr<Inputs> llavaNextInputs(std::shared_ptr<const InputTools> tools);     // LLaVA-NeXT
std::unique_ptr<Inputs> llavaOneVisionInputs(std::shared_ptr<const InputTools> tools);  // LLaVA-OneVision
std::unique_ptr<Inputs> pictureInputs(std::shared_ptr<const InputTools> tools);         // ViT
std::unique_ptr<Inputs> textInputs(std::shared_ptr<const InputTools> tools);            // LLaMA, OPT, BERT

}  // namespace espalier
