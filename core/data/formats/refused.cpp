#include <algorithm>
#include <fstream>

#include "core/data/data_text.h"
#include "core/data/formats/entry_fields.h"
#include "core/data/formats/format.h"

namespace espalier {

namespace {

constexpr const char* kWriteLines =
    "; write the pictures as files and metadata.jsonl beside them, a line {\"file_name\": ..., \"text\": "
    "...} for "
    "each row";

}  // namespace

std::string refusalOfName(const std::filesystem::path& file) {
  const auto ending = lowerCase(file.extension().string());
  if (ending == ".parquet") return std::string("is a Parquet table, which is not read") + kWriteLines;
  if (ending == ".arrow" || ending == ".feather")
    return std::string("is an Arrow table, which is not read") + kWriteLines;
  if (ending == ".tfrecord" || ending == ".tfrecords")
    return std::string("is a TFRecord, which is not read") + kWriteLines;
  if (ending == ".xlsx" || ending == ".xls" || ending == ".ods")
    return "is a spreadsheet, which is not read; save it as CSV";
  if (ending == ".xml") return std::string("is XML, which is not read") + kWriteLines;
  for (const char* archive : {".tar", ".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst"})
    if (ending == archive) return "is an archive; unpack it and name the folder";
  return {};
}

std::string refusalOfKeys(const std::vector<std::string>& columns) {
  if (std::any_of(columns.begin(), columns.end(), [](const auto& c) { return isPictureFile(c); }))
    return "begins with an entry where the names of the columns were expected; put a line such as "
           "image,caption above it";
  std::set<std::string> keys;
  for (const auto& c : columns) keys.insert(lowerCase(c));
  if (isAboutTwoPictures(keys))
    return "holds entries about two pictures each (NLVR2); entries about one picture were expected";
  if (hasOnlyAddress(keys))
    return "names its pictures by their addresses on the network only; download them, and name the file of "
           "each as \"file_name\"";
  return {};
}

std::string refusalOf(const DataPlace& place) {
  for (const auto& columns : {tableColumns(place), recordColumns(place)})
    if (auto why = refusalOfKeys(columns); !why.empty()) return why;
  std::string archive;
  for (const auto& file : place.files()) {
    auto why = refusalOfName(file);
    if (why.empty()) continue;
    if (place.isFolder()) why = "holds " + file.filename().string() + ", which " + why;
    return why;
  }
  std::error_code ec;
  if (place.isFolder() && std::filesystem::is_directory(place.folder() / "data", ec))
    return refusalOf(DataPlace(place.folder() / "data", {}));
  return {};
}

}  // namespace espalier
