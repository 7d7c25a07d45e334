#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

// The rows of a table with the line each begins at. Cells in quotes may hold separators, line ends and
// doubled quotes (RFC 4180); the separator is what the first line has most of, outside of quotes: a comma,
// semicolon, tab or bar.
struct Table {
  std::vector<std::vector<std::string>> rows;
  std::vector<int64_t> lines;
  int64_t unclosed = 0;  // the line of a quote that nothing closes; 0: none. Its row is left out
};
Table tableOf(const std::string& text);

// Without blanks, tabs and carriage returns at its ends.
std::string withoutBlanks(const std::string& text);

}  // namespace espalier
