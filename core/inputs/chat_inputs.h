#pragma once

#include <memory>

#include "core/inputs/inputs.h"
#include "core/inputs/picture_prompt.h"

namespace espalier {

// A sample as a conversation in the model's own form: the user's turn with the picture and the question, and
// the assistant's with the answer and what ends it, on which alone labels lie. What asks nothing (a text
// alone) is left to the plain inputs. Days that a template writes are always the same, so that results are.
class ChatInputs : public Inputs {
 public:
  ChatInputs(std::shared_ptr<const InputTools> tools, std::unique_ptr<Inputs> plain);

  std::shared_ptr<const Batch> batch(std::span<const Sample> samples) const override;
  // The conversation up to where the answer begins, each picture as the template writes it; empty for a
  // sample that asks nothing.
  std::string promptText(const Sample& sample) const override;
  bool makesConversations() const override { return true; }

 private:
  struct Turns;
  Turns turnsOf(const Sample& sample) const;
  std::string expanded(std::string text, const PictureLayout& layout) const;

  std::unique_ptr<Inputs> m_plain;
  std::optional<PicturePrompt> m_picture;
  std::string m_fault;  // why there is none; told when it is needed
};

}  // namespace espalier
