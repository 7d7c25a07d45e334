#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace espalier {

// Turns the pieces of a sequence of ids towards text again, step by step; what is left is put together
// without spaces.
using Decoder = std::function<std::vector<std::string>(std::vector<std::string>)>;

Decoder chain(std::vector<Decoder> steps);
Decoder byteLevelDecoder();
// `tidy` closes up spaces before punctuation, piece by piece.
Decoder wordPieceDecoder(std::string continuingPrefix, bool tidy);
// Each occurrence of a text in a piece becomes another.
Decoder replaceDecoder(std::string from, std::string to);

// The "decoder" of a tokenizer.json; pieces with spaces between if it is null. Throws Error naming `source`
// if it is of a kind that is not known.
Decoder parseDecoder(const nlohmann::json& node, const std::string& source);

// What transformers calls clean_up_tokenization_spaces: no space before punctuation and English contractions.
std::string tidySpaces(std::string text);

}  // namespace espalier
