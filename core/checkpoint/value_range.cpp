#include "core/checkpoint/value_range.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "core/base/parallel.h"
#include "core/checkpoint/element_mask.h"
#include "core/checkpoint/zstd_frames.h"

namespace espalier {

namespace {

// An empty frame that is to be skipped (RFC 8878, 3.1.2): a description follows.
constexpr std::array<unsigned char, 8> kDescribed{0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
constexpr size_t kRangeBytes = 16;
// Of fewer free bits, what the highest byte gains is less than what the lowest loses.
constexpr int kLeastShift = 3;

template <typename U>
constexpr int kBitsOf = 8 * int(sizeof(U));

template <typename U>
U signLowest(U element) {
  return U(element << 1 | element >> (kBitsOf<U> - 1));
}

}  // namespace

template <typename U>
void toStored(U* values, int64_t count, const ValueDescription& range) {
  for (int64_t i = 0; i < count; ++i) values[i] = U(U(signLowest(values[i]) - U(range.base)) << range.shift);
}

template <typename U>
void fromStored(U* values, int64_t count, const ValueDescription& range) {
  for (int64_t i = 0; i < count; ++i) {
    const auto element = U((values[i] >> range.shift) + U(range.base));
    values[i] = U(element >> 1 | element << (kBitsOf<U> - 1));
  }
}

template <typename U>
ValueDescription valueRange(std::span<const std::byte> dense, int64_t elements, bool masked) {
  constexpr int64_t kAtOnce = kMaskWordsAtOnce * 64;
  std::vector<std::pair<U, U>> ends(size_t(dividedUp(elements, kAtOnce)), {U(~U(0)), U(0)});
  parallelFor(int64_t(ends.size()), [&](int64_t part) {
    auto [least, most] = ends[size_t(part)];
    const auto end = std::min(elements, (part + 1) * kAtOnce);
    for (int64_t i = part * kAtOnce; i < end; ++i) {
      const U element = signLowest(loadElement<U>(dense.data(), i));
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

template ValueDescription valueRange<uint8_t>(std::span<const std::byte>, int64_t, bool);
template void toStored<uint8_t>(uint8_t*, int64_t, const ValueDescription&);
template void fromStored<uint8_t>(uint8_t*, int64_t, const ValueDescription&);
template ValueDescription valueRange<uint16_t>(std::span<const std::byte>, int64_t, bool);
template void toStored<uint16_t>(uint16_t*, int64_t, const ValueDescription&);
template void fromStored<uint16_t>(uint16_t*, int64_t, const ValueDescription&);
template ValueDescription valueRange<uint32_t>(std::span<const std::byte>, int64_t, bool);
template void toStored<uint32_t>(uint32_t*, int64_t, const ValueDescription&);
template void fromStored<uint32_t>(uint32_t*, int64_t, const ValueDescription&);
template ValueDescription valueRange<uint64_t>(std::span<const std::byte>, int64_t, bool);
template void toStored<uint64_t>(uint64_t*, int64_t, const ValueDescription&);
template void fromStored<uint64_t>(uint64_t*, int64_t, const ValueDescription&);

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

}  // namespace espalier
