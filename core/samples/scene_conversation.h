#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/samples/scene.h"
#include "core/text/tokenizer.h"

namespace espalier {

// How conversations about scenes are written: as SmolVLM writes its own.

// The tokens beside those of texts, in the order of their ids.
const std::vector<std::string>& conversationTokens();

// The chat template of the model folder.
std::string conversationTemplate();

// What is said in all conversations, for a tokenizer to learn from: each turn as the template writes it,
// without the tokens above.
std::vector<std::string> turnsWithoutTokens(const SceneQuestion& question);

// Tokens of a conversation, and where the model speaks.
struct WrittenConversation {
  struct Answer {
    size_t begin = 0, end = 0;  // of its tokens, with the one that ends it
    size_t question = 0;        // which of the questions it belongs to
  };
  std::vector<int64_t> ids;
  std::vector<Answer> answers;
};

// A conversation of several turns about one picture that becomes `features` tokens, with all answers.
WrittenConversation writeConversation(const std::vector<SceneQuestion>& questions, int64_t features,
                                      const Tokenizer& tokenizer);

}  // namespace espalier
