#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/input_file.h"
#include "core/base/json_text.h"
#include "core/base/parallel.h"
#include "core/data/formats/format.h"
#include "core/image/picture_check.h"
#include "core/text/utf8.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// In the order they are tried: what says most about itself first.
const DataFormat* const kFormats[] = {&kMetadataFormat,      &kQuestionsFormat,    &kGqaFormat,
                                      &kKarpathyFormat,      &kCocoCaptionsFormat, &kRecordsFormat,
                                      &kTokenCaptionsFormat, &kClassFoldersFormat, &kTextCaptionsFormat,
                                      &kPicturesFormat,      &kTextFormat};

constexpr const char* kSplits[] = {"test", "val", "train"};  // in the order they are taken

std::vector<std::pair<const DataFormat*, DataKind>> recognised(const DataPlace& place) {
  std::vector<std::pair<const DataFormat*, DataKind>> out;
  // Columns are named of what has some.
  const bool columns = place.options().columns.any();
  for (const auto* format : kFormats)
    if (columns && format != &kMetadataFormat && format != &kRecordsFormat)
      continue;
    else if (const auto kind = format->recognise(place))
      out.emplace_back(format, *kind);
  return out;
}

// Folders of splits that are data sets themselves, in the order they are taken.
std::vector<fs::path> splitFolders(const DataPlace& place) {
  std::vector<fs::path> out;
  DataOptions columnsOnly;
  columnsOnly.columns = place.options().columns;
  for (const char* split : kSplits)
    for (const auto& folder : place.folders())
      if (isOfSplit(folder.filename().string(), split) &&
          std::find(out.begin(), out.end(), folder) == out.end() &&
          !recognised(DataPlace(folder, columnsOnly)).empty())
        out.push_back(folder);
  return out;
}

std::string namesOf(const std::vector<std::pair<const DataFormat*, DataKind>>& formats) {
  std::string out;
  for (const auto& [format, kind] : formats) out += (out.empty() ? "" : ", ") + std::string(format->name);
  return out;
}

const DataFormat* chosen(const DataPlace& place,
                         const std::vector<std::pair<const DataFormat*, DataKind>>& found) {
  const auto& wanted = place.options().format;
  if (!wanted.empty()) {
    for (const auto& [format, kind] : found)
      if (wanted == format->name) return format;
    const bool known = std::any_of(std::begin(kFormats), std::end(kFormats),
                                   [&](const auto* f) { return wanted == f->name; });
    throw Error(ErrorKind::InvalidInput,
                known ? place.path().string() + " is no data of the format " + wanted +
                            (found.empty() ? "." : "; it was recognised as " + namesOf(found) + ".")
                      : "There is no data format \"" + wanted + "\"; see espalier-cli data --formats.");
  }
  for (const auto kind : place.options().preferred)
    for (const auto& [format, its] : found)
      if (its == kind) return format;
  return found.empty() ? nullptr : found.front().first;
}

// Texts are UTF-8 from here on; names of files stay as they are.
void makeTextsValid(Dataset& data) {
  constexpr const char* kReplacement = "\xEF\xBF\xBD";
  bool damaged = false;
  const auto make = [&](std::string& text) {
    if (!isValidUtf8(text)) text = validUtf8(text);
    damaged = damaged || text.find(kReplacement) != std::string::npos;
  };
  int64_t entries = 0;
  std::string first;
  for (auto& s : data.samples) {
    damaged = false;
    make(s.question), make(s.answer), make(s.kind);
    for (auto& answer : s.answers) make(answer);
    if (damaged && entries++ == 0)
      first = s.answer.find(kReplacement) != std::string::npos ? s.answer : s.question;
  }
  for (auto& name : data.classNames) make(name);
  constexpr size_t kShown = 60;
  if (entries > 0)
    data.notes.push_back("The texts of " + std::to_string(entries) +
                         (entries == 1 ? " entry hold" : " entries hold") +
                         " bytes that are no UTF-8, or half a surrogate pair, which became U+FFFD: \"" +
                         (first.size() > kShown ? validUtf8(first.substr(0, kShown)) + "..." : first) +
                         "\". Save the data as UTF-8.");
}

