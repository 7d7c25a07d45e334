#include "core/base/model_folder.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

std::string startOfFile(const fs::path& file) {
  std::error_code ec;
  if (!fs::is_regular_file(file, ec)) return {};
  std::ifstream in(file, std::ios::binary);
  std::string start(256, '\0');
  in.read(start.data(), std::streamsize(start.size()));
  start.resize(size_t(std::max<std::streamsize>(0, in.gcount())));
  return start;
}

// The one model of a cache as a whole ("hub", with a folder models--OWNER--NAME for each); any other folder
// as it is.
fs::path modelOfCache(const fs::path& folder) {
  std::error_code ec;
  std::vector<fs::path> models;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().filename().string().starts_with("models--") &&
        fs::is_directory(it->path() / "snapshots", ec))
      models.push_back(it->path());
  if (models.empty()) return folder;
  if (models.size() == 1) return modelFolderAt(models[0]);
  std::sort(models.begin(), models.end());
  throw Error(ErrorKind::InvalidInput, folder.string() + " is the Hugging Face cache with " +
                                           std::to_string(models.size()) + " models; name one, such as " +
                                           models[0].string() + ".");
}

}  // namespace

fs::path modelFolderAt(const fs::path& folder) {
  std::error_code ec;
  const auto snapshots = folder / "snapshots";
  if (fs::exists(folder / "config.json", ec)) return folder;
  if (!fs::is_directory(snapshots, ec)) return modelOfCache(folder);
  auto commit = startOfFile(folder / "refs" / "main");
  commit.erase(std::find_if(commit.begin(), commit.end(), [](char c) { return c <= ' '; }), commit.end());
  if (!commit.empty() && commit.find('/') == std::string::npos && fs::is_directory(snapshots / commit, ec))
    return snapshots / commit;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(snapshots, ec), end; !ec && it != end; it.increment(ec))
    if (it->is_directory(ec)) found.push_back(it->path());
  if (found.size() == 1) return found[0];
  std::sort(found.begin(), found.end());
  throw Error(ErrorKind::InvalidInput,
              folder.string() + " is a folder of the Hugging Face cache with " +
                  (found.empty() ? "no snapshot; one was expected in snapshots."
                                 : std::to_string(found.size()) +
                                       " snapshots, of which refs/main names none; name one, such as " +
                                       found[0].string() + "."));
}

void refusePointer(const fs::path& file) {
  const auto start = startOfFile(file);
  if (start.starts_with("version https://git-lfs"))
    throw Error(
        ErrorKind::Format,
        file.string() + " is a Git LFS pointer that stands for the file; run git lfs pull in its folder.");
  if (start.starts_with("../../blobs/") && start.size() < 256)
    throw Error(ErrorKind::Format,
                file.string() + " holds the target of a link (" + start +
                    ") in place of the file: the folder was copied without its links; copy it with cp -L.");
}

}  // namespace espalier
