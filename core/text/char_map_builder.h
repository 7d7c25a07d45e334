#pragma once

#include <map>
#include <string>

namespace espalier {

// SentencePiece's compiled form of rules "this sequence of characters becomes that text"; CharMap reads it.
// Neither side of a rule may hold a zero character, and no sequence may be empty.
std::string compileCharMap(const std::map<std::string, std::string>& rules);

// Rules in the manner of SentencePiece's "nmt_nfkc": all white space becomes a space, control characters
// vanish, and with `compatibility` characters take their NFKC form (composed from marks too, but not Hangul
// from single letters).
std::map<std::string, std::string> normalizationRules(bool compatibility);

}  // namespace espalier
