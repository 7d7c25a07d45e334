#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/text/regex.h"

namespace espalier {

// A stretch of text that the model cuts by itself: no token reaches from one piece into another.
struct TextPiece {
  std::string text;
  bool first = false;  // begins where the whole text begins
};

// Cuts pieces into smaller ones. An empty function changes nothing.
using PreTokenizer = std::function<std::vector<TextPiece>(std::vector<TextPiece>)>;

PreTokenizer chain(std::vector<PreTokenizer> steps);

// What becomes of the matches of a pattern at which a text is split.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };
// `invert`: the pattern describes the pieces, not what lies between them.
PreTokenizer splitPreTokenizer(std::shared_ptr<const Regex> pattern, SplitBehavior behavior, bool invert);

// GPT-2: optionally a space in front, words by GPT-2's pattern if useRegex, then each byte a character.
PreTokenizer byteLevelPreTokenizer(bool addPrefixSpace, bool useRegex);

// BERT: at white space, and every punctuation mark by itself.
PreTokenizer bertPreTokenizer();

// SentencePiece: spaces become a visible mark, put before words.
enum class PrependScheme { Always, First, Never };
PreTokenizer metaspacePreTokenizer(std::string mark, PrependScheme scheme, bool split);

// CLIP's words, then each byte a character.
PreTokenizer clipPreTokenizer();

// The "pre_tokenizer" of a tokenizer.json. Throws Error naming `source` if it is of a kind that is not known.
PreTokenizer parsePreTokenizer(const nlohmann::json& node, const std::string& source);

// Shared with the decoder of the same name.
PrependScheme parsePrependScheme(const nlohmann::json& node, const std::string& source);

}  // namespace espalier
