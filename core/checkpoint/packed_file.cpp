#include "core/checkpoint/packed_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/checkpoint/packed_int8.h"
#include "core/checkpoint/packed_tensor.h"
#include "core/checkpoint/tensor.h"
#include "core/checkpoint/zstd_frames.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kVersionKey = "espalier.packed";
// Of files that describe no values, and of those that do.
constexpr const char *kPlainVersion = "1", *kDescribedVersion = "2";
constexpr const char* kHeaderTensor = "espalier.header";
constexpr const char* kGapsTensor = "espalier.gaps";
constexpr const char* kMask = ".mask";
constexpr const char* kValues = ".values";
constexpr std::string_view kSafetensors = ".safetensors", kPackedSafetensors = ".packed.safetensors";
// A header has 100 MB at most; what claims more is damaged.
constexpr int64_t kMostText = int64_t(1) << 27;

std::vector<std::byte> framedBytes(std::string_view text) {
  std::vector<std::byte> out;
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), size_t(kFrameElements))))
    appendFrame(out, std::as_bytes(std::span(text.data(), std::min(text.size(), size_t(kFrameElements)))));
  return out;
}

// Calls part for each run of the data that belongs to a tensor, and gap for each that belongs to none.
void walkData(const SafetensorsHeader& header, int64_t dataBytes,
              const std::function<void(int64_t begin, int64_t end)>& gap,
              const std::function<void(size_t index)>& part) {
  int64_t at = 0;
  for (size_t i = 0; i < header.tensors.size(); ++i) {
    if (header.offsets[i] > at) gap(at, header.offsets[i]);
    part(i);
    at = header.offsets[i] + header.tensors[i].bytes();
  }
  if (dataBytes > at) gap(at, dataBytes);
}

constexpr ElementKind kInt8{1, false};

// Whether its numbers can be held as int8 with a scale for each row.
bool takesInt8(const TensorInfo& info) {
  return info.shape.size() == 2 && isFloating(info.dtype) && info.dtype != DType::F64;
}

// What a matrix held so gives back. Returns what is wrong, as unpackTensor() does.
std::string unpackInt8(const TensorInfo& info, std::optional<std::span<const std::byte>> mask,
                       std::span<const std::byte> values, const std::vector<float>& scales,
                       std::span<std::byte> to) {
  if (!takesInt8(info)) return "there are scales, but it is no matrix of float32, bfloat16 or float16";
  if (int64_t(scales.size()) != info.shape[0])
    return "there are " + std::to_string(scales.size()) + " scales where its shape asks for " +
           std::to_string(info.shape[0]);
  for (const float scale : scales)
    if (!std::isfinite(scale) || scale < 0) return "a scale is not finite, or below zero";
  std::vector<int8_t> numbers(size_t(info.elements()));
  auto fault = unpackTensor(mask, values, kInt8, std::as_writable_bytes(std::span(numbers)));
  if (!fault.empty()) return fault;
  auto back = at::empty(info.shape, at::kFloat);
  fromInt8(numbers, scales, {back.data_ptr<float>(), numbers.size()});
  const auto rounded = back.to(scalarTypeOf(info.dtype));
  std::memcpy(to.data(), rounded.data_ptr(), to.size());
  return {};
}

ElementKind kindOf(DType type) {
  return {sizeOf(type), isFloating(type)};
}

int64_t tensorBytes(const SafetensorsHeader& header) {
  int64_t bytes = 0;
  for (const auto& t : header.tensors) bytes += t.bytes();
  return bytes;
}

}  // namespace

void PackedFile::bad(const std::string& what) const {
  checkMappings();  // which may be why
  throw Error(ErrorKind::Format, m_file->path().string() + " is not a valid packed file: " + what +
                                     "; pack the dense model again, or fetch the file anew.");
}

bool PackedFile::isOne(const SafetensorsFile& file) {
  return file.metadata().contains(kVersionKey);
}

std::string PackedFile::framedText(std::span<const std::byte> frames, const std::string& what) const {
  const auto found = framesIn(frames);
  if (!found) bad(what + " is damaged or cut off");
  std::string text;
  for (const auto& f : *found) {
    if (int64_t(text.size()) + f.contentBytes > kMostText) bad(what + " is longer than any can be");
    const size_t before = text.size();
    text.resize(before + size_t(f.contentBytes));
    if (!unpackFrame(f, std::as_writable_bytes(std::span(text)).subspan(before))) bad(what + " is damaged");
  }
  return text;
}

