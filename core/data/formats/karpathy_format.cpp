#include <set>

#include "core/base/error.h"
#include "core/data/formats/format.h"

namespace espalier {

namespace karpathy_format {

std::vector<std::filesystem::path> filesOf(const DataPlace& place) {
  std::vector<std::filesystem::path> out;
  for (const auto& f : place.filesEnding(".json"))
    if (place.sketch(f).isListAt("images") && place.sketch(f).has("images", "sentences") &&
        place.sketch(f).has("images", "filename"))
      out.push_back(f);
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  return filesOf(place).empty() ? std::nullopt : std::optional(DataKind::Captions);
}

// "restval" pictures are trained on with "train", as Karpathy and Fei-Fei did.
bool isWanted(const std::string& split, const std::string& wanted) {
  return split == wanted || (wanted == "validation" && split == "val") ||
         (wanted == "train" && split == "restval");
}

void read(const DataPlace& place, Dataset& out) {
  const auto files = filesOf(place);
  if (files.size() > 1)
    out.notes.push_back("Of " + std::to_string(files.size()) + " files " + files[0].filename().string() +
                        " was taken; name another one itself.");
  const auto records =
      readJsonRecords(files[0], {"images", "sentences", "raw", "split", "filename", "filepath"});
  out.kind = DataKind::Captions;
  const auto& images = records.json.at("images");
  std::set<std::string> splits;
  for (const auto& image : images)
    if (image.is_object()) splits.insert(textOf(image, "split"));
  auto wanted = lowerCase(place.options().split);
  if (wanted.empty() && splits.size() > 1) {
    wanted = splits.contains("test") ? "test" : *splits.begin();
    out.notes.push_back("The split \"" + wanted + "\" was taken; --split chooses another.");
  }
  if (splits.size() > 1) {
    out.choices.splits.assign(splits.begin(), splits.end());
    out.choices.split = wanted == "validation" ? "val" : wanted;
  }
  auto pictures = place.pictures();
  bool any = false;
  for (size_t i = 0; i < images.size(); ++i) {
    const auto problem = [&](const std::string& what) {
      out.problems.push_back({records.placeOf("images", i), what});
    };
    if (!images[i].is_object()) {
      problem("is no object");
      continue;
    }
    if (!wanted.empty() && !isWanted(textOf(images[i], "split"), wanted)) continue;
    any = true;
    const auto name = textOf(images[i], "filename"), folder = textOf(images[i], "filepath");
    const auto sentences = images[i].find("sentences");
    if (name.empty() || sentences == images[i].end() || !sentences->is_array()) {
      problem("lacks \"filename\" or \"sentences\"");
      continue;
    }
    const auto found = pictures.byName(folder.empty() ? name : folder + "/" + name);
    if (!found) {
      problem("names the picture " + name + ", " + found.problem);
      continue;
    }
    for (const auto& sentence : *sentences)
      if (const auto text = sentence.is_object() ? textOf(sentence, "raw") : std::string(); !text.empty())
        out.samples.push_back({found.file, {}, text, "caption"});
  }
  if (!any) {
    std::string names;
    for (const auto& s : splits) names += (names.empty() ? "" : ", ") + s;
    throw Error(ErrorKind::InvalidInput,
                files[0].string() + " has no split \"" + wanted + "\"; it has " + names + ".");
  }
}

}  // namespace karpathy_format

const DataFormat kKarpathyFormat = {"karpathy", "Karpathy's splits of COCO or Flickr30k: one JSON file",
                                    karpathy_format::recognise, karpathy_format::read};

}  // namespace espalier
