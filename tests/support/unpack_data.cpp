// espalier-unpack-data FROM TO: makes a folder of test data as the tests read it. Large files are kept in
// FROM as NAME.zst; TO has them unpacked as NAME, links to all others, and nothing else.
#include <zstd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

namespace fs = std::filesystem;

namespace {

std::string unpacked(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(in)), {});
  const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (!in || size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
    throw std::runtime_error(file.string() + " is no file that zstd wrote.");
  std::string out(size, '\0');
  const size_t got = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) || got != out.size())
    throw std::runtime_error(file.string() + " cannot be unpacked.");
  return out;
}

bool isNewer(const fs::path& file, const fs::path& than) {
  return fs::is_regular_file(fs::symlink_status(file)) &&
         fs::last_write_time(file) > fs::last_write_time(than);
}

void unpack(const fs::path& file, const fs::path& to) {
  if (isNewer(to, file)) return;
  fs::remove(to);
  std::ofstream(to, std::ios::binary) << unpacked(file);
}

void link(const fs::path& file, const fs::path& to) {
  if (fs::is_symlink(to) && fs::read_symlink(to) == file) return;
  fs::remove(to);
  fs::create_symlink(file, to);
}

void mirror(const fs::path& from, const fs::path& to) {
  std::set<fs::path> wanted;
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    auto target = to / entry.path().lexically_relative(from);
    if (entry.is_directory()) {
      fs::create_directories(target);
    } else if (entry.path().extension() != ".zst") {
      link(entry.path(), target);
    } else {
      // One that stands there as it is counts.
      target.replace_extension();
      if (fs::exists(fs::path(entry.path()).replace_extension())) continue;
      unpack(entry.path(), target);
    }
    wanted.insert(target);
  }
  std::set<fs::path> left;
  for (const auto& entry : fs::recursive_directory_iterator(to))
    if (!wanted.contains(entry.path())) left.insert(entry.path());
  for (const auto& path : left) fs::remove_all(path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("espalier-unpack-data FROM TO was expected.\n", stderr);
    return 2;
  }
  try {
    fs::create_directories(argv[2]);
    mirror(argv[1], argv[2]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
