#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace espalier {

// A tensor as packed files hold it (docs/packed.md): a bit for each element that says whether any of its bits
// is set, where enough of them are zero, and the bytes of those elements, all first bytes, then all second
// ones and so on. Floating-point elements are turned left by one bit before that, so that the sign is their
// lowest bit and the eight bits of a bfloat16's or float32's exponent, which compress well, are one byte.
// Where they lie in a narrow range, as weights without their least do, they are counted from its beginning
// and moved up by the bits that this leaves free: the highest byte then holds the first bits of the fraction
// too, which compress as well. Mask and values are made of frames (core/checkpoint/zstd_frames.h). Whatever
// the bits mean comes back: a negative zero, the payload of a NaN.

// How many elements' bytes, or bytes of the mask, a frame holds; the last of each plane holds what is left.
constexpr int64_t kFrameElements = 131072;

// How the frames of values are to be taken, where it is not as they stand.
struct ValueDescription {
  // Elements of a floating-point type, turned: (element - base) << shift is what is stored. base: at most the
  // least of them, even; shift: from 0 to below the element's bits.
  uint64_t base = 0;
  int shift = 0;
  // Of a matrix held as int8 numbers (core/base/int8_rows.h): the scale of each row; base and shift are 0.
  std::vector<float> scales = {};

  bool isPlain() const { return base == 0 && shift == 0 && scales.empty(); }
};

struct PackedTensor {
  std::optional<std::vector<std::vector<std::byte>>> mask;  // frames; none: every element is kept
  std::vector<std::vector<std::byte>> values;  // with their description before them, unless it is plain
  bool isDescribed = false;

  int64_t maskBytes() const;
  int64_t valueBytes() const;
};

// bytes: 1, 2, 4 or 8.
struct ElementKind {
  int64_t bytes = 1;
  bool floating = false;
};

// Runs on parallelFor's workers; the result does not depend on them. scales: of rows of int8 numbers.
PackedTensor packTensor(std::span<const std::byte> dense, ElementKind kind,
                        const std::vector<float>& scales = {});

// What stands before values, and the frames behind it. fault: what is wrong, as below.
struct DescribedValues {
  ValueDescription description;
  std::span<const std::byte> frames;
  std::string fault = {};
};
DescribedValues describedValues(std::span<const std::byte> values);

// The elements into dense. Returns what is wrong, as the end of a sentence ("its mask is damaged"); empty
// where nothing is. dense holds anything then.
std::string unpackTensor(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                         ElementKind kind, std::span<std::byte> dense);

// What is wrong with the sizes alone, so that a tensor of an impossible shape is told before there is memory
// for it. The other checks need it unpacked.
std::string faultOfSizes(std::optional<std::span<const std::byte>> mask, std::span<const std::byte> values,
                         ElementKind kind, int64_t elements);

}  // namespace espalier
