#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace espalier {

// What tokenizers ask of Unicode, answered by ICU. All texts are valid UTF-8.

enum class NormalForm { C, D, KC, KD };
std::string normalizeUnicode(const std::string& text, NormalForm form);

// Each character by itself, as Rust's char::to_lowercase: a final sigma is not treated apart.
std::string lowerCaseByCharacter(std::string_view text);
// The whole text, as Python's str.lower(): a sigma that ends a word becomes its final form.
std::string lowerCaseText(const std::string& text);

// The whole text, as Python's str.upper(): a sharp s becomes two letters.
std::string upperCaseText(const std::string& text);
// One character as it begins a word; itself where that would be two.
char32_t titleCaseOf(char32_t c);

bool isLetter(char32_t c);     // general category L
bool isLowerCase(char32_t c);  // as Python's str.islower() sees a character
bool isUpperCase(char32_t c);
bool isPrintable(char32_t c);  // what Python's repr() writes as it is, the blank apart

bool isWhiteSpace(char32_t c);      // the White_Space property
bool isPunctuation(char32_t c);     // general category P, or one of ASCII's 32 symbols
bool isControl(char32_t c);         // control, format and private-use characters (Cc, Cf, Co)
bool isNonSpacingMark(char32_t c);  // Mn
bool isMark(char32_t c);            // M
bool isNumeric(char32_t c);         // N
bool isWordCharacter(char32_t c);   // letters, marks, decimal digits, connectors
bool isCjkIdeograph(char32_t c);    // the blocks BERT sets apart with spaces

// The script a character belongs to, as a number that is the same for characters of the same one. Han,
// Hiragana and Katakana count as one.
int scriptOf(char32_t c);

// What a reader takes for one character, as byte offsets of their ends.
std::vector<size_t> graphemeEnds(const std::string& text);

// Without white space at the ends.
std::string_view trimLeft(std::string_view text);
std::string_view trimRight(std::string_view text);

}  // namespace espalier
