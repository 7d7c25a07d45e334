#include "core/checkpoint/packed_tensor.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/checkpoint/zstd_frames.h"

namespace espalier {

namespace {

// Where fewer are zero, the mask costs more than it saves.
constexpr int64_t kOneZeroIn = 8;
constexpr int64_t kWordsAtOnce = 1 << 14;

int64_t partsOf(int64_t count, int64_t size) {
  return (count + size - 1) / size;
}

template <typename U>
U loaded(const std::byte* at, int64_t index) {
  U value;
  std::memcpy(&value, at + index * int64_t(sizeof(U)), sizeof(U));
  return value;
}

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

// Bit i of the words: whether element i has a bit set.
template <typename U>
std::vector<uint64_t> maskOf(std::span<const std::byte> dense, int64_t elements) {
  std::vector<uint64_t> words(size_t(partsOf(elements, 64)));
  parallelFor(partsOf(int64_t(words.size()), kWordsAtOnce), [&](int64_t part) {
    const auto end = std::min(int64_t(words.size()), (part + 1) * kWordsAtOnce);
    for (int64_t w = part * kWordsAtOnce; w < end; ++w) {
      const auto count = std::min<int64_t>(64, elements - w * 64);
      uint64_t bits = 0;
      for (int64_t j = 0; j < count; ++j) bits |= uint64_t(loaded<U>(dense.data(), w * 64 + j) != 0) << j;
      words[size_t(w)] = bits;
    }
  });
  return words;
}

int64_t bitsIn(const std::vector<uint64_t>& words) {
  int64_t count = 0;
  for (const auto word : words) count += std::popcount(word);
  return count;
}

// The element where each frame of values begins, [frames + 1]: the first at 0, the others at their first kept
// element, and the end. What lies between two of them is one frame's.
std::vector<int64_t> beginnings(const std::vector<uint64_t>& words, int64_t elements, int64_t frames) {
  std::vector<int64_t> out(size_t(frames) + 1, elements);
  out[0] = 0;
  int64_t before = 0, next = 1;  // kept elements before this word; the frame that is looked for
  for (size_t w = 0; w < words.size() && next < frames; ++w) {
    const int64_t here = std::popcount(words[w]);
    if (before + here > next * kFrameElements) {
      uint64_t bits = words[w];
      for (int64_t skip = next * kFrameElements - before; skip > 0; --skip) bits &= bits - 1;
      out[size_t(next++)] = int64_t(w) * 64 + std::countr_zero(bits);
    }
    before += here;
  }
  return out;
}

// The bits of word w that belong to elements from begin to before end.
uint64_t bitsWithin(int64_t w, int64_t begin, int64_t end) {
  uint64_t bits = ~uint64_t(0);
  if (w * 64 < begin) bits &= ~uint64_t(0) << (begin - w * 64);
  if (w * 64 + 64 > end) bits &= ~uint64_t(0) >> (w * 64 + 64 - end);
  return bits;
}

// The kept elements from begin to before end, one behind the other. There is room for 64 more than there are.
template <typename U>
void gather(std::span<const std::byte> dense, const std::vector<uint64_t>& words, int64_t begin, int64_t end,
            U* to) {
  for (int64_t w = begin / 64; w < partsOf(end, 64); ++w) {
    const uint64_t bits = words[size_t(w)] & bitsWithin(w, begin, end);
    const auto count = std::min<int64_t>(64, end - w * 64);
    for (int64_t j = 0; j < count; ++j) {
      *to = loaded<U>(dense.data(), w * 64 + j);
      to += bits >> j & 1;
    }
  }
}

// The other way round; `from` may be read 64 elements beyond its end.
template <typename U>
void scatter(const U* from, const std::vector<uint64_t>& words, int64_t begin, int64_t end,
             std::span<std::byte> dense) {
  U out[64];
  for (int64_t w = begin / 64; w < partsOf(end, 64); ++w) {
    const uint64_t bits = words[size_t(w)] & bitsWithin(w, begin, end);
    for (int64_t j = 0; j < 64; ++j) {
      const U kept = U(bits >> j & 1);
      out[j] = U(*from & U(-kept));
      from += kept;
    }
    const auto first = std::max(begin, w * 64), last = std::min(end, w * 64 + 64);
    std::memcpy(dense.data() + first * int64_t(sizeof(U)), out + (first - w * 64),
                size_t(last - first) * sizeof(U));
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

// The sign to the lowest bit, and back.
template <typename U>
void turn(U* values, int64_t count, bool left) {
  constexpr int kBits = 8 * sizeof(U);
  for (int64_t i = 0; i < count; ++i)
    values[i] =
        left ? U(values[i] << 1 | values[i] >> (kBits - 1)) : U(values[i] >> 1 | values[i] << (kBits - 1));
}

template <typename U>
PackedTensor packed(std::span<const std::byte> dense, bool turned) {
  constexpr int kPlanes = sizeof(U);
  const int64_t elements = int64_t(dense.size()) / kPlanes;
  PackedTensor out;
  const auto words = maskOf<U>(dense, elements);
  int64_t kept = bitsIn(words);
  const bool masked = elements > 0 && (elements - kept) * kOneZeroIn >= elements;
  if (masked) {
    const auto bytes = std::as_bytes(std::span(words)).first(size_t(partsOf(elements, 8)));
    out.mask.emplace(size_t(partsOf(int64_t(bytes.size()), kFrameElements)));
    parallelFor(int64_t(out.mask->size()), [&](int64_t i) {
      const auto at = size_t(i * kFrameElements);
      (*out.mask)[size_t(i)] =
          packedFrame(bytes.subspan(at, std::min(size_t(kFrameElements), bytes.size() - at)));
    });
  } else {
    kept = elements;
  }
  const int64_t frames = partsOf(kept, kFrameElements);
  const auto begins = masked ? beginnings(words, elements, frames) : std::vector<int64_t>();
  out.values.resize(size_t(frames * kPlanes));
  parallelFor(frames, [&](int64_t frame) {
    const int64_t count = std::min(kFrameElements, kept - frame * kFrameElements);
    thread_local std::vector<U> values(size_t(kFrameElements) + 64);
    thread_local std::vector<std::byte> plane{size_t(kFrameElements)};
    if (masked)
      gather<U>(dense, words, begins[size_t(frame)], begins[size_t(frame) + 1], values.data());
    else
      std::memcpy(values.data(), dense.data() + frame * kFrameElements * kPlanes, size_t(count * kPlanes));
    if (turned) turn(values.data(), count, true);
    for (int p = 0; p < kPlanes; ++p) {
      takePlane(values.data(), count, p, plane.data());
      out.values[size_t(p * frames + frame)] = packedFrame(std::span(plane).first(size_t(count)));
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
                     bool turned, std::span<std::byte> dense) {
  constexpr int kPlanes = sizeof(U);
  const int64_t elements = int64_t(dense.size()) / kPlanes;
  const int64_t inPlane = partsOf(kept, kFrameElements);
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
    if (turned) turn(values.data(), count, false);
    if (words)
      scatter<U>(values.data(), *words, begins[size_t(frame)], begins[size_t(frame) + 1], dense);
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
  const int64_t inPlane = partsOf(planeBytes, kFrameElements);
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

PackedTensor packTensor(std::span<const std::byte> dense, ElementKind kind) {
  return withElement(kind.bytes,
                     [&](auto element) { return packed<decltype(element)>(dense, kind.floating); });
}

std::string faultOfSizes(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                         ElementKind kind, int64_t elements) {
  return checkedParts(mask, values, kind.bytes, elements).fault;
}

std::string unpackTensor(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                         ElementKind kind, std::span<std::byte> dense) {
  const int64_t elements = int64_t(dense.size()) / kind.bytes;
  const auto parts = checkedParts(mask, values, kind.bytes, elements);
  if (!parts.fault.empty()) return parts.fault;
  std::vector<uint64_t> words;
  if (mask) {
    words.resize(size_t(partsOf(elements, 64)));
    const auto bytes = std::as_writable_bytes(std::span(words)).first(size_t(partsOf(elements, 8)));
    if (!unpackFrames(parts.mask, bytes)) return "its mask is damaged";
    const auto beyond = elements % 64 == 0 ? 0 : ~uint64_t(0) << (elements % 64);
    if (!words.empty() && (words.back() & beyond) != 0) return "its mask has bits beyond its last element";
    if (const auto bits = bitsIn(words); bits != parts.kept)
      return "its mask keeps " + std::to_string(bits) + " elements, but it has " +
             std::to_string(parts.kept) + " values";
  }
  return withElement(kind.bytes, [&](auto element) {
    return unpacked<decltype(element)>(mask ? &words : nullptr, parts.values, parts.kept, kind.floating,
                                       dense);
  });
}

}  // namespace espalier
