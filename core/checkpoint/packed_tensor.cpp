#include "core/checkpoint/packed_tensor.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/checkpoint/element_mask.h"
#include "core/checkpoint/value_range.h"
#include "core/checkpoint/zstd_frames.h"

namespace espalier {

namespace {

// Where fewer are zero, the mask costs more than it saves.
constexpr int64_t kOneZeroIn = 8;

// Calls body with a value of the unsigned type of so many bytes.
template <typename Body>
auto withElement(int64_t bytes, const Body& body) {
  switch (bytes) {
    case 1:
      return body(uint8_t());
    case 2:
      return body(uint16_t());
    case 4:
      return body(uint32_t());
    case 8:
      return body(uint64_t());
    default:
      throw Error(ErrorKind::Internal, "Elements of " + std::to_string(bytes) + " bytes cannot be packed.");
  }
}

// Byte number `plane` of each value.
template <typename U>
void takePlane(const U* values, int64_t count, int plane, std::byte* to) {
  for (int64_t i = 0; i < count; ++i) to[i] = std::byte(uint8_t(values[i] >> (8 * plane)));
}

template <typename U>
void putPlane(const std::byte* from, int64_t count, int plane, U* values) {
  if (plane == 0)
    for (int64_t i = 0; i < count; ++i) values[i] = U(from[i]);
  else
    for (int64_t i = 0; i < count; ++i) values[i] = U(values[i] | U(U(from[i]) << (8 * plane)));
}

// The frames' own bytes and no more: what zstd needs while it packs is several times as much.
std::vector<std::byte> packedFrame(std::span<const std::byte> content) {
  thread_local std::vector<std::byte> room;
  room.clear();
  appendFrame(room, content);
  return {room.begin(), room.end()};
}

template <typename U>
PackedTensor packed(std::span<const std::byte> dense, bool floating, const std::vector<float>& scales) {
  constexpr int kPlanes = sizeof(U);
  const int64_t elements = int64_t(dense.size()) / kPlanes;
  PackedTensor out;
  const auto words = elementMask<U>(dense, elements);
  int64_t kept = bitsIn(words);
  const bool masked = elements > 0 && (elements - kept) * kOneZeroIn >= elements;
  if (masked) {
    const auto bytes = std::as_bytes(std::span(words)).first(size_t(dividedUp(elements, 8)));
    out.mask.emplace(size_t(dividedUp(int64_t(bytes.size()), kFrameElements)));
    parallelFor(int64_t(out.mask->size()), [&](int64_t i) {
      const auto at = size_t(i * kFrameElements);
      (*out.mask)[size_t(i)] =
          packedFrame(bytes.subspan(at, std::min(size_t(kFrameElements), bytes.size() - at)));
    });
  } else {
    kept = elements;
  }
  const int64_t frames = dividedUp(kept, kFrameElements);
  const auto begins = masked ? beginnings(words, elements, frames) : std::vector<int64_t>();
  ValueDescription description;
  if (floating) description = valueRange<U>(dense, elements, masked);
  description.scales = scales;
  out.isDescribed = !description.isPlain();
  if (out.isDescribed) out.values.push_back(descriptionBytes(description));
  const size_t first = out.values.size();
  out.values.resize(first + size_t(frames * kPlanes));
  parallelFor(frames, [&](int64_t frame) {
    const int64_t count = std::min(kFrameElements, kept - frame * kFrameElements);
    thread_local std::vector<U> values(size_t(kFrameElements) + 64);
    thread_local std::vector<std::byte> plane{size_t(kFrameElements)};
    if (masked)
      gatherKept<U>(dense, words, begins[size_t(frame)], begins[size_t(frame) + 1], values.data());
    else
      std::memcpy(values.data(), dense.data() + frame * kFrameElements * kPlanes, size_t(count * kPlanes));
    if (floating) toStored(values.data(), count, description);
    for (int p = 0; p < kPlanes; ++p) {
      takePlane(values.data(), count, p, plane.data());
      out.values[first + size_t(p * frames + frame)] = packedFrame(std::span(plane).first(size_t(count)));
    }
  });
  return out;
}

// Unpacks frames that lie one behind the other.
bool unpackFrames(const std::vector<Frame>& frames, std::span<std::byte> to) {
  std::atomic<bool> good = true;
  std::vector<int64_t> begins{0};
  for (const auto& f : frames) begins.push_back(begins.back() + f.contentBytes);
  parallelFor(int64_t(frames.size()), [&](int64_t i) {
    const auto& f = frames[size_t(i)];
    if (!unpackFrame(f, to.subspan(size_t(begins[size_t(i)]), size_t(f.contentBytes)))) good = false;
  });
  return good;
}

template <typename U>
std::string unpacked(const std::vector<uint64_t>* words, const std::vector<Frame>& frames, int64_t kept,
                     bool floating, std::span<std::byte> dense, const ValueDescription& range) {
  constexpr int kPlanes = sizeof(U);
  const int64_t elements = int64_t(dense.size()) / kPlanes;
  const int64_t inPlane = dividedUp(kept, kFrameElements);
  if (inPlane == 0) std::fill(dense.begin(), dense.end(), std::byte{0});
  const auto begins = words ? beginnings(*words, elements, inPlane) : std::vector<int64_t>();
  std::atomic<bool> good = true;
  parallelFor(inPlane, [&](int64_t frame) {
    const int64_t count = std::min(kFrameElements, kept - frame * kFrameElements);
    thread_local std::vector<U> values(size_t(kFrameElements) + 64);
    thread_local std::vector<std::byte> plane{size_t(kFrameElements)};
    for (int p = 0; p < kPlanes; ++p) {
      if (!unpackFrame(frames[size_t(p * inPlane + frame)], std::span(plane).first(size_t(count)))) {
        good = false;
        return;
      }
      putPlane(plane.data(), count, p, values.data());
    }
    if (floating) fromStored(values.data(), count, range);
    if (words)
      scatterKept<U>(values.data(), *words, begins[size_t(frame)], begins[size_t(frame) + 1], dense);
    else
      std::memcpy(dense.data() + frame * kFrameElements * kPlanes, values.data(), size_t(count * kPlanes));
  });
  return good ? "" : "its values are damaged";
}

int64_t packedBytes(const std::vector<std::vector<std::byte>>& frames) {
  int64_t bytes = 0;
  for (const auto& f : frames) bytes += int64_t(f.size());
  return bytes;
}

int64_t contentBytes(const std::vector<Frame>& frames) {
  int64_t bytes = 0;
  for (const auto& f : frames)
    if (__builtin_add_overflow(bytes, f.contentBytes, &bytes)) return -1;
  return bytes;
}

// Whether each plane of so many bytes is made of full frames and the rest.
bool areFull(const std::vector<Frame>& frames, int64_t planeBytes, int64_t planes) {
  const int64_t inPlane = dividedUp(planeBytes, kFrameElements);
  if (int64_t(frames.size()) != inPlane * planes) return false;
  for (int64_t i = 0; i < int64_t(frames.size()); ++i)
    if (frames[size_t(i)].contentBytes != std::min(kFrameElements, planeBytes - i % inPlane * kFrameElements))
      return false;
  return true;
}

// The frames of both, checked against the shape.
struct Parts {
  std::vector<Frame> mask, values;
  int64_t kept = 0;
  std::string fault;
};

Parts checkedParts(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                   int64_t elementBytes, int64_t elements) {
  Parts out;
  const auto found = framesIn(values);
  if (!found) return {{}, {}, 0, "its values are damaged or cut off"};
  out.values = *found;
  const int64_t content = contentBytes(out.values);
  out.kept = content / elementBytes;
  if (content < 0 || content % elementBytes != 0 || !areFull(out.values, out.kept, elementBytes))
    return {{}, {}, 0, "its values do not divide into frames as the format asks for"};
  if (!mask) {
    if (out.kept != elements)
      out.fault = "it has " + std::to_string(out.kept) + " values where its shape asks for " +
                  std::to_string(elements);
    return out;
  }
  const auto bits = framesIn(*mask);
  if (!bits) return {{}, {}, 0, "its mask is damaged or cut off"};
  out.mask = *bits;
  const int64_t bytes = elements / 8 + (elements % 8 != 0);
  if (contentBytes(out.mask) != bytes || !areFull(out.mask, bytes, 1))
    out.fault = "its mask has " + std::to_string(contentBytes(out.mask)) +
                " bytes where its shape asks for " + std::to_string(bytes);
  else if (out.kept > elements)
    out.fault =
        "it has " + std::to_string(out.kept) + " values for " + std::to_string(elements) + " elements";
  return out;
}

}  // namespace

int64_t PackedTensor::maskBytes() const {
  return mask ? packedBytes(*mask) : 0;
}

int64_t PackedTensor::valueBytes() const {
  return packedBytes(values);
}

PackedTensor packTensor(std::span<const std::byte> dense, ElementKind kind,
                        const std::vector<float>& scales) {
  return withElement(kind.bytes,
                     [&](auto element) { return packed<decltype(element)>(dense, kind.floating, scales); });
}

std::string faultOfSizes(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                         ElementKind kind, int64_t elements) {
  const auto described = describedValues(values);
  if (!described.fault.empty()) return described.fault;
  const bool isInt8 = !described.description.scales.empty();
  return checkedParts(mask, described.frames, isInt8 ? 1 : kind.bytes, elements).fault;
}

std::string unpackTensor(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                         ElementKind kind, std::span<std::byte> dense) {
  const int64_t elements = int64_t(dense.size()) / kind.bytes;
  const auto described = describedValues(values);
  if (!described.fault.empty()) return described.fault;
  const auto& range = described.description;
  const int bits = 8 * int(kind.bytes);
  if (range.shift >= bits || (bits < 64 && range.base >> bits != 0) ||
      (!kind.floating && (range.shift != 0 || range.base != 0)))
    return "its values have a range that their type cannot have";
  const auto parts = checkedParts(mask, described.frames, kind.bytes, elements);
  if (!parts.fault.empty()) return parts.fault;
  std::vector<uint64_t> words;
  if (mask) {
    words.resize(size_t(dividedUp(elements, 64)));
    const auto bytes = std::as_writable_bytes(std::span(words)).first(size_t(dividedUp(elements, 8)));
    if (!unpackFrames(parts.mask, bytes)) return "its mask is damaged";
    const auto beyond = elements % 64 == 0 ? 0 : ~uint64_t(0) << (elements % 64);
    if (!words.empty() && (words.back() & beyond) != 0) return "its mask has bits beyond its last element";
    if (const auto bits = bitsIn(words); bits != parts.kept)
      return "its mask keeps " + std::to_string(bits) + " elements, but it has " +
             std::to_string(parts.kept) + " values";
  }
  return withElement(kind.bytes, [&](auto element) {
    return unpacked<decltype(element)>(mask ? &words : nullptr, parts.values, parts.kept, kind.floating,
                                       dense, range);
  });
}

}  // namespace espalier
