#include "core/report/data_uri.h"

#include <cctype>
#include <cstdint>

#include "core/base/file.h"

namespace espalier {

namespace {

std::string base64(const std::string& bytes) {
  static const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = std::min<size_t>(3, bytes.size() - i);
    uint32_t word = 0;
    for (size_t k = 0; k < 3; ++k)
      word = word << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) out += k <= left ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

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
