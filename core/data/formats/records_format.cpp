#include <set>

#include "core/base/error.h"
#include "core/data/formats/entries.h"
#include "core/data/formats/entry_fields.h"

namespace espalier {

namespace records_format {

std::set<std::string> loweredKeys(const std::set<std::string>& names) {
  std::set<std::string> out;
  for (const auto& name : names) out.insert(lowerCase(name));
  return out;
}

// Where the entries of a JSON file are.
struct Where {
  std::string list;     // the member of the top object that is the list of them; empty: the top itself
  bool byName = false;  // the top is an object of entries by their names
  std::set<std::string> keys;
  DataKind kind = DataKind::Pairs;
};

std::optional<Where> entriesIn(const JsonSketch& sketch, const DataColumns& columns) {
  if (sketch.isList) {
    if (!sketch.has("")) return {};
    const auto& keys = sketch.keys.at("");
    const auto kind = entryKind(loweredKeys(keys), columns);
    return kind ? std::optional(Where{{}, false, keys, *kind}) : std::nullopt;
  }
  // What has a format of its own.
  if (sketch.has("images") || sketch.has("questions", "question_id") ||
      sketch.has("annotations", "question_id"))
    return {};
  std::optional<Where> list, named;
  size_t namedCount = 0;
  for (const auto& [name, keys] : sketch.keys) {
    if (keys.contains("imageId")) return {};  // GQA
    if (keys.contains("row") && keys.contains("row_idx")) return Where{name, false, keys, DataKind::Pairs};
    const auto kind = entryKind(loweredKeys(keys), columns);
    if (!kind) continue;
    if (!sketch.isListAt(name)) {
      ++namedCount;
      if (!named) named = Where{{}, true, keys, *kind};
      continue;
    }
    if (list) return {};  // which of them is meant, nobody can know
    list = Where{name, false, keys, *kind};
  }
  if (list) return list;
  // Entries by name are all of a kind; a file of settings is not.
  return namedCount == sketch.keys.size() && named && named->kind != DataKind::Text ? named : std::nullopt;
}

std::vector<std::filesystem::path> filesOf(const DataPlace& place) {
  std::vector<std::filesystem::path> out;
  for (const auto& f : place.filesEnding(".json")) {
    const auto where = entriesIn(place.sketch(f), place.options().columns);
    // Lists of other things (a tokenizer's, for instance) may lie about in a folder.
    if (where && (!place.isFolder() || where->kind != DataKind::Text)) out.push_back(f);
  }
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  const auto files = filesOf(place);
  if (files.empty()) return {};
  return entriesIn(place.sketch(files[0]), place.options().columns)->kind;
}

void read(const DataPlace& place, Dataset& out) {
  const auto files = filesOf(place);
  const auto& columns = place.options().columns;
  const bool marked = entriesIn(place.sketch(files[0]), columns)->keys.contains("split");
  const auto file = fileOfSplit(files, place, out, marked);
  const auto where = *entriesIn(place.sketch(file), columns);
  out.choices.columns.assign(where.keys.begin(), where.keys.end());
  out.choices.taken = columnsTaken(out.choices.columns, columns);
  auto members = entryKeys(columns);
  members.insert(where.list);
  const auto records = readJsonRecords(file, members, where.byName);
  Entries entries(place.pictures(), place.options());
  entries.read(
      [&](const Entries::Each& each) {
        if (where.byName) {
          for (const auto& [id, entry] : records.json.items()) each(entry, records.placeOfNamed(id), id);
          return;
        }
        const auto& list = records.json.is_array() ? records.json : records.json.at(where.list);
        if (!list.is_array())
          throw Error(ErrorKind::Format, file.string() + " has a list \"" + where.list +
                                             "\" and something else under the same key.");
        for (size_t i = 0; i < list.size(); ++i) each(list[i], records.placeOf(where.list, i), {});
      },
      {false, marked}, out);
  tellUnusedPictures(place, entries.likePicture(), out);
}

}  // namespace records_format

std::vector<std::string> recordColumns(const JsonSketch& sketch) {
  for (const auto& [name, keys] : sketch.keys)
    if (!keys.empty() && (sketch.isList || sketch.isListAt(name))) return {keys.begin(), keys.end()};
  return {};
}

std::vector<std::string> recordColumns(const DataPlace& place) {
  for (const auto& f : place.filesEnding(".json"))
    if (auto columns = recordColumns(place.sketch(f)); !columns.empty()) return columns;
  return {};
}

const DataFormat kRecordsFormat = {
    "records",
    "JSON entries with pictures: of LAVIS, BLIP, LLaVA, VizWiz, TextVQA, TextCaps, ScienceQA, A-OKVQA",
    records_format::recognise, records_format::read};

}  // namespace espalier
