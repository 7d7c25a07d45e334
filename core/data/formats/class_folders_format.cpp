#include <algorithm>
#include <set>
#include <sstream>

#include "core/data/data_text.h"
#include "core/data/formats/format.h"

namespace espalier {

namespace fs = std::filesystem;

namespace class_folders_format {

std::vector<fs::path> picturesIn(const fs::path& folder, size_t most) {
  std::vector<fs::path> out;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end && out.size() < most; it.increment(ec))
    if (isPictureFile(it->path())) out.push_back(it->path());
  std::sort(out.begin(), out.end());
  return out;
}

// Folders of pictures and nothing else; "images" beside annotations is none, nor are splits.
std::vector<fs::path> classFolders(const DataPlace& place) {
  std::vector<fs::path> out;
  if (!place.isFolder() || place.holdsPictures()) return out;
  for (const auto& f : place.folders())
    if (!picturesIn(f, 1).empty()) out.push_back(f);
  if (out.size() < 2) out.clear();
  return out;
}

// Folders train, val and test in the place that hold class folders.
std::vector<fs::path> splitsIn(const DataPlace& place) {
  std::vector<fs::path> out;
  for (const auto& f : place.folders()) {
    const auto name = f.filename().string();
    const bool split = isOfSplit(name, "test") || isOfSplit(name, "val") || isOfSplit(name, "train");
    if (split && !classFolders(DataPlace(f, {})).empty()) out.push_back(f);
  }
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  // Pictures by split are no classes.
  const auto own = classFolders(place);
  const bool splits = std::all_of(own.begin(), own.end(), [](const auto& f) {
    const auto name = lowerCase(f.filename().string());
    return name.starts_with("train") || name.starts_with("val") || name.starts_with("test");
  });
  if (!own.empty() && !splits) return DataKind::Classes;
  return splitsIn(place).empty() ? std::nullopt : std::optional(DataKind::Classes);
}

// The names a file gives to the folders: JSON ({"n01440764": "tench"}, {"0": ["n01440764", "tench"]}, or a
// list in the folders' order), or lines "n01440764 tench, Tinca tinca" or, in the folders' order, "tench".
std::map<std::string, std::string> namesIn(const fs::path& file, const std::vector<std::string>& folders) {
  std::map<std::string, std::string> out;
  const std::set<std::string> known(folders.begin(), folders.end());
  if (file.extension() == ".json") {
    const auto j = parsedJson(readDataText(file));
    if (j.is_array() && j.size() == folders.size())
      for (size_t i = 0; i < folders.size(); ++i)
        if (j[i].is_string()) out[folders[i]] = j[i].get<std::string>();
    if (j.is_object())
      for (const auto& [key, value] : j.items()) {
        if (value.is_string() && known.contains(key)) out[key] = value.get<std::string>();
        if (value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_string())
          out[value[0].get<std::string>()] = value[1].get<std::string>();
      }
    return out;
  }
  std::istringstream in(readDataText(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    lines.push_back(line);
    const auto end = line.find_first_of(" \t");
    const auto begin = line.find_first_not_of(" \t", end);
    if (begin != std::string::npos && known.contains(line.substr(0, end)))
      out[line.substr(0, end)] = line.substr(begin);
  }
  if (out.empty() && lines.size() == folders.size())
    for (size_t i = 0; i < folders.size(); ++i) out[folders[i]] = lines[i];
  return out;
}

constexpr const char* kNameFiles[] = {
    "classnames.txt",   "class_names.txt",           "classes.txt",
    "class_names.json", "classnames.json",           "LOC_synset_mapping.txt",
    "synset_words.txt", "imagenet_class_index.json", "words.txt"};

void read(const DataPlace& outer, Dataset& out) {
  const auto splits = splitsIn(outer);
  std::optional<DataPlace> inner;
  if (!splits.empty()) {
    std::vector<std::string> names;
    for (const auto& f : splits) names.push_back(f.filename().string());
    inner.emplace(splits[chosenSplit(names, outer.options(), out)], DataOptions());
  }
  const DataPlace& place = inner ? *inner : outer;
  if (inner) out.notes.push_back("The folder " + place.folder().filename().string() + " was taken.");
  out.kind = DataKind::Classes;
  const auto folders = classFolders(place);
  std::vector<std::string> names;
  for (const auto& f : folders) names.push_back(f.filename().string());
  std::map<std::string, std::string> known;
  std::error_code ec;
  for (const auto& where :
       {place.folder(), outer.folder(), fs::absolute(outer.folder()).lexically_normal().parent_path()})
    for (const char* name : kNameFiles)
      if (known.empty() && fs::is_regular_file(where / name, ec)) {
        known = namesIn(where / name, names);
        if (!known.empty())
          out.notes.push_back("The names of the classes are those of " + std::string(name) + ".");
      }
  for (size_t i = 0; i < folders.size(); ++i) {
    const auto it = known.find(names[i]);
    std::string name = it != known.end() ? it->second : names[i];
    if (it == known.end()) {
      if (!known.empty()) out.notes.push_back("The class " + names[i] + " has no name in the list of names.");
      std::replace(name.begin(), name.end(), '_', ' ');
    }
    out.classNames.push_back(name);
    for (const auto& picture : picturesIn(folders[i], SIZE_MAX)) {
      Sample s{picture, {}, name, {}};
      s.classIndex = int64_t(i);
      s.classCount = int64_t(folders.size());
      out.samples.push_back(std::move(s));
    }
  }
}

}  // namespace class_folders_format

bool isClassNamesFile(const fs::path& file) {
  const auto name = file.filename().string();
  return std::any_of(std::begin(class_folders_format::kNameFiles), std::end(class_folders_format::kNameFiles),
                     [&](const char* n) { return name == n; });
}

const DataFormat kClassFoldersFormat = {"class-folders",
                                        "A folder of pictures for each class, as ImageNet has it",
                                        class_folders_format::recognise, class_folders_format::read};

}  // namespace espalier
