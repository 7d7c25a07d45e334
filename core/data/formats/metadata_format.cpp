#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/data/data_text.h"
#include "core/data/formats/entries.h"
#include "core/data/formats/entry_fields.h"
#include "core/data/formats/table.h"
#include "core/text/utf8.h"

namespace espalier {

namespace fs = std::filesystem;

namespace metadata_format {

constexpr size_t kHeader = 1 << 20, kShortHeader = 1 << 12;  // bytes of a file's start that tell its columns
constexpr int kTries = 100;  // lines of a faulty file of which one must be readable

std::string endingOf(const fs::path& file) {
  return lowerCase(file.extension().string());
}

// The start of a file, up to a whole line where there is one.
std::string startOf(const fs::path& file, size_t bytes = kHeader) {
  std::ifstream in(file, std::ios::binary);
  std::string start(bytes, '\0');
  in.read(start.data(), std::streamsize(start.size()));
  start.resize(size_t(std::max<std::streamsize>(0, in.gcount())));
  start = dataTextOf(start);
  if (const auto end = start.rfind('\n'); end != std::string::npos) start.resize(end + 1);
  return start;
}

std::vector<std::string> linesOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string line; int(out.size()) < kTries && std::getline(in, line);)
    if (!withoutBlanks(line).empty()) out.push_back(line);
  return out;
}

std::vector<std::string> headerOf(const std::string& start) {
  const auto table = tableOf(holdsNoText(start) ? "" : start);
  return table.rows.empty() ? std::vector<std::string>() : table.rows[0];
}

std::set<std::string> lowered(const std::vector<std::string>& names) {
  std::set<std::string> out;
  for (const auto& name : names) out.insert(lowerCase(name));
  return out;
}

// Whether a file is a table: by its ending, or one of other endings by its first line, which names a picture
// and something about it (Flickr8k's captions.txt), or the columns that are asked for.
bool isTable(const fs::path& file, const DataColumns& columns) {
  const auto ending = endingOf(file);
  if (ending == ".csv" || ending == ".tsv") return true;
  if (!mayHoldTable(file)) return false;
  const auto start = startOf(file, kShortHeader);
  const auto header = headerOf(start.substr(0, start.find('\n') + 1));
  const auto keys = lowered(header);
  return header.size() > 1 && header.size() == keys.size() && entryKind(keys, columns) &&
         (columns.any() || entry_fields::firstOf(entry_fields::kPicture, keys));
}

// Whether a .json holds an object on each line instead of one value.
bool holdsLines(const fs::path& file) {
  const auto lines = linesOf(startOf(file));
  if (lines.empty() || withoutBlanks(lines[0])[0] != '{') return false;
  const auto first = parsedJson(lines[0]);
  if (!first.is_object()) return false;
  if (lines.size() > 1) return withoutBlanks(lines[1])[0] == '{';
  std::set<std::string> keys;
  for (const auto& [key, value] : first.items()) keys.insert(lowerCase(key));
  return entryKind(keys, {}).has_value();
}

bool isLines(const fs::path& file) {
  const auto ending = endingOf(file);
  return ending == ".jsonl" || ending == ".ndjson" || (ending == ".json" && holdsLines(file));
}

// The columns of a file; of a faulty file the first line that can be read tells.
std::vector<std::string> columnsOf(const fs::path& file, const DataColumns& asked) {
  const auto start = startOf(file);
  if (isTable(file, asked)) return headerOf(start);
  for (const auto& line : linesOf(start)) {
    const auto j = parsedJson(line);
    if (!j.is_object()) continue;
    std::vector<std::string> out;
    for (const auto& [key, value] : j.items()) out.push_back(key);
    return out;
  }
  return {};
}

