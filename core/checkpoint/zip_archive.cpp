#include "core/checkpoint/zip_archive.h"

#include <cstring>

#include "core/base/error.h"

namespace espalier {

namespace {

constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50,
                   kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr size_t kEndBytes = 22, kLocatorBytes = 20, kEnd64Bytes = 56, kCentralBytes = 46, kLocalBytes = 30;
constexpr uint64_t kIn64 = 0xffffffff;  // "look in the zip64 field"

// Little-endian numbers of a file, each read checked against its end.
class ZipReader {
 public:
  ZipReader(std::span<const std::byte> bytes, const std::filesystem::path& path)
      : m_bytes(bytes), m_path(path) {}

  [[noreturn]] void bad(const std::string& what) const {
    throw Error(ErrorKind::Format, m_path.string() + " is not a readable zip archive of torch.save: " + what +
                                       "; the file may be cut short.");
  }
  uint64_t number(uint64_t at, size_t size) const {
    const auto from = part(at, size, "a header");
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) value |= uint64_t(from[i]) << (8 * i);
    return value;
  }
  std::span<const std::byte> part(uint64_t at, uint64_t size, const std::string& what) const {
    if (at > m_bytes.size() || size > m_bytes.size() - at)
      bad(what + " lies at byte " + std::to_string(at) + " with " + std::to_string(size) +
          " bytes, but the file has " + std::to_string(m_bytes.size()));
    return m_bytes.subspan(size_t(at), size_t(size));
  }
  size_t size() const { return m_bytes.size(); }

 private:
  std::span<const std::byte> m_bytes;
  const std::filesystem::path& m_path;
};

// Where the central directory lies and how many entries it has.
struct Directory {
  uint64_t at = 0, bytes = 0, entries = 0;
};

Directory directoryOf(const ZipReader& in) {
  if (in.size() < kEndBytes) in.bad("it has only " + std::to_string(in.size()) + " bytes");
  const uint64_t last = in.size() - kEndBytes;
  const uint64_t first = last > 0xffff ? last - 0xffff : 0;  // a comment may follow
  uint64_t end = last;
  while (in.number(end, 4) != kEnd) {
    if (end == first) in.bad("its directory is missing");
    --end;
  }
  Directory d{in.number(end + 16, 4), in.number(end + 12, 4), in.number(end + 10, 2)};
  if (end >= kLocatorBytes && in.number(end - kLocatorBytes, 4) == kLocator64) {
    const uint64_t end64 = in.number(end - kLocatorBytes + 8, 8);
    in.part(end64, kEnd64Bytes, "its directory's end");
    if (in.number(end64, 4) != kEnd64) in.bad("its directory's end is damaged");
    d = {in.number(end64 + 48, 8), in.number(end64 + 40, 8), in.number(end64 + 32, 8)};
  }
  in.part(d.at, d.bytes, "its directory");
  return d;
}

}  // namespace

bool ZipArchive::looksLikeOne(std::span<const std::byte> bytes) {
  return bytes.size() >= 4 && std::memcmp(bytes.data(), "PK\3\4", 4) == 0;
}

ZipArchive ZipArchive::open(std::shared_ptr<const MappedFile> file) {
  const ZipReader in(file->bytes(), file->path());
  ZipArchive archive;
  const auto directory = directoryOf(in);
  uint64_t at = directory.at;
  const uint64_t end = directory.at + directory.bytes;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    if (at + kCentralBytes > end || in.number(at, 4) != kCentralHeader) in.bad("its directory is damaged");
    const uint64_t flags = in.number(at + 8, 2), method = in.number(at + 10, 2);
    const auto checksum = uint32_t(in.number(at + 16, 4));
    uint64_t packed = in.number(at + 20, 4), size = in.number(at + 24, 4), local = in.number(at + 42, 4);
    const uint64_t nameBytes = in.number(at + 28, 2), extraBytes = in.number(at + 30, 2),
                   commentBytes = in.number(at + 32, 2);
    const auto nameSpan = in.part(at + kCentralBytes, nameBytes, "a name");
    const std::string name(reinterpret_cast<const char*>(nameSpan.data()), nameSpan.size());
    // The zip64 field holds, in this order, those of the three that did not fit.
    uint64_t extra = at + kCentralBytes + nameBytes;
    const uint64_t extraEnd = extra + extraBytes;
    while (extra + 4 <= extraEnd) {
      const uint64_t id = in.number(extra, 2), length = in.number(extra + 2, 2);
      uint64_t field = extra + 4;
      const uint64_t fieldEnd = std::min(field + length, extraEnd);
      if (id == 1)
        for (uint64_t* value : {&size, &packed, &local})
          if (*value == kIn64 && field + 8 <= fieldEnd) *value = in.number(field, 8), field += 8;
      extra += 4 + length;
    }
    at += kCentralBytes + nameBytes + extraBytes + commentBytes;

    in.part(local, kLocalBytes, "\"" + name + "\"");
    if (in.number(local, 4) != kLocalHeader) in.bad("the header of \"" + name + "\" is damaged");
    const uint64_t data = local + kLocalBytes + in.number(local + 26, 2) + in.number(local + 28, 2);
    const bool isPacked = method != 0 || (flags & 1) || packed != size;
    const Entry entry{in.part(data, isPacked ? packed : size, "\"" + name + "\""), checksum, isPacked};
    if (!archive.m_entries.emplace(name, entry).second) in.bad("it holds \"" + name + "\" twice");
  }
  archive.m_file = std::move(file);
  return archive;
}

}  // namespace espalier