std::shared_ptr<const PackedFile> PackedFile::open(SafetensorsFile file) {
  std::shared_ptr<PackedFile> out(new PackedFile);
  out->m_file = file.file();
  const auto it = file.metadata().find(kVersionKey);
  if (it == file.metadata().end()) out->bad("its metadata do not say \"" + std::string(kVersionKey) + "\"");
  const auto version = it->second;
  if (version != kPlainVersion && version != kDescribedVersion)
    throw Error(ErrorKind::Unsupported, out->m_file->path().string() + " is a packed file of version \"" +
                                            version + "\"; this program reads versions " + kPlainVersion +
                                            " and " + kDescribedVersion + ". Update Espalier.");
  std::map<std::string, std::span<const std::byte>> entries;
  for (size_t i = 0; i < file.tensors().size(); ++i) {
    const auto& t = file.tensors()[i];
    if (t.dtype != DType::U8) out->bad("\"" + t.name + "\" has the dtype " + nameOf(t.dtype) + " and not U8");
    entries[t.name] = file.bytes(i);
  }
  const auto take = [&](const std::string& name) -> std::optional<std::span<const std::byte>> {
    const auto it = entries.find(name);
    if (it == entries.end()) return std::nullopt;
    const auto bytes = it->second;
    entries.erase(it);
    return bytes;
  };
  const auto header = take(kHeaderTensor);
  if (!header) out->bad("it lacks \"" + std::string(kHeaderTensor) + "\", the header of the dense file");
  out->m_denseHeader = out->framedText(*header, "the header of the dense file");
  if (const auto gaps = take(kGapsTensor))
    out->m_gaps = out->framedText(*gaps, "what lies between the tensors");
  uint64_t length = 0;
  if (out->m_denseHeader.size() >= 8) std::memcpy(&length, out->m_denseHeader.data(), 8);
  if (out->m_denseHeader.size() < 8 || length != out->m_denseHeader.size() - 8)
    out->bad("the header of the dense file has another length than it says");
  out->m_dense = SafetensorsHeader::parse(std::string_view(out->m_denseHeader).substr(8), out->m_file->path(),
                                          INT64_MAX);
  for (const auto& t : out->m_dense.tensors) {
    const auto values = take(t.name + kValues);
    if (!values) out->bad("it lacks the values of \"" + t.name + "\"");
    out->m_parts.push_back({take(t.name + kMask), *values});
  }
  if (!entries.empty())
    out->bad("it holds \"" + entries.begin()->first + "\", which belongs to no tensor of the dense file");
  int64_t gaps = 0, end = 0;
  for (size_t i = 0; i < out->m_dense.tensors.size(); ++i) {
    gaps += out->m_dense.offsets[i] - end;
    end = out->m_dense.offsets[i] + out->m_dense.tensors[i].bytes();
  }
  if (gaps > int64_t(out->m_gaps.size()))
    out->bad("it holds " + std::to_string(out->m_gaps.size()) +
             " bytes between the tensors where the header " + "of the dense file leaves " +
             std::to_string(gaps));
  return out;
}

std::span<const std::byte> PackedFile::place(size_t index) const {
  const auto& [mask, values] = m_parts[index];
  return values.empty() && mask ? *mask : values;
}

void PackedFile::checkSizes(size_t index) const {
  const auto& info = m_dense.tensors[index];
  const auto fault =
      faultOfSizes(m_parts[index].mask, m_parts[index].values, kindOf(info.dtype), info.elements());
  if (!fault.empty()) bad("of the tensor \"" + info.name + "\" " + fault);
}

void PackedFile::read(size_t index, std::span<std::byte> to) const {
  const auto& [mask, values] = m_parts[index];
  // The disk reads what comes next while this tensor is unpacked.
  m_file->willNeed(values);
  if (index + 1 < m_parts.size()) m_file->willNeed(m_parts[index + 1].values);
  const auto& info = m_dense.tensors[index];
  const auto described = describedValues(values);
  const auto& scales = described.description.scales;
  const auto fault = !described.fault.empty() ? described.fault
                     : scales.empty()         ? unpackTensor(mask, values, kindOf(info.dtype), to)
                                              : unpackInt8(info, mask, values, scales, to);
  if (!fault.empty()) bad("of the tensor \"" + info.name + "\" " + fault);
}

void PackedFile::writeDense(const fs::path& path, const std::function<void(const TensorInfo&)>& each) const {
  AtomicFile file(path);
  file.write(m_denseHeader);
  size_t gapAt = 0;
  std::vector<std::byte> dense;
  walkData(
      m_dense, tensorBytes(m_dense) + int64_t(m_gaps.size()),
      [&](int64_t begin, int64_t end) {
        file.write(std::string_view(m_gaps).substr(gapAt, size_t(end - begin)));
        gapAt += size_t(end - begin);
      },
      [&](size_t i) {
        checkSizes(i);
        dense.resize(size_t(m_dense.tensors[i].bytes()));
        read(i, dense);
        file.write(dense);
        if (each) each(m_dense.tensors[i]);
      });
  file.commit();
}

bool isInt8(const PackedFile& file, size_t index) {
  return !describedValues(file.place(index)).description.scales.empty();
}

struct Int8PackedWriter::Impl {
  explicit Impl(const fs::path& path) : file(path) {}
  AtomicFile file;
  std::vector<TensorInfo> dense;
  std::vector<TensorInfo> written;
  size_t headerBytes = 0;
  size_t next = 0;
  bool isDescribed = false;  // are the values of any tensor

