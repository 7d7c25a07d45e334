#include "core/engine/places.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/error.h"
#include "core/data/dataset.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// So many entries are looked into for data: each look opens files.
constexpr size_t kMostLookedInto = 200;

bool isFileAt(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool holdsData(const fs::path& path) {
  try {
    return !formatsAt(path).empty();
  } catch (const std::exception&) {
    return false;
  }
}

fs::path dataAt(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder, ignored) && holdsData(folder) ? folder : fs::path();
}

fs::path modelFolderOf(const fs::path& chosen) {
  if (isFileAt(chosen) && isFileAt(chosen.parent_path() / "config.json")) {
    const auto ending = chosen.extension();
    if (chosen.filename() == "config.json" || ending == ".safetensors" || ending == ".bin" ||
        ending == ".pth" || ending == ".pt")
      return chosen.parent_path();
  }
  return !isFileAt(chosen / "config.json") && isFileAt(chosen / "model" / "config.json") ? chosen / "model"
                                                                                         : chosen;
}

// Tables and lists of samples; pictures and weights beside them are no data sets.
bool mayBeDataFile(const fs::path& file) {
  const auto ending = file.extension();
  return ending == ".json" || ending == ".jsonl" || ending == ".ndjson" || ending == ".csv" ||
         ending == ".tsv" || ending == ".txt";
}

}  // namespace

ModelPlaces modelPlaces(const fs::path& chosen) {
  ModelPlaces places;
  places.model = modelFolderOf(chosen);
  const auto beside = places.model.parent_path();
  places.calibration = dataAt(beside / "calibration");
  std::error_code ignored;
  places.pairs = dataAt(beside / (fs::is_directory(beside / "pairs", ignored) ? "pairs" : "held-out"));
  return places;
}

bool looksLikeModel(const fs::path& chosen) {
  return isFileAt(modelFolderOf(chosen) / "config.json");
}

FolderListing listFolder(const fs::path& asked) {
  const char* home = std::getenv("HOME");
  FolderListing listing;
  listing.folder = fs::absolute(asked.empty() ? fs::path(home ? home : "/") : asked).lexically_normal();
  if (!listing.folder.has_filename() && listing.folder.has_relative_path())
    listing.folder = listing.folder.parent_path();
  std::error_code failure;
  fs::directory_iterator it(listing.folder, failure);
  for (; !failure && it != fs::directory_iterator(); it.increment(failure)) {
    FolderEntry entry;
    entry.name = it->path().filename().string();
    if (entry.name.starts_with(".")) continue;
    if (listing.entries.size() == kMostListed) {
      listing.complete = false;
      break;
    }
    std::error_code ignored;
    entry.folder = it->is_directory(ignored);
    if (!entry.folder && it->is_regular_file(ignored)) {
      const auto bytes = it->file_size(ignored);
      entry.bytes = ignored ? 0 : int64_t(bytes);
    }
    listing.entries.push_back(std::move(entry));
  }
  if (failure)
    throw Error(ErrorKind::Io,
                listing.folder.string() + " cannot be listed: " + failure.message() + "; name a folder.");
  std::sort(listing.entries.begin(), listing.entries.end(), [](const FolderEntry& a, const FolderEntry& b) {
    return a.folder != b.folder ? a.folder : a.name < b.name;
  });
  size_t looked = 0;
  for (auto& entry : listing.entries) {
    const auto path = listing.folder / entry.name;
    entry.model = entry.folder && looksLikeModel(path);
    if (entry.model || (!entry.folder && !mayBeDataFile(path)) || looked == kMostLookedInto) continue;
    ++looked;
    entry.data = holdsData(path);
  }
  return listing;
}

}  // namespace espalier
