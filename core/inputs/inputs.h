#pragma once

#include <memory>

#include "core/inputs/input_tools.h"
#include "core/inputs/prompt_form.h"

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

// The kinds.
std::unique_ptr<Inputs> questionInputs(std::shared_ptr<const InputTools> tools);      // T5, BLIP-2 with T5
std::unique_ptr<Inputs> promptInputs(std::shared_ptr<const InputTools> tools);        // BLIP-2 with OPT
std::unique_ptr<Inputs> idefics3Inputs(std::shared_ptr<const InputTools> tools);      // Idefics3, SmolVLM
std::unique_ptr<Inputs> qwenInputs(std::shared_ptr<const InputTools> tools);          // Qwen2-VL to Qwen3.5
std::unique_ptr<Inputs> llavaInputs(std::shared_ptr<const InputTools> tools);         // LLaVA
std::unique_ptr<Inputs> blipCaptionInputs(std::shared_ptr<const InputTools> tools);   // BLIP captioning
std::unique_ptr<Inputs> blipQuestionInputs(std::shared_ptr<const InputTools> tools);  // BLIP VQA
std::unique_ptr<Inputs> pairInputs(std::shared_ptr<const InputTools> tools);          // CLIP, BLIP retrieval
std::unique_ptr<Inputs> pictureTextInputs(std::shared_ptr<const InputTools> tools);
std::unique_ptr<Inputs> pictureInputs(std::shared_ptr<const InputTools> tools);  // ViT
std::unique_ptr<Inputs> textInputs(std::shared_ptr<const InputTools> tools);     // LLaMA, OPT, BERT

}  // namespace espalier
