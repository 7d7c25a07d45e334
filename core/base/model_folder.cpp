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

}  // namespace

fs::path modelFolderAt(const fs::path& folder) {
  std::error_code ec;
  const auto snapshots = folder / "snapshots";
  if (fs::exists(folder / "config.json", ec) || !fs::is_directory(snapshots, ec)) return folder;
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
