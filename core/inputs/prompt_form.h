#pragma once

#include <string>

namespace espalier {

// How a question is put to a model that makes text.
enum class PromptForm {
  Auto,   // as a conversation, where the model's folder has a chat template and the data asks something
  Plain,  // in the family's own few words
  Chat,   // as a conversation
};

// "auto", "plain", "chat".
std::string nameOf(PromptForm form);
// Throws Error naming what gave the name (a flag, a key of a file) if it is another.
PromptForm promptFormNamed(const std::string& name, const std::string& source);

}  // namespace espalier
