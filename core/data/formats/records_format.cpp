#include <set>

#include "core/data/formats/entries.h"

namespace espalier {

namespace {

std::vector<std::filesystem::path> filesOf(const DataPlace& place) {
  std::vector<std::filesystem::path> out;
  for (const auto& f : place.filesEnding(".json")) {
    const auto& sketch = place.sketch(f);
    if (!sketch.isList || !sketch.has("")) continue;
    const auto kind = Entries::kindOf(sketch.keys.at(""));
    // Lists of other things (a tokenizer's, for instance) may lie about in a folder.
    if (kind && (!place.isFolder() || *kind != DataKind::Text)) out.push_back(f);
  }
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  const auto files = filesOf(place);
  return files.empty() ? std::nullopt : Entries::kindOf(place.sketch(files[0]).keys.at(""));
}

void read(const DataPlace& place, Dataset& out) {
  const auto file = fileOfSplit(filesOf(place), place, out);
  const auto records =
      readJsonRecords(file, {"file_name", "image",    "image_path", "filename",    "image_name", "path",
                             "img",       "question", "prompt",     "instruction", "query",      "answer",
                             "answers",   "response", "output",     "completion",  "caption",    "captions",
                             "text",      "sentence", "comment",    "content",     "label",      "kind"});
  Entries entries(place.pictures());
  for (size_t i = 0; i < records.json.size(); ++i) entries.add(records.json[i], records.placeOf("", i), out);
  entries.finish(out);
}

}  // namespace

const DataFormat kRecordsFormat = {
    "records", "A JSON list of entries with pictures, as LAVIS and BLIP have them", recognise, read};

}  // namespace espalier
