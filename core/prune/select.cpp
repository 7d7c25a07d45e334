#include "core/prune/select.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "core/allocate/budget.h"
#include "core/base/error.h"
#include "core/base/parallel.h"

namespace espalier {

namespace {

// Marks the k least of count values; among equal ones the first. scratch is overwritten.
void markLeast(const float* values, int64_t count, int64_t k, bool* mark, std::vector<float>& scratch) {
  if (k <= 0 || k >= count) {
    std::fill(mark, mark + count, k > 0);
    return;
  }
  scratch.assign(values, values + count);
  std::nth_element(scratch.begin(), scratch.begin() + (k - 1), scratch.end());
  const float threshold = scratch[size_t(k - 1)];
  int64_t ties = k;
  for (int64_t i = 0; i < count; ++i) ties -= values[i] < threshold;
  for (int64_t i = 0; i < count; ++i)
    mark[i] = values[i] < threshold || (values[i] == threshold && ties-- > 0);
}

constexpr int64_t kChunk = 1 << 16;

int64_t chunksOf(int64_t count) {
  return (count + kChunk - 1) / kChunk;
}

// The k least of a whole matrix: threshold by valueOfRank, ties by flat index.
void markLeastInParallel(const float* values, int64_t count, int64_t k, bool* mark) {
  if (k <= 0 || k >= count) {
    std::fill(mark, mark + count, k > 0);
    return;
  }
  const float threshold = valueOfRank(values, count, k - 1);
  const int64_t chunks = chunksOf(count);
  std::vector<int64_t> less(static_cast<size_t>(chunks)), equal(static_cast<size_t>(chunks));
  parallelFor(chunks, [&](int64_t c) {
    int64_t below = 0, same = 0;
    for (int64_t i = c * kChunk; i < std::min(count, (c + 1) * kChunk); ++i) {
      below += values[i] < threshold;
      same += values[i] == threshold;
    }
    less[size_t(c)] = below;
    equal[size_t(c)] = same;
  });
  int64_t ties = k;
  for (const int64_t n : less) ties -= n;
  // From here on equal[c] is how many ties are left when chunk c begins.
  for (auto& n : equal) {
    const int64_t here = n;
    n = ties;
    ties = std::max<int64_t>(ties - here, 0);
  }
  parallelFor(chunks, [&](int64_t c) {
    int64_t left = equal[size_t(c)];
    for (int64_t i = c * kChunk; i < std::min(count, (c + 1) * kChunk); ++i)
      mark[i] = values[i] < threshold || (values[i] == threshold && left-- > 0);
  });
}

void markUpToRank(const float* values, int64_t count, double sparsity, bool* mark) {
  const int64_t rank = int64_t(double(count) * sparsity);
  const float threshold = valueOfRank(values, count, std::min(rank, count - 1));
  parallelFor(chunksOf(count), [&](int64_t c) {
    for (int64_t i = c * kChunk; i < std::min(count, (c + 1) * kChunk); ++i) mark[i] = values[i] <= threshold;
  });
}

void markGroups(const float* values, int64_t columns, const Selection& s, bool* mark,
                std::vector<float>& scratch) {
  const auto [n, m] = s.pattern;
  for (int64_t begin = 0; begin < columns; begin += m)
    markLeast(values + begin, std::min(m, columns - begin), s.officialCounts ? n : m - n, mark + begin,
              scratch);
}

}  // namespace

float valueOfRank(const float* values, int64_t count, int64_t k) {
  // Floats >= 0 order as their bits do: two counting passes over halves of the bits find the value at memory
  // speed. Adding 0 turns a negative zero into a positive one.
  const auto bitsOf = [](float v) { return std::bit_cast<uint32_t>(v + 0.0f); };
  constexpr size_t kBuckets = 1 << 16;
  const int64_t parts = std::clamp<int64_t>(count / (1 << 18), 1, threadCount());
  uint32_t prefix = 0;
  for (const bool high : {true, false}) {
    std::vector<std::vector<int64_t>> counted(static_cast<size_t>(parts), std::vector<int64_t>(kBuckets));
    parallelFor(parts, [&](int64_t p) {
      auto& histogram = counted[size_t(p)];
      for (int64_t i = count * p / parts; i < count * (p + 1) / parts; ++i) {
        const uint32_t bits = bitsOf(values[i]);
        if (high)
          ++histogram[bits >> 16];
        else if (bits >> 16 == prefix)
          ++histogram[bits & 0xffff];
      }
    });
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
      int64_t here = 0;
      for (const auto& histogram : counted) here += histogram[bucket];
      if (k < here) {
        prefix = high ? bucket : prefix << 16 | bucket;
        break;
      }
      k -= here;
    }
  }
  return std::bit_cast<float>(prefix);
}

int64_t prunedInRow(int64_t rows, int64_t columns, const Selection& s, int64_t row) {
  if (s.officialCounts) return int64_t(double(columns) * s.sparsity);
  const int64_t pruned = rows * columns - keptWeights(rows * columns, s.sparsity);
  return (row + 1) * pruned / rows - row * pruned / rows;
}

void checkPattern(const SparsityPattern& pattern, int64_t columns, const std::string& matrix,
                  bool officialCounts) {
  if (!pattern.structured() || columns % pattern.m == 0) return;
  if (officialCounts && columns % pattern.m >= pattern.n) return;
  throw Error(ErrorKind::InvalidInput, "The matrix \"" + matrix + "\" has " + std::to_string(columns) +
                                           " columns; the pattern " + nameOf(pattern) +
                                           " needs a multiple of " + std::to_string(pattern.m) + ".");
}

at::Tensor maskOfLeast(const at::Tensor& scores, const Selection& s) {
  const int64_t rows = scores.size(0), columns = scores.size(1);
  checkPattern(s.pattern, columns, "weight", s.officialCounts);
  const auto held = scores.contiguous();
  const float* values = held.data_ptr<float>();
  auto mask = at::empty({rows, columns}, at::kBool);
  bool* mark = mask.data_ptr<bool>();
  if (!s.pattern.structured() && s.comparison == Comparison::Matrix) {
    if (s.officialCounts)
      markUpToRank(values, rows * columns, s.sparsity, mark);
    else
      markLeastInParallel(values, rows * columns, rows * columns - keptWeights(rows * columns, s.sparsity),
                          mark);
    return mask;
  }
  const int64_t rowsAtOnce = std::max<int64_t>(1, kChunk / std::max<int64_t>(1, columns));
  parallelFor((rows + rowsAtOnce - 1) / rowsAtOnce, [&](int64_t part) {
    std::vector<float> scratch;
    for (int64_t r = part * rowsAtOnce; r < std::min(rows, (part + 1) * rowsAtOnce); ++r) {
      if (s.pattern.structured())
        markGroups(values + r * columns, columns, s, mark + r * columns, scratch);
      else
        markLeast(values + r * columns, columns, prunedInRow(rows, columns, s, r), mark + r * columns,
                  scratch);
    }
  });
  return mask;
}

}  // namespace espalier
