#include "core/data/formats/table.h"

#include <map>

namespace espalier {

namespace {

char separatorOf(const std::string& text) {
  std::map<char, int> counts;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) break;
    if (!quoted) ++counts[c];
  }
  char separator = ',';
  for (const char c : {'|', ';', '\t'})
    if (counts[c] > counts[separator]) separator = c;
  return separator;
}

}  // namespace

std::string withoutBlanks(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Table tableOf(const std::string& text) {
  Table out;
  // Spreadsheets write "sep=;" above the columns.
  const bool named = text.starts_with("sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r');
  const char separator = named ? text[4] : separatorOf(text);
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  int64_t line = 1, rowLine = 1;
  const auto endRow = [&] {
    row.push_back(withoutBlanks(cell));
    cell.clear();
    if (row.size() > 1 || !row[0].empty()) {
      out.rows.push_back(row);
      out.lines.push_back(rowLine);
    }
    row.clear();
  };
  size_t i = 0;
  if (named) i = text.find('\n') == std::string::npos ? text.size() : text.find('\n') + 1, rowLine = ++line;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        cell += '"', ++i;
      else if (c == '"')
        quoted = false;
      else
        cell += c;
    } else if (c == '"' && separator != '|' && withoutBlanks(cell).empty()) {
      quoted = true;
      out.unclosed = line;
    } else if (c == separator) {
      row.push_back(withoutBlanks(cell));
      cell.clear();
    } else if (c == '\n') {
      endRow();
      rowLine = line + 1;
    } else {
      cell += c;
    }
    line += c == '\n';
  }
  if (quoted) return out;
  out.unclosed = 0;
  if (!cell.empty() || !row.empty()) endRow();
  return out;
}

}  // namespace espalier
