#pragma once

#include <string>

namespace espalier {

// The text of a Python literal without its escapes, as far as names of tensors have them: \n, \t, \r, \xhh,
// \uhhhh and \Uhhhhhhhh; an escape of another character is that character. Bytes above 0x7f are Latin-1.
// UTF-8.
std::string unescapedPython(const std::string& text);

}  // namespace espalier
