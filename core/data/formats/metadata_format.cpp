#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/formats/entries.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

bool isTable(const fs::path& file) {
  const auto ending = lowerCase(file.extension().string());
  return ending == ".csv" || ending == ".tsv";
}
bool isLines(const fs::path& file) {
  const auto ending = lowerCase(file.extension().string());
  return ending == ".jsonl" || ending == ".ndjson";
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The rows of a table with the line each begins at. Cells in quotes may hold separators, line ends and
// doubled quotes (RFC 4180); the separator is what the first line has most of.
struct Table {
  std::vector<std::vector<std::string>> rows;
  std::vector<int64_t> lines;
  int64_t unclosed = 0;  // the line of a quote that nothing closes; 0: none. Its row is left out
};
Table tableOf(const std::string& text) {
  const auto header = text.substr(0, text.find('\n'));
  char separator = ',';
  for (const char c : {'|', ';', '\t'})
    if (std::count(header.begin(), header.end(), c) > std::count(header.begin(), header.end(), separator))
      separator = c;
  Table out;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  int64_t line = 1, rowLine = 1;
  const auto endRow = [&] {
    row.push_back(trimmed(cell));
    cell.clear();
    if (row.size() > 1 || !row[0].empty()) {
      out.rows.push_back(row);
      out.lines.push_back(rowLine);
    }
    row.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        cell += '"', ++i;
      else if (c == '"')
        quoted = false;
      else
        cell += c;
    } else if (c == '"' && trimmed(cell).empty() && separator != '|') {
      quoted = true;
      out.unclosed = line;
    } else if (c == separator) {
      row.push_back(trimmed(cell));
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

std::set<std::string> keysOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::set<std::string> keys;
  // Of a faulty file the first line that can be read tells.
  int tries = 0;
  for (std::string line; tries < 100 && std::getline(in, line); ++tries) {
    if (trimmed(line).empty()) continue;
    if (isTable(file)) {
      for (const auto& row : tableOf(line + "\n").rows)
        for (const auto& cell : row) keys.insert(lowerCase(cell));
      return keys;
    }
    const auto j = nlohmann::json::parse(line, nullptr, false);
    if (!j.is_object()) continue;
    for (const auto& [key, value] : j.items()) keys.insert(key);
    return keys;
  }
  return keys;
}

// The files of a place that may be meant: the one named, or metadata.* of a folder, or its only table or file
// of lines, or those of its splits, if it has no others.
std::vector<fs::path> filesOf(const DataPlace& place) {
  std::vector<fs::path> found;
  bool splits = true;
  for (const auto& f : place.files()) {
    if (!isTable(f) && !isLines(f)) continue;
    if (f.stem() == "metadata") return {f};
    const auto name = f.stem().string();
    splits = splits && (isOfSplit(name, "test") || isOfSplit(name, "val") || isOfSplit(name, "train"));
    found.push_back(f);
  }
  if (found.size() > 1 && !splits) found.clear();
  return found;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  const auto files = filesOf(place);
  if (files.empty()) return {};
  const auto& file = files.front();
  if (const auto kind = Entries::kindOf(keysOf(file))) return kind;
  // A file a person names, and one that is there for nothing else, is read even if nothing in it can be used:
  // the error then says what is wrong with it.
  const bool meant = isLines(file) && (!place.isFolder() || file.stem() == "metadata");
  return meant ? std::optional(DataKind::Pairs) : std::nullopt;
}

void read(const DataPlace& place, Dataset& out) {
  const auto file = fileOfSplit(filesOf(place), place, out);
  const auto name = file.filename().string();
  Entries entries(place.pictures());
  if (isTable(file)) {
    const auto table = tableOf(readTextFile(file));
    for (size_t r = 1; r < table.rows.size(); ++r) {
      nlohmann::json entry = nlohmann::json::object();
      for (size_t c = 0; c < table.rows[0].size() && c < table.rows[r].size(); ++c)
        if (!table.rows[r][c].empty()) entry[lowerCase(table.rows[0][c])] = table.rows[r][c];
      entries.add(entry, name + ", line " + std::to_string(table.lines[r]), out);
    }
    if (table.unclosed)
      out.problems.push_back(
          {name + ", line " + std::to_string(table.unclosed), "has a quote that is not closed"});
    out.format = "A table of entries (" + name + ")";
  } else {
    std::istringstream in(readTextFile(file));
    int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (!trimmed(line).empty())
        entries.add(nlohmann::json::parse(line, nullptr, false), name + ", line " + std::to_string(number),
                    out);
    }
    out.format = "One JSON object a line (" + name + ")";
  }
  entries.finish(out);
}

}  // namespace

const DataFormat kMetadataFormat = {
    "metadata",
    "Entries in metadata.jsonl, metadata.csv or any .jsonl, .csv or .tsv, with pictures or text alone",
    recognise, read};

}  // namespace espalier