// Leaves out the entries of pictures that cannot be read.
void leaveOutBroken(Dataset& data) {
  std::map<fs::path, std::string> faults;
  std::vector<std::pair<const fs::path, std::string>*> pictures;
  for (const auto& s : data.samples)
    if (!s.image.empty()) faults.emplace(s.image, "");
  for (auto& entry : faults) pictures.push_back(&entry);
  constexpr int64_t kAtOnce = 64;
  const auto n = int64_t(pictures.size());
  parallelFor((n + kAtOnce - 1) / kAtOnce, [&](int64_t chunk) {
    for (int64_t i = chunk * kAtOnce; i < std::min(n, (chunk + 1) * kAtOnce); ++i)
      pictures[size_t(i)]->second = pictureFault(pictures[size_t(i)]->first);
  });
  std::erase_if(data.samples, [&](const Sample& s) {
    if (s.image.empty()) return false;
    const auto& fault = faults.at(s.image);
    if (!fault.empty()) data.problems.push_back({s.image.lexically_proximate(data.path).string(), fault});
    return !fault.empty();
  });
}

[[noreturn]] void throwNotRecognised(const DataPlace& place) {
  const auto& path = place.path();
  // A .json that is none is better told than one whose format is not known.
  if (!place.isFolder() && lowerCase(path.extension().string()) == ".json" && tableColumns(place).empty())
    readJsonRecords(path, {});
  if (const auto why = refusalOf(place); !why.empty())
    throw Error(ErrorKind::Unsupported, path.string() + " " + why + ".");
  DataChoices choices;
  choices.columns = tableColumns(place);
  if (choices.columns.empty()) choices.columns = recordColumns(place);
  if (choices.columns.empty())
    throw Error(ErrorKind::InvalidInput,
                path.string() + (place.isFolder() ? " is a folder that holds no data" : " is no data file") +
                    " of a known format; espalier-cli data --formats lists what can be read.");
  std::string names;
  for (const auto& c : choices.columns) names += (names.empty() ? "" : ", ") + c;
  const auto& asked = place.options().columns;
  std::string missing;
  for (const auto& name : {asked.picture, asked.question, asked.text})
    if (!name.empty() && std::none_of(choices.columns.begin(), choices.columns.end(),
                                      [&](const auto& c) { return lowerCase(c) == lowerCase(name); }))
      missing = name;
  if (!missing.empty())
    throw UnknownColumns(path.string() + " has no column \"" + missing + "\"; it has " + names + ".",
                         choices);
  throw UnknownColumns(path.string() + " has the columns " + names +
                           "; say which of them holds what, for instance --columns "
                           "picture=NAME,text=NAME or picture=NAME,question=NAME,answer=NAME.",
                       choices);
}

}  // namespace

std::string nameOf(DataKind kind) {
  constexpr const char* kNames[] = {"pairs", "questions", "captions", "classes", "pictures", "text"};
  return kNames[int(kind)];
}

std::string lowerCase(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return text;
}

std::string textOf(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end()) return {};
  if (it->is_string()) return it->get<std::string>();
  return it->is_number() ? jsonText(*it) : std::string();
}

std::optional<int64_t> numberOf(const nlohmann::json& object, const char* key) {
  const auto text = textOf(object, key);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

bool isOfSplit(const std::string& name, const std::string& split) {
  const auto lower = lowerCase(name), wanted = lowerCase(split);
  if (lower.find(wanted) != std::string::npos) return true;
  if (wanted != "val" && wanted != "validation") return false;
  return lower.find("val") != std::string::npos || lower.find("dev") != std::string::npos;
}

std::optional<size_t> ofSplit(const std::vector<std::string>& names, const std::string& split) {
  for (const bool exact : {true, false})
    for (size_t i = 0; i < names.size(); ++i)
      if (exact ? lowerCase(names[i]) == lowerCase(split) : isOfSplit(names[i], split)) return i;
  return {};
}

size_t chosenSplit(const std::vector<std::string>& names, const DataOptions& options, Dataset& out) {
  const auto& wanted = options.split;
  std::optional<size_t> at;
  if (!wanted.empty() && !(at = ofSplit(names, wanted))) {
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
    throw Error(ErrorKind::InvalidInput,
                out.path.string() + " has no split \"" + wanted + "\"; it has " + all + ".");
  }
  for (const char* split : kSplits)
    if (!at) at = ofSplit(names, split);
  if (!at) at = 0;
  if (names.size() > 1) {
    out.choices.splits = names;
    out.choices.split = names[*at];
  }
  return *at;
}

fs::path fileOfSplit(const std::vector<fs::path>& files, const DataPlace& place, Dataset& out, bool marked) {
  if (files.size() == 1 && (place.options().split.empty() || !place.isFolder() || marked)) return files[0];
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.filename().string());
  const auto& taken = files[chosenSplit(names, place.options(), out)];
  out.notes.push_back("Of " + std::to_string(files.size()) + " files " + taken.filename().string() +
                      " was taken; --split chooses another.");
  return taken;
}

