#include "core/data/formats/format.h"

namespace espalier {

namespace gqa_format {

bool isGqa(const DataPlace& place, const std::filesystem::path& file) {
  const auto& sketch = place.sketch(file);
  if (sketch.isList || sketch.keys.empty()) return false;
  const auto& first = sketch.keys.begin()->second;
  return first.contains("imageId") && first.contains("question");
}

std::vector<std::filesystem::path> filesOf(const DataPlace& place) {
  std::vector<std::filesystem::path> out;
  for (const auto& f : place.filesEnding(".json"))
    if (isGqa(place, f)) out.push_back(f);
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  return filesOf(place).empty() ? std::nullopt : std::optional(DataKind::Questions);
}

void read(const DataPlace& place, Dataset& out) {
  const auto file = fileOfSplit(filesOf(place), place, out);
  const auto records = readJsonRecords(file, {"imageId", "question", "answer", "types", "structural"}, true);
  out.kind = DataKind::Questions;
  auto pictures = place.pictures();
  for (const auto& [id, entry] : records.json.items()) {
    const auto problem = [&](const std::string& what) {
      out.problems.push_back({records.fileName + ", line " +
                                  std::to_string(records.lines.contains(id) ? records.lines.at(id)[0] : 1) +
                                  ", question " + id,
                              what});
    };
    Sample s;
    if (entry.is_object()) s.question = textOf(entry, "question"), s.answer = textOf(entry, "answer");
    const auto image = entry.is_object() ? textOf(entry, "imageId") : std::string();
    if (s.question.empty() || s.answer.empty() || image.empty()) {
      problem("lacks \"question\", \"answer\" or \"imageId\"");
      continue;
    }
    const auto found = pictures.byStem(image);
    if (!found) {
      problem("asks about the picture " + image + ".jpg, " + found.problem);
      continue;
    }
    s.image = found.file;
    if (const auto it = entry.find("types"); it != entry.end() && it->is_object())
      s.kind = textOf(*it, "structural");
    out.samples.push_back(std::move(s));
  }
}

}  // namespace gqa_format

const DataFormat kGqaFormat = {"gqa", "GQA: questions as JSON, by their number", gqa_format::recognise,
                               gqa_format::read};

}  // namespace espalier
