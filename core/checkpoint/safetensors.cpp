#include "core/checkpoint/safetensors.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/input_file.h"
#include "core/base/json.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kMaxHeader = 100'000'000;  // the format's own limit

struct DTypeRow {
  DType type;
  const char* name;
  int bytes;
};
constexpr DTypeRow kDTypes[] = {{DType::F64, "F64", 8},   {DType::F32, "F32", 4}, {DType::F16, "F16", 2},
                                {DType::BF16, "BF16", 2}, {DType::I64, "I64", 8}, {DType::I32, "I32", 4},
                                {DType::I16, "I16", 2},   {DType::I8, "I8", 1},   {DType::U8, "U8", 1},
                                {DType::Bool, "BOOL", 1}};

[[noreturn]] void bad(const fs::path& path, const std::string& what) {
  throw Error(ErrorKind::Format, path.string() + " is not a valid safetensors file: " + what);
}

int64_t offsetOf(const nlohmann::json& j, const fs::path& path, const std::string& tensor) {
  if (!j.is_number_unsigned() || j.get<uint64_t>() > uint64_t(INT64_MAX))
    bad(path, "tensor \"" + tensor + "\" has an offset that is no non-negative integer.");
  return j.get<int64_t>();
}

struct TensorEntry {
  TensorInfo info;
  int64_t begin, end;
};

TensorEntry entryOf(const std::string& name, const nlohmann::json& value, const fs::path& path,
                    int64_t dataBytes) {
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets") || !value["dtype"].is_string() || !value["shape"].is_array() ||
      !value["data_offsets"].is_array() || value["data_offsets"].size() != 2)
    bad(path, "tensor \"" + name + "\" lacks dtype, shape or data_offsets.");
  TensorEntry e;
  e.info.name = name;
  const auto dtype = value["dtype"].get<std::string>();
  const auto* row =
      std::find_if(std::begin(kDTypes), std::end(kDTypes), [&](const auto& r) { return dtype == r.name; });
  if (dtype.starts_with("F8_") || dtype.starts_with("F4") || dtype.starts_with("F6_"))
    throw Error(
        ErrorKind::Unsupported,
        path.string() + " holds \"" + name + "\" as " + dtype +
            ", numbers of a quantised model, which cannot be pruned; convert it to BF16 or F16 first, or "
            "open the original checkpoint.");
  if (row == std::end(kDTypes))
    bad(path, "tensor \"" + name + "\" has the dtype \"" + dtype +
                  "\"; F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL can be read.");
  e.info.dtype = row->type;
  int64_t elements = 1;
  for (const auto& d : value["shape"]) {
    if (!d.is_number_unsigned() || d.get<uint64_t>() > uint64_t(INT64_MAX) ||
        __builtin_mul_overflow(elements, d.get<int64_t>(), &elements))
      bad(path, "tensor \"" + name + "\" has an impossible shape.");
    e.info.shape.push_back(d.get<int64_t>());
  }
  e.begin = offsetOf(value["data_offsets"][0], path, name);
  e.end = offsetOf(value["data_offsets"][1], path, name);
  int64_t bytes = 0;
  if (__builtin_mul_overflow(elements, sizeOf(e.info.dtype), &bytes))
    bad(path, "tensor \"" + name + "\" has an impossible shape.");
  if (e.begin > e.end || e.end > dataBytes)
    bad(path, "tensor \"" + name + "\" lies at bytes " + std::to_string(e.begin) + " to " +
                  std::to_string(e.end) + ", but the file holds " + std::to_string(dataBytes) +
                  " bytes of data; it may be truncated.");
  if (e.end - e.begin != bytes)
    bad(path, "tensor \"" + name + "\" has " + std::to_string(e.end - e.begin) +
                  " bytes where its shape and dtype ask for " + std::to_string(bytes) + ".");
  return e;
}

}  // namespace

int64_t sizeOf(DType type) {
  return kDTypes[int(type)].bytes;
}
std::string nameOf(DType type) {
  return kDTypes[int(type)].name;
}
bool isFloating(DType type) {
  return type <= DType::BF16;
}

int64_t TensorInfo::elements() const {
  int64_t n = 1;
  for (int64_t d : shape) n *= d;
  return n;
}

std::shared_ptr<const MappedFile> MappedFile::open(const fs::path& path) {
  const InputFile in(path);
  std::shared_ptr<MappedFile> file(new MappedFile);
  file->m_path = path;
  file->m_mapping = std::make_unique<Mapping>(path, in.descriptor(), size_t(in.size()));
  const auto all = file->bytes();
  requireNoGitLfsPointer({reinterpret_cast<const char*>(all.data()), std::min<size_t>(all.size(), 64)}, path);
  return file;
}