DataPlace::DataPlace(fs::path path, DataOptions options)
    : m_path(std::move(path)), m_options(std::move(options)) {
  std::error_code ec;
  if (!fs::exists(m_path, ec)) throw Error(ErrorKind::Io, "The data " + m_path.string() + " does not exist.");
  if (!m_options.pictures.empty() && !fs::is_directory(m_options.pictures, ec))
    throw Error(ErrorKind::InvalidInput,
                "The folder of pictures " + m_options.pictures.string() + " does not exist.");
  m_isFolder = fs::is_directory(m_path, ec);
  if (!m_isFolder) InputFile{m_path};  // refuses what no one can read to its end
  m_folder = m_isFolder ? m_path : m_path.has_parent_path() ? m_path.parent_path() : ".";
  if (!m_isFolder) {
    m_files = {m_path};
    return;
  }
  const auto list = [&](const fs::path& folder, bool alsoFolders) {
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
      if (it->path().filename().string().starts_with(".")) continue;
      std::error_code each;
      if (it->is_regular_file(each)) m_files.push_back(it->path());
      if (alsoFolders && it->is_directory(each)) m_folders.push_back(it->path());
    }
    if (ec)
      throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be read: " + ec.message() + ".");
  };
  list(m_folder, true);
  if (fs::is_directory(m_folder / "annotations", ec)) list(m_folder / "annotations", false);
  std::sort(m_files.begin(), m_files.end());
  std::sort(m_folders.begin(), m_folders.end());
}

std::vector<fs::path> DataPlace::filesEnding(const std::string& ending) const {
  std::vector<fs::path> out;
  for (const auto& f : m_files)
    if (lowerCase(f.extension().string()) == ending) out.push_back(f);
  return out;
}

const JsonSketch& DataPlace::sketch(const fs::path& file) const {
  const auto it = m_sketches.find(file);
  return it != m_sketches.end() ? it->second : m_sketches.emplace(file, sketchJson(file)).first->second;
}

bool DataPlace::holdsPictures() const {
  return m_isFolder && std::any_of(m_files.begin(), m_files.end(), isPictureFile);
}

const std::vector<DataFormatDescription>& dataFormats() {
  static const auto list = [] {
    std::vector<DataFormatDescription> out;
    for (const auto* f : kFormats) out.push_back({f->name, f->summary});
    return out;
  }();
  return list;
}

std::vector<std::string> formatsAt(const fs::path& path) {
  std::vector<std::string> out;
  for (const auto& [format, kind] : recognised(DataPlace(path, {}))) out.push_back(format->name);
  return out;
}

Dataset openDataset(const fs::path& path, const DataOptions& options) {
  const DataPlace place(path, options);
  const auto found = recognised(place);
  // What is asked for may lie in the folders of the splits.
  const auto inner = found.empty() ? splitFolders(place) : std::vector<fs::path>();
  if (!inner.empty()) {
    std::vector<std::string> names;
    for (const auto& folder : inner) names.push_back(folder.filename().string());
    Dataset which;
    which.path = path;
    const auto& folder = inner[chosenSplit(names, options, which)];
    auto rest = options;
    rest.split.clear();
    auto out = openDataset(folder, rest);
    out.notes.insert(out.notes.begin(), "The folder " + folder.filename().string() + " was taken.");
    out.choices.splits = which.choices.splits;
    out.choices.split = which.choices.split;
    return out;
  }
  const auto* format = chosen(place, found);
  if (!format) throwNotRecognised(place);
  Dataset out;
  out.path = path;
  out.format = format->summary;
  out.options = options;
  if (found.size() > 1) out.options.format = format->name;
  for (const auto& [each, kind] : found) out.choices.formats.push_back(each->name);
  out.choices.format = format->name;
  try {
    format->read(place, out);
  } catch (const nlohmann::json::exception&) {
    // The first of its entries were looked at to know the format, not all.
    throw Error(ErrorKind::Format, path.string() + " begins as the format " + format->name +
                                       " and goes on otherwise: a list or an object is missing, or something "
                                       "else stands in its place.");
  }
  tellUnreadTables(place, *format, out);
  makeTextsValid(out);
  leaveOutBroken(out);
  if (out.samples.empty()) {
    const std::string why =
        out.problems.empty() ? "it is empty" : out.problems[0].place + " " + out.problems[0].what;
    throw Error(ErrorKind::Format, path.string() + " holds no entry that can be used: " + why + ".");
  }
  return out;
}

}  // namespace espalier
