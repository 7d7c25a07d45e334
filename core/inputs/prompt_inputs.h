#pragma once

#include "core/inputs/inputs.h"

namespace espalier {

// What BLIP-2 was trained to go on from where nothing is asked.
inline constexpr const char* kCaptionPrompt = "a photo of";

// A prompt and what is to follow it.
struct PromptAndAnswer {
  std::vector<int64_t> prompt, answer;
};

// Decoder-only models with a prompt: input_ids and attention_mask of prompts and answers together, labels of
// the answers alone (filled up at the right); prompt_ids and prompt_mask for generation (filled up at the
// left).
void addPrompts(Batch& batch, const std::vector<PromptAndAnswer>& rows, int64_t fill);

}  // namespace espalier