  void write(const std::string& name, std::span<const std::byte> bytes) {
    file.write(bytes);
    written.push_back({name, DType::U8, {int64_t(bytes.size())}});
  }
  void write(const std::string& name, const std::vector<std::vector<std::byte>>& frames, int64_t bytes) {
    for (const auto& f : frames) file.write(f);
    written.push_back({name, DType::U8, {bytes}});
  }
  void write(const TensorInfo& info, const PackedTensor& packed) {
    if (packed.mask) write(info.name + kMask, *packed.mask, packed.maskBytes());
    write(info.name + kValues, packed.values, packed.valueBytes());
    isDescribed = isDescribed || packed.isDescribed;
  }
  std::map<std::string, std::string> metadata() const {
    return {{kVersionKey, isDescribed ? kDescribedVersion : kPlainVersion}};
  }
  const TensorInfo& takeNext(std::span<const std::byte> bytes) {
    if (next >= dense.size() || int64_t(bytes.size()) != dense[next].bytes())
      throw Error(ErrorKind::Internal, "A tensor was packed out of turn or with a size that is not its own.");
    return dense[next++];
  }
};

Int8PackedWriter::Int8PackedWriter(const fs::path& path, const std::string& denseHeader,
                                   const std::string& gaps)
    : m_impl(std::make_unique<Impl>(path)) {
  auto& w = *m_impl;
  w.dense = SafetensorsHeader::parse(std::string_view(denseHeader).substr(8), path, INT64_MAX).tensors;
  // How long the header will be is known when all is packed; the longest it can be is left free for it.
  std::vector<TensorInfo> names{{kHeaderTensor, DType::U8, {0}}, {kGapsTensor, DType::U8, {0}}};
  for (const auto& t : w.dense)
    for (const char* suffix : {kMask, kValues}) names.push_back({t.name + suffix, DType::U8, {0}});
  int64_t most = int64_t(gaps.size() + denseHeader.size()) + (1 << 20);
  for (const auto& t : w.dense) most += 2 * t.bytes();
  const size_t digits = std::to_string(most).size();
  w.headerBytes = (safetensorsHeader(names, w.metadata()).size() + names.size() * 3 * digits) / 8 * 8;
  w.file.write(std::string(w.headerBytes, ' '));
  w.write(kHeaderTensor, framedBytes(denseHeader));
  if (!gaps.empty()) w.write(kGapsTensor, framedBytes(gaps));
}

Int8PackedWriter::~Int8PackedWriter() = default;

void Int8PackedWriter::append(std::span<const std::byte> dense) {
  const auto& info = m_impl->takeNext(dense);
  m_impl->write(info, packTensor(dense, kindOf(info.dtype)));
}

void Int8PackedWriter::appendInt8(std::span<const std::byte> dense, Int8Scale scale) {
  const auto& info = m_impl->takeNext(dense);
  if (!takesInt8(info)) throw Error(ErrorKind::Internal, "\"" + info.name + "\" cannot be held as int8.");
  const auto values = storedTensor(info, dense).to(at::kFloat).contiguous();
  const auto rows = toInt8({values.data_ptr<float>(), size_t(values.numel())}, info.shape[0], scale);
  m_impl->write(info, packTensor(std::as_bytes(std::span(rows.numbers)), kInt8, rows.scales));
}

void Int8PackedWriter::commit() {
  auto& w = *m_impl;
  if (w.next != w.dense.size())
    throw Error(ErrorKind::Internal, "Not every tensor was packed before the file was closed.");
  const auto header = safetensorsHeader(w.written, w.metadata(), w.headerBytes);
  if (header.size() != w.headerBytes)
    throw Error(ErrorKind::Internal, "A packed file's header is longer than what was left free for it.");
  w.file.overwrite(0, header);
  w.file.commit();
}

struct PackedWriter::Impl {
  Int8PackedWriter writer;
};

PackedWriter::PackedWriter(const fs::path& path, const std::string& denseHeader, const std::string& gaps)
    : m_impl(new Impl{{path, denseHeader, gaps}}) {}
PackedWriter::~PackedWriter() = default;

void PackedWriter::append(std::span<const std::byte> dense) {
  m_impl->writer.append(dense);
}

void PackedWriter::commit() {
  m_impl->writer.commit();
}

std::string packedName(const std::string& denseName) {
  const bool known = denseName.ends_with(kSafetensors);
  return (known ? denseName.substr(0, denseName.size() - kSafetensors.size()) : denseName) +
         std::string(kPackedSafetensors);
}

std::string denseName(const std::string& packedName) {
  if (!packedName.ends_with(kPackedSafetensors)) return {};
  return packedName.substr(0, packedName.size() - kPackedSafetensors.size()) + std::string(kSafetensors);
}

std::string gapsIn(const SafetensorsFile& file) {
  std::string out;
  const auto data = file.dataBytes();
  walkData(
      file.header(), int64_t(data.size()),
      [&](int64_t begin, int64_t end) {
        const auto gap = data.subspan(size_t(begin), size_t(end - begin));
        out.append(reinterpret_cast<const char*>(gap.data()), gap.size());
      },
      [](size_t) {});
  return out;
}

}  // namespace espalier