// The files of a place that may be meant: the one named, or metadata.* of a folder, or its only table or file
// of lines, or those of its splits, if it has no others. Where columns are asked for, those that have them.
std::vector<fs::path> filesOf(const DataPlace& place) {
  const auto& asked = place.options().columns;
  std::vector<fs::path> all, having;
  for (const auto& f : place.files())
    if (isTable(f, asked) || isLines(f)) all.push_back(f);
  if (asked.any())
    for (const auto& f : all)
      if (entryKind(lowered(columnsOf(f, asked)), asked)) having.push_back(f);
  std::vector<fs::path> found;
  bool splits = true;
  for (const auto& f : having.empty() ? all : having) {
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
  const auto keys = lowered(columnsOf(file, place.options().columns));
  if (const auto kind = entryKind(keys, place.options().columns)) return kind;
  if (place.options().columns.any()) return {};
  // A file a person names, and one that is there for nothing else, is read even if nothing in it can be used:
  // the error then says what is wrong with it.
  const bool meant = isLines(file) && (!place.isFolder() || file.stem() == "metadata");
  return meant && keys.empty() ? std::optional(DataKind::Pairs) : std::nullopt;
}

// Of two columns of one name nobody can know which is meant.
void refuseColumnsTwice(const fs::path& file, const std::vector<std::string>& columns,
                        const DataColumns& taken) {
  for (const auto& name : {taken.picture, taken.question, taken.text})
    if (!name.empty() && std::count_if(columns.begin(), columns.end(),
                                       [&](const auto& c) { return lowerCase(c) == lowerCase(name); }) > 1)
      throw Error(ErrorKind::Format, file.string() + " has the column \"" + name +
                                         "\" more than once; give each column a name of its own.");
}

void readTable(const fs::path& file, const Entries::Each& each, Dataset& out) {
  const auto name = file.filename().string();
  const auto table = tableOf(readDataText(file));
  // Once each, also where the table is read twice.
  const auto tell = [&](int64_t line, const std::string& what) {
    const auto place = name + ", line " + std::to_string(line);
    if (std::none_of(out.problems.begin(), out.problems.end(),
                     [&](const auto& p) { return p.place == place && p.what == what; }))
      out.problems.push_back({place, what});
  };
  for (size_t r = 1; r < table.rows.size(); ++r) {
    const auto& header = table.rows[0];
    auto row = table.rows[r];
    while (row.size() > header.size() && row.back().empty()) row.pop_back();
    // What stands in a cell too many may be the rest of a text: nobody can know of which.
    if (row.size() > header.size()) {
      tell(table.lines[r], "has " + std::to_string(row.size()) + " cells under " +
                               std::to_string(header.size()) +
                               " columns; a text that holds the separator stands in quotes");
      continue;
    }
    nlohmann::json entry = nlohmann::json::object();
    for (size_t c = 0; c < row.size(); ++c)
      if (!row[c].empty()) entry[lowerCase(header[c])] = row[c];
    each(entry, name + ", line " + std::to_string(table.lines[r]), {});
  }
  if (table.unclosed) tell(table.unclosed, "has a quote that is not closed");
}

void read(const DataPlace& place, Dataset& out) {
  const auto files = filesOf(place);
  const auto columns = columnsOf(files.front(), place.options().columns);
  const bool marked = lowered(columns).contains("split");
  const auto file = fileOfSplit(files, place, out, marked);
  const auto name = file.filename().string();
  const bool table = isTable(file, place.options().columns);
  out.choices.columns = columnsOf(file, place.options().columns);
  out.choices.taken = columnsTaken(out.choices.columns, place.options().columns);
  Entries entries(place.pictures(), place.options());
  if (table) {
    refuseColumnsTwice(file, out.choices.columns, out.choices.taken);
    entries.read([&](const Entries::Each& each) { readTable(file, each, out); }, {true, marked}, out);
    tellUnusedPictures(place, entries.likePicture(), out);
    out.format = "A table of entries (" + name + ")";
    return;
  }
  const auto text = readDataText(file);
  entries.read(
      [&](const Entries::Each& each) {
        std::istringstream in(text);
        int64_t number = 0;
        for (std::string line; std::getline(in, line);) {
          ++number;
          if (!withoutBlanks(line).empty())
            each(parsedJson(line), name + ", line " + std::to_string(number), {});
        }
      },
      {false, marked}, out);
  tellUnusedPictures(place, entries.likePicture(), out);
  out.format = "One JSON object a line (" + name + ")";
}

}  // namespace metadata_format

std::vector<std::string> tableColumns(const DataPlace& place) {
  const auto files = metadata_format::filesOf(place);
  return files.empty() ? std::vector<std::string>()
                       : metadata_format::columnsOf(files.front(), place.options().columns);
}

const DataFormat kMetadataFormat = {
    "metadata",
    "Entries in metadata.jsonl, metadata.csv or any .jsonl, .csv or .tsv, with pictures or text alone",
    metadata_format::recognise, metadata_format::read};

}  // namespace espalier
