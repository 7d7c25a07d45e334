#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/base/parallel.h"
#include "core/checkpoint/packed_tensor.h"

namespace espalier {

// The mask of a packed tensor: a bit for each element, in words of 64, that says whether any of its bits is
// set; and the way of the kept elements out of the dense ones and back. U: the unsigned type of an element's
// bytes.

constexpr int64_t kMaskWordsAtOnce = 1 << 14;

inline int64_t dividedUp(int64_t count, int64_t size) {
  return (count + size - 1) / size;
}

template <typename U>
U loadElement(const std::byte* at, int64_t index) {
  U value;
  std::memcpy(&value, at + index * int64_t(sizeof(U)), sizeof(U));
  return value;
}

// Bit i of the words: whether element i has a bit set.
template <typename U>
std::vector<uint64_t> elementMask(std::span<const std::byte> dense, int64_t elements) {
  std::vector<uint64_t> words(size_t(dividedUp(elements, 64)));
  parallelFor(dividedUp(int64_t(words.size()), kMaskWordsAtOnce), [&](int64_t part) {
    const auto end = std::min(int64_t(words.size()), (part + 1) * kMaskWordsAtOnce);
    for (int64_t w = part * kMaskWordsAtOnce; w < end; ++w) {
      const auto count = std::min<int64_t>(64, elements - w * 64);
      uint64_t bits = 0;
      for (int64_t j = 0; j < count; ++j)
        bits |= uint64_t(loadElement<U>(dense.data(), w * 64 + j) != 0) << j;
      words[size_t(w)] = bits;
    }
  });
  return words;
}

inline int64_t bitsIn(const std::vector<uint64_t>& words) {
  int64_t count = 0;
  for (const auto word : words) count += std::popcount(word);
  return count;
}

// The element where each frame of values begins, [frames + 1]: the first at 0, the others at their first kept
// element, and the end. What lies between two of them is one frame's.
inline std::vector<int64_t> beginnings(const std::vector<uint64_t>& words, int64_t elements, int64_t frames) {
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
inline uint64_t bitsWithin(int64_t w, int64_t begin, int64_t end) {
  uint64_t bits = ~uint64_t(0);
  if (w * 64 < begin) bits &= ~uint64_t(0) << (begin - w * 64);
  if (w * 64 + 64 > end) bits &= ~uint64_t(0) >> (w * 64 + 64 - end);
  return bits;
}

// The kept elements from begin to before end, one behind the other. There is room for 64 more than there are.
template <typename U>
void gatherKept(std::span<const std::byte> dense, const std::vector<uint64_t>& words, int64_t begin,
                int64_t end, U* to) {
  for (int64_t w = begin / 64; w < dividedUp(end, 64); ++w) {
    const uint64_t bits = words[size_t(w)] & bitsWithin(w, begin, end);
    const auto count = std::min<int64_t>(64, end - w * 64);
    for (int64_t j = 0; j < count; ++j) {
      *to = loadElement<U>(dense.data(), w * 64 + j);
      to += bits >> j & 1;
    }
  }
}

// The other way round; `from` may be read 64 elements beyond its end.
template <typename U>
void scatterKept(const U* from, const std::vector<uint64_t>& words, int64_t begin, int64_t end,
                 std::span<std::byte> dense) {
  U out[64];
  for (int64_t w = begin / 64; w < dividedUp(end, 64); ++w) {
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

}  // namespace espalier
