#include "core/report/data_uri.h"

#include <cctype>

#include "core/base/base64.h"
#include "core/base/file.h"

namespace espalier {

namespace {

std::string mimeOf(const std::filesystem::path& file) {
  std::string suffix = file.extension().string();
  for (char& c : suffix) c = char(std::tolower(static_cast<unsigned char>(c)));
  if (suffix == ".png") return "image/png";
  if (suffix == ".jpg" || suffix == ".jpeg") return "image/jpeg";
  if (suffix == ".webp") return "image/webp";
  if (suffix == ".bmp") return "image/bmp";
  if (suffix == ".gif") return "image/gif";
  return {};
}

}  // namespace

std::string dataUri(const std::filesystem::path& file) {
  const std::string mime = mimeOf(file);
  std::error_code ec;
  if (mime.empty() || !std::filesystem::is_regular_file(file, ec)) return {};
  const std::string bytes = readTextFile(file);
  return bytes.empty() ? std::string() : "data:" + mime + ";base64," + base64(bytes);
}

}  // namespace espalier
