#include "core/data/picture_finder.h"

#include <algorithm>
#include <charconv>

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int kDepth = 5;  // folders below a root that are looked into
constexpr size_t kMaxPictures = 5'000'000;

}  // namespace

bool isPictureFile(const fs::path& file) {
  auto ending = file.extension().string();
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  for (const char* e : {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
    if (ending == e) return true;
  return false;
}

PictureFinder::PictureFinder(const fs::path& folder, const fs::path& given) {
  if (!given.empty()) {
    m_roots = {given};
    return;
  }
  m_roots = {folder};
  // Annotations often have a folder of their own beside the pictures'.
  const auto name = fs::absolute(folder).lexically_normal().filename().string();
  if (name.starts_with("annotation") || name.starts_with("question") || name == "labels")
    m_roots.push_back(fs::absolute(folder).lexically_normal().parent_path());
}

std::optional<fs::path> PictureFinder::byName(const std::string& name) {
  std::error_code ec;
  for (const auto& root : m_roots)
    for (const auto& path : {root / name, root / "images" / name})
      if (fs::is_regular_file(path, ec)) return path;
  makeIndex();
  const auto it = m_byName.find(fs::path(name).filename().string());
  return it == m_byName.end() ? std::nullopt : std::optional(it->second);
}

std::optional<fs::path> PictureFinder::byNumber(int64_t number) {
  makeIndex();
  const auto it = m_byNumber.find(number);
  return it == m_byNumber.end() ? std::nullopt : std::optional(it->second);
}

void PictureFinder::makeIndex() {
  if (m_indexed) return;
  m_indexed = true;
  std::error_code ec;
  for (const auto& root : m_roots) {
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator it(root, fs::directory_options::skip_permission_denied, ec), end;
         !ec && it != end && files.size() < kMaxPictures; it.increment(ec)) {
      if (it.depth() >= kDepth) it.disable_recursion_pending();
      if (isPictureFile(it->path())) files.push_back(it->path());
    }
    std::sort(files.begin(), files.end());  // of several of one name the same is always found
    for (const auto& file : files) {
      m_byName.emplace(file.filename().string(), file);
      const auto stem = file.stem().string();
      const auto digits = stem.find_last_not_of("0123456789") + 1;
      int64_t number = 0;
      const auto [at, error] = std::from_chars(stem.data() + digits, stem.data() + stem.size(), number);
      if (digits < stem.size() && error == std::errc()) m_byNumber.emplace(number, file);
    }
  }
}

}  // namespace espalier
