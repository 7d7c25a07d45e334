#pragma once

#include <string>

namespace espalier {

// Lower case, blanks collapsed and trimmed: what answers are compared as.
std::string normalizedAnswer(const std::string& text);

// Whether an answer equals the expected one after normalisation.
bool sameAnswer(const std::string& answer, const std::string& expected);

// Whether two enumerations ("a red ring, a blue star and a cross") name the same things in whatever order.
bool sameThings(const std::string& caption, const std::string& expected);

}  // namespace espalier
