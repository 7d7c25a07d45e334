#pragma once

#include <string>
#include <string_view>

namespace espalier {

// GPT-2's alphabet: each of the 256 bytes written as one printable character, so that a vocabulary of byte
// sequences can be kept in a text file. Printable Latin-1 stands for itself, the rest for the characters from
// U+0100 on.
std::string bytesToAlphabet(std::string_view bytes);

// Back to bytes. A text with a character outside the alphabet is returned as it is (a special token, for
// example).
std::string alphabetToBytes(std::string_view text);

}  // namespace espalier
