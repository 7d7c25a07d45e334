#pragma once

#include <string>
#include <vector>

#include "core/inputs/processor.h"

namespace espalier {

// The text of each token, with the blank before it where there is one; empty for special tokens. Together
// they are the text of all.
std::vector<std::string> tokenTexts(const Processor& processor, const std::vector<int64_t>& ids);

// Tokens put together to the words that they spell: a token that begins with a blank, or follows one without
// text, begins a word. For each token the number of its word, -1 for one without text.
struct TokenWords {
  std::vector<std::string> words;  // without blanks around them
  std::vector<int64_t> wordOf;
};
TokenWords tokenWords(const std::vector<std::string>& texts);

}  // namespace espalier