// Whole pages; the neighbours on the first and the last one are read again when they are needed.
void MappedFile::advise(std::span<const std::byte> part, int advice) const {
  const auto all = bytes();
  if (part.empty() || part.data() < all.data() || part.data() + part.size() > all.data() + all.size()) return;
  const auto page = uintptr_t(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(part.data()) / page * page;
  const auto end = reinterpret_cast<uintptr_t>(part.data()) + part.size();
  madvise(reinterpret_cast<void*>(begin), end - begin, advice);
}

void MappedFile::release(std::span<const std::byte> part) const {
  advise(part, MADV_DONTNEED);
}

void MappedFile::willNeed(std::span<const std::byte> part) const {
  advise(part, MADV_WILLNEED);
}

SafetensorsHeader SafetensorsHeader::parse(std::string_view text, const fs::path& path, int64_t dataBytes) {
  const auto header = parseJson(text, "The header of " + path.string());
  if (!header.is_object()) bad(path, "its header is not a JSON object.");
  SafetensorsHeader out;
  std::vector<TensorEntry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      if (value.is_object())
        for (const auto& [k, v] : value.items())
          if (v.is_string()) out.metadata[k] = v.get<std::string>();
      continue;
    }
    entries.push_back(entryOf(name, value, path, dataBytes));
  }
  std::sort(entries.begin(), entries.end(), [](const TensorEntry& a, const TensorEntry& b) {
    return std::tie(a.begin, a.end, a.info.name) < std::tie(b.begin, b.end, b.info.name);
  });
  for (size_t i = 1; i < entries.size(); ++i)
    if (entries[i].begin < entries[i - 1].end)
      bad(path, "tensors \"" + entries[i - 1].info.name + "\" and \"" + entries[i].info.name + "\" overlap.");
  for (auto& e : entries) {
    out.tensors.push_back(std::move(e.info));
    out.offsets.push_back(e.begin);
  }
  return out;
}

SafetensorsFile SafetensorsFile::open(const fs::path& path) {
  SafetensorsFile out;
  out.m_file = MappedFile::open(path);
  const auto all = out.m_file->bytes();
  if (all.size() < 8) bad(path, "it has only " + std::to_string(all.size()) + " bytes.");
  uint64_t headerLength = 0;
  std::memcpy(&headerLength, all.data(), 8);
  if (headerLength > uint64_t(kMaxHeader) || headerLength + 8 > all.size())
    bad(path, "its header claims " + std::to_string(headerLength) + " bytes, but the file has " +
                  std::to_string(all.size()) + "; it may be truncated or another kind of file.");
  out.m_dataStart = int64_t(headerLength) + 8;
  out.m_header = SafetensorsHeader::parse(out.headerBytes().substr(8), path, int64_t(out.dataBytes().size()));
  return out;
}

std::string_view SafetensorsFile::headerBytes() const {
  return {reinterpret_cast<const char*>(m_file->bytes().data()), size_t(m_dataStart)};
}

std::span<const std::byte> SafetensorsFile::dataBytes() const {
  return m_file->bytes().subspan(size_t(m_dataStart));
}

std::span<const std::byte> SafetensorsFile::bytes(size_t index) const {
  return dataBytes().subspan(size_t(m_header.offsets[index]), size_t(tensors()[index].bytes()));
}

std::string safetensorsHeader(const std::vector<TensorInfo>& tensors,
                              const std::map<std::string, std::string>& metadata, size_t bytesAtLeast) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  int64_t at = 0;
  for (const auto& t : tensors) {
    header[t.name] = {{"dtype", nameOf(t.dtype)}, {"shape", t.shape}, {"data_offsets", {at, at + t.bytes()}}};
    at += t.bytes();
  }
  std::string text = jsonText(header);
  // Keeps the data 8-byte aligned, as the reference writer does.
  while (text.size() % 8 != 0 || text.size() + 8 < bytesAtLeast) text += ' ';
  const uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text;
}

struct SafetensorsWriter::Impl {
  Impl(const fs::path& path) : file(path) {}
  AtomicFile file;
  std::vector<TensorInfo> tensors;
  size_t next = 0;
  int64_t total = 0;
};

SafetensorsWriter::SafetensorsWriter(const fs::path& path, std::vector<TensorInfo> tensors,
                                     const std::map<std::string, std::string>& metadata)
    : m_impl(std::make_unique<Impl>(path)) {
  m_impl->tensors = std::move(tensors);
  const auto header = safetensorsHeader(m_impl->tensors, metadata);
  m_impl->file.write(header);
  int64_t data = 0;
  for (const auto& t : m_impl->tensors) data += t.bytes();
  m_impl->total = int64_t(header.size()) + data;
}

SafetensorsWriter::~SafetensorsWriter() = default;

void SafetensorsWriter::append(std::span<const std::byte> bytes) {
  if (m_impl->next >= m_impl->tensors.size() ||
      int64_t(bytes.size()) != m_impl->tensors[m_impl->next].bytes())
    throw Error(ErrorKind::Internal, "A tensor was written out of turn or with a size that is not its own.");
  m_impl->file.write(bytes);
  ++m_impl->next;
}

void SafetensorsWriter::commit() {
  if (m_impl->next != m_impl->tensors.size())
    throw Error(ErrorKind::Internal, "Not every tensor was written before the file was closed.");
  m_impl->file.commit();
}

int64_t SafetensorsWriter::fileBytes() const {
  return m_impl->total;
}

}  // namespace espalier
