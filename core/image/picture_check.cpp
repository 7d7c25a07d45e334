#include "core/image/picture_check.h"

#include <cstring>
#include <fstream>
#include <vector>

#include "core/base/error.h"
#include "core/base/input_file.h"
#include "core/image/decoders.h"
#include "core/image/image.h"

namespace espalier {

namespace {

constexpr const char* kCutShort = "is cut short";
constexpr const char* kNoEnd = "has no end mark";  // for all that was found

// Bytes of a file by their place; fewer than asked for at its end.
class PictureBytes {
 public:
  explicit PictureBytes(const std::filesystem::path& file) : m_in(file, std::ios::binary) {
    m_in.seekg(0, std::ios::end);
    m_size = m_in ? int64_t(m_in.tellg()) : -1;
  }
  int64_t size() const { return m_size; }  // -1: cannot be opened
  std::vector<uint8_t> at(int64_t place, size_t count) {
    std::vector<uint8_t> out(count);
    m_in.clear();
    m_in.seekg(place);
    m_in.read(reinterpret_cast<char*>(out.data()), std::streamsize(count));
    out.resize(size_t(std::max<std::streamsize>(0, m_in.gcount())));
    return out;
  }

 private:
  std::ifstream m_in;
  int64_t m_size = 0;
};

int64_t bigEndian(const std::vector<uint8_t>& bytes, size_t at, size_t count) {
  int64_t value = 0;
  for (size_t i = 0; i < count && at + i < bytes.size(); ++i) value = value << 8 | bytes[at + i];
  return value;
}

std::string pngFault(PictureBytes& in) {
  const auto header = in.at(0, 24);
  if (header.size() < 24) return kCutShort;
  if (auto fault = sizeFault(bigEndian(header, 16, 4), bigEndian(header, 20, 4), kRgbBytes); !fault.empty())
    return fault;
  const auto tail = in.at(std::max<int64_t>(0, in.size() - 12), 12);
  if (tail.size() == 12 && std::memcmp(tail.data() + 4, "IEND", 4) == 0) return {};
  // Something may follow its end: chunk by chunk.
  for (int64_t place = 8;;) {
    const auto chunk = in.at(place, 8);
    if (chunk.size() < 8) return kCutShort;
    const int64_t length = bigEndian(chunk, 0, 4);
    if (place + 12 + length > in.size()) return kCutShort;
    if (std::memcmp(chunk.data() + 4, "IEND", 4) == 0) return {};
    place += 12 + length;
  }
}

// Segments up to the coded data, then the end mark: a 0xFF in coded data is followed by 0 or a restart mark.
std::string jpegFault(PictureBytes& in) {
  int64_t place = 2;
  bool sized = false;
  for (;;) {
    const auto segment = in.at(place, 9);
    if (segment.size() < 4 || segment[0] != 0xff) return segment.size() < 4 ? kCutShort : kNoEnd;
    const uint8_t mark = segment[1];
    if (mark == 0xff) {  // filling
      ++place;
      continue;
    }
    const int64_t length = bigEndian(segment, 2, 2);
    if (mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc) {
      if (auto fault = sizeFault(bigEndian(segment, 7, 2), bigEndian(segment, 5, 2), kRgbBytes);
          !fault.empty() && !sized)
        return fault;
      sized = true;
    }
    place += 2 + length;
    if (mark == 0xda) break;
  }
  const auto tail = in.at(std::max<int64_t>(0, in.size() - 2), 2);
  if (tail.size() == 2 && tail[0] == 0xff && tail[1] == 0xd9) return {};
  const auto rest = place < in.size() ? in.at(place, size_t(in.size() - place)) : std::vector<uint8_t>();
  for (size_t i = 0; i + 1 < rest.size(); ++i)
    if (rest[i] == 0xff && rest[i + 1] == 0xd9) return {};
  return kNoEnd;
}

}  // namespace

std::string pictureFault(const std::filesystem::path& file) {
  if (const auto kind = specialFileAt(file); !kind.empty()) return "is " + kind + "; a picture was expected";
  PictureBytes in(file);
  if (in.size() < 0) return "cannot be opened";
  if (in.size() == 0) return "is empty";
  const auto start = in.at(0, 24);
  const auto begins = [&](const char* letters, size_t count, size_t at = 0) {
    return start.size() >= at + count && std::memcmp(start.data() + at, letters, count) == 0;
  };
  if (begins("\x89PNG\r\n\x1a\n", 8)) return pngFault(in);
  if (begins("\xff\xd8\xff", 3)) {
    const auto fault = jpegFault(in);
    if (fault != kNoEnd) return fault;
    // Some lack only the mark, or have bytes that belong to nothing; whether all rows are there, decoding
    // tells.
    try {
      loadImage(file);
      return {};
    } catch (const Error&) {
      return kCutShort;
    }
  }
  if (begins("RIFF", 4) && begins("WEBP", 4, 8)) {
    const int64_t claimed = start[4] | start[5] << 8 | start[6] << 16 | int64_t(start[7]) << 24;
    return claimed + 8 > in.size() ? kCutShort : "";
  }
  if (begins("version https://git-lfs", 23))
    return "is a Git LFS pointer that stands for the picture; run git lfs pull";
  if (begins("BM", 2) || begins("II*\0", 4) || begins("MM\0*", 4)) return {};
  return "is no JPEG, PNG, WebP, BMP or TIFF picture";
}

}  // namespace espalier
