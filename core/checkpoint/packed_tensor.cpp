#include "core/checkpoint/packed_tensor.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/checkpoint/zstd_frames.h"

namespace espalier {

namespace {

// Where fewer are zero, the mask costs more than it saves.
constexpr int64_t kOneZeroIn = 8;
constexpr int64_t kWordsAtOnce = 1 << 14;
// An empty frame that is to be skipped (RFC 8878, 3.1.2): a description follows.
constexpr std::array<unsigned char, 8> kDescribed{0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
constexpr size_t kRangeBytes = 16;
// Of fewer free bits, what the highest byte gains is less than what the lowest loses.
constexpr int kLeastShift = 3;

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

template <typename U>
constexpr int kBitsOf = 8 * int(sizeof(U));

template <typename U>
U signLowest(U element) {
  return U(element << 1 | element >> (kBitsOf<U> - 1));
}

// What is stored of elements of a floating-point type, and back.
template <typename U>
void store(U* values, int64_t count, const ValueDescription& range) {
  for (int64_t i = 0; i < count; ++i) values[i] = U(U(signLowest(values[i]) - U(range.base)) << range.shift);
}

template <typename U>
void restore(U* values, int64_t count, const ValueDescription& range) {
  for (int64_t i = 0; i < count; ++i) {
    const auto element = U((values[i] >> range.shift) + U(range.base));
    values[i] = U(element >> 1 | element << (kBitsOf<U> - 1));
  }
}

// Of the elements that have a bit set, or of all.
template <typename U>
ValueDescription rangeOf(std::span<const std::byte> dense, int64_t elements, bool masked) {
  constexpr int64_t kAtOnce = kWordsAtOnce * 64;
  std::vector<std::pair<U, U>> ends(size_t(partsOf(elements, kAtOnce)), {U(~U(0)), U(0)});
  parallelFor(int64_t(ends.size()), [&](int64_t part) {
    auto [least, most] = ends[size_t(part)];
    const auto end = std::min(elements, (part + 1) * kAtOnce);
    for (int64_t i = part * kAtOnce; i < end; ++i) {
      const U element = signLowest(loaded<U>(dense.data(), i));
      least = std::min(least, masked && element == 0 ? least : element);
      most = std::max(most, element);
    }
    ends[size_t(part)] = {least, most};
  });
  U least = U(~U(0)), most = 0;
  for (const auto& [low, high] : ends) least = std::min(least, low), most = std::max(most, high);
  if (most < least) return {};
  least = U(least & ~U(1));  // the sign stays the lowest bit
  const int shift = std::min(kBitsOf<U> - 1, kBitsOf<U> - int(std::bit_width(U(most - least))));
  if (shift < kLeastShift) return {};
  return {least, shift};
}

std::vector<std::byte> descriptionBytes(const ValueDescription& d) {
  std::vector<std::byte> content(kRangeBytes + d.scales.size() * sizeof(float)), out(kDescribed.size());
  const uint64_t range[] = {d.base, uint64_t(d.shift)};
  std::memcpy(content.data(), range, kRangeBytes);
  if (!d.scales.empty())
    std::memcpy(content.data() + kRangeBytes, d.scales.data(), d.scales.size() * sizeof(float));
  std::memcpy(out.data(), kDescribed.data(), kDescribed.size());
  appendFrame(out, content);
  return out;
}

template <typename U>
PackedTensor packed(std::span<const std::byte> dense, bool floating, const std::vector<float>& scales) {
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
  ValueDescription description;
  if (floating) description = rangeOf<U>(dense, elements, masked);
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
      gather<U>(dense, words, begins[size_t(frame)], begins[size_t(frame) + 1], values.data());
    else
      std::memcpy(values.data(), dense.data() + frame * kFrameElements * kPlanes, size_t(count * kPlanes));
    if (floating) store(values.data(), count, description);
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
    if (floating) restore(values.data(), count, range);
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

PackedTensor packTensor(std::span<const std::byte> dense, ElementKind kind,
                        const std::vector<float>& scales) {
  return withElement(kind.bytes,
                     [&](auto element) { return packed<decltype(element)>(dense, kind.floating, scales); });
}

DescribedValues describedValues(std::span<const std::byte> values) {
  DescribedValues out{{}, values, {}};
  if (values.size() < kDescribed.size() ||
      std::memcmp(values.data(), kDescribed.data(), kDescribed.size()) != 0)
    return out;
  constexpr int64_t kMostBytes = int64_t(1) << 27;
  const auto frame = firstFrame(values.subspan(kDescribed.size()));
  if (!frame || frame->contentBytes < int64_t(kRangeBytes) || frame->contentBytes > kMostBytes ||
      frame->contentBytes % int64_t(sizeof(float)) != 0) {
    out.fault = "what describes its values is damaged or cut off";
    return out;
  }
  std::vector<std::byte> content(size_t(frame->contentBytes));
  if (!unpackFrame(*frame, content)) out.fault = "what describes its values is damaged";
  uint64_t range[2];
  std::memcpy(range, content.data(), kRangeBytes);
  auto& d = out.description;
  d.base = range[0], d.shift = int(std::min<uint64_t>(range[1], 64));
  d.scales.resize((content.size() - kRangeBytes) / sizeof(float));
  if (!d.scales.empty())
    std::memcpy(d.scales.data(), content.data() + kRangeBytes, content.size() - kRangeBytes);
  out.frames = values.subspan(kDescribed.size() + frame->bytes.size());
  return out;
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
                                       dense, range);
  });
}

}  // namespace espalier
