#pragma once

#include <string>

#include "core/data/dataset.h"
#include "core/engine/engine.h"

namespace espalier {

// Whether the model can be asked as a conversation: it goes on with a text and its folder has a chat
// template. The prompt form makes a difference for such models only (withPrompt).
bool takesConversations(const OpenModel& model);

// What the model is given of a pair's text, up to the answer, by its chat template. Empty where the pair is
// not put as a conversation. Throws Error where the template cannot be used.
std::string promptText(const OpenModel& model, const Sample& sample);

}  // namespace espalier
