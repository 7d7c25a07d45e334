#include "core/data/formats/format.h"

namespace espalier {

namespace coco_captions_format {

std::vector<std::filesystem::path> filesOf(const DataPlace& place) {
  std::vector<std::filesystem::path> out;
  for (const auto& f : place.filesEnding(".json")) {
    const auto& sketch = place.sketch(f);
    if (sketch.isListAt("images") && sketch.has("images", "id") && sketch.isListAt("annotations") &&
        sketch.has("annotations", "caption"))
      out.push_back(f);
  }
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  return filesOf(place).empty() ? std::nullopt : std::optional(DataKind::Captions);
}

void read(const DataPlace& place, Dataset& out) {
  const auto file = fileOfSplit(filesOf(place), place, out);
  const auto records =
      readJsonRecords(file, {"images", "annotations", "id", "file_name", "image_id", "caption"});
  out.kind = DataKind::Captions;
  std::map<int64_t, std::string> nameOfPicture;
  const auto& images = records.json.at("images");
  for (size_t i = 0; i < images.size(); ++i) {
    const auto id = images[i].is_object() ? numberOf(images[i], "id") : std::nullopt;
    const auto name = id ? textOf(images[i], "file_name") : std::string();
    if (name.empty())
      out.problems.push_back({records.placeOf("images", i), "lacks \"id\" or \"file_name\""});
    else
      nameOfPicture[*id] = name;
  }
  auto pictures = place.pictures();
  const auto& list = records.json.at("annotations");
  for (size_t i = 0; i < list.size(); ++i) {
    const auto problem = [&](const std::string& what) {
      out.problems.push_back({records.placeOf("annotations", i), what});
    };
    const auto id = list[i].is_object() ? numberOf(list[i], "image_id") : std::nullopt;
    const auto caption = id ? textOf(list[i], "caption") : std::string();
    if (caption.empty()) {
      problem("lacks \"image_id\" or \"caption\"");
      continue;
    }
    const auto name = nameOfPicture.find(*id);
    if (name == nameOfPicture.end()) {
      problem("is about picture " + std::to_string(*id) + ", which is not among \"images\"");
      continue;
    }
    const auto found = pictures.byName(name->second);
    if (!found) {
      problem("is about the picture " + name->second + ", " + found.problem);
      continue;
    }
    out.samples.push_back({found.file, {}, caption, "caption"});
  }
}

}  // namespace coco_captions_format

const DataFormat kCocoCaptionsFormat = {"coco-captions", "COCO captions: images and annotations as JSON",
                                        coco_captions_format::recognise, coco_captions_format::read};

}  // namespace espalier
