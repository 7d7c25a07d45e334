#pragma once

#include <string>
#include <vector>

namespace espalier {

// An English text split into tokens as the Penn Treebank has them, after the rules of Stanford's PTBTokenizer
// 3.4.1 with its default options: the longest match counts, of equally long ones the first rule.
// - "can't" -> "ca" "n't"; "cannot" -> "can" "not"; "gonna" -> "gon" "na"; "man's" -> "man" "'s".
// - Times, fractions, numbers with commas, dates and telephone numbers are one token each; a slash in them,
// in
//   "and/or" or alone is written "\/", an asterisk "\*"; a blank within a token becomes U+00A0.
// - Abbreviations and single letters keep their period ("p.m.", "st.", "b.").
// - Brackets become -LRB-, -RRB-, -LSB-, -RSB-, -LCB-, -RCB-; quotes `, ', `` or ''; dashes "--"; dots "...".
// Rules for SGML, electronic addresses and the like are kept simple; what no rule knows is left out.
std::vector<std::string> ptbTokens(const std::string& text);

}  // namespace espalier
