#include "core/prune/select.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <mutex>
#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "core/base/kept_weights.h"
#include "core/base/parallel.h"
#include "core/base/vectorised.h"

namespace espalier {

namespace {

constexpr int64_t kChunk = 1 << 16;

int64_t chunksOf(int64_t count) {
  return (count + kChunk - 1) / kChunk;
}

// Marks what is below the threshold and says how much that is. Without branches: half of the scores are, at
// random.
ESPALIER_VECTORISED
int64_t markBelow(const float* values, int64_t count, float threshold, bool* mark) {
  int64_t below = 0;
  for (int64_t i = 0; i < count; ++i) mark[i] = values[i] < threshold;
  for (int64_t i = 0; i < count; ++i) below += mark[i];
  return below;
}

// Scores as integers, which order as they do: floats >= 0 order as their bits. Adding 0 turns a negative zero
// into a positive one.
ESPALIER_VECTORISED
void bitsOfAll(const float* values, int64_t count, int32_t* bits) {
  for (int64_t i = 0; i < count; ++i) bits[i] = std::bit_cast<int32_t>(values[i] + 0.0f);
}

ESPALIER_VECTORISED
int64_t countUpTo(const int32_t* bits, int64_t count, int32_t limit) {
  int64_t found = 0;
  for (int64_t begin = 0; begin < count; begin += 1 << 20) {
    const int64_t end = std::min<int64_t>(count, begin + (1 << 20));
    int32_t here = 0;
    for (int64_t i = begin; i < end; ++i) here += bits[i] <= limit;
    found += here;
  }
  return found;
}

ESPALIER_VECTORISED
int64_t countNonZeros(const float* values, int64_t count) {
  int64_t found = 0;
  for (int64_t begin = 0; begin < count; begin += 1 << 20) {
    const int64_t end = std::min<int64_t>(count, begin + (1 << 20));
    int32_t here = 0;
    for (int64_t i = begin; i < end; ++i) here += values[i] != 0;
    found += here;
  }
  return found;
}

// The value of rank k - 1, for rows that fit the caches: by halving the range of the bits. Some thirty passes
// of comparisons, many at a time, are several times faster than a partition, whose branches cannot be
// foreseen.
float valueAmongLeast(const float* values, int64_t count, int64_t k, std::vector<int32_t>& bits) {
  bits.resize(size_t(count));
  bitsOfAll(values, count, bits.data());
  int32_t low = 0, high = std::numeric_limits<int32_t>::max();
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (countUpTo(bits.data(), count, middle) >= k)
      high = middle;
    else
      low = middle + 1;
  }
  return std::bit_cast<float>(low);
}

// Marks the k least of a small group, the first among equals, by comparing each with each.
void markLeastOfFew(const float* values, int64_t count, int64_t k, bool* mark) {
  for (int64_t i = 0; i < count; ++i) {
    int64_t before = 0;
    for (int64_t j = 0; j < count; ++j) before += values[j] < values[i] || (values[j] == values[i] && j < i);
    mark[i] = before < k;
  }
}

// Marks the first `ties` of those that equal the threshold.
void markTies(const float* values, int64_t count, float threshold, int64_t ties, bool* mark) {
  for (int64_t i = 0; i < count && ties > 0; ++i) {
    if (values[i] != threshold) continue;
    mark[i] = true;
    --ties;
  }
}

// Calls body(r) for each row, several rows to a task.
void forRows(int64_t rows, int64_t columns,
             const std::function<void(int64_t row, std::vector<int32_t>& scratch)>& body) {
  const int64_t together = std::max<int64_t>(1, kChunk / std::max<int64_t>(1, columns));
  parallelFor((rows + together - 1) / together, [&](int64_t part) {
    std::vector<int32_t> scratch;
    for (int64_t r = part * together; r < std::min(rows, (part + 1) * together); ++r) body(r, scratch);
  });
}

void markGroups(const float* values, int64_t columns, const Selection& s, bool* mark,
                std::vector<int32_t>& scratch) {
  const int64_t n = s.pattern.n, m = s.pattern.m;
  for (int64_t begin = 0; begin < columns; begin += m)
    markLeast(values + begin, std::min(m, columns - begin), s.officialCounts ? n : m - n, mark + begin,
              scratch);
}

}  // namespace

void markLeast(const float* values, int64_t count, int64_t k, bool* mark, std::vector<int32_t>& scratch) {
  if (k <= 0 || k >= count) {
    std::fill(mark, mark + count, k > 0);
    return;
  }
  if (count <= 16) {
    markLeastOfFew(values, count, k, mark);
    return;
  }
  const float threshold = valueAmongLeast(values, count, k, scratch);
  markTies(values, count, threshold, k - markBelow(values, count, threshold, mark), mark);
}

at::Tensor maskOfLeastInRows(const at::Tensor& scores, const std::function<int64_t(int64_t)>& pruned) {
  const int64_t rows = scores.size(0), columns = scores.size(1);
  const auto held = scores.contiguous();
  const float* values = held.data_ptr<float>();
  auto mask = at::empty({rows, columns}, at::kBool);
  bool* mark = mask.data_ptr<bool>();
  forRows(rows, columns, [&](int64_t r, std::vector<int32_t>& scratch) {
    markLeast(values + r * columns, columns, pruned(r), mark + r * columns, scratch);
  });
  return mask;
}

at::Tensor maskOfLeastInMatrix(const at::Tensor& scores, int64_t pruned) {
  const int64_t count = scores.numel();
  if (pruned <= 0 || pruned >= count) return at::full(scores.sizes(), pruned > 0, at::kBool);
  const auto held = scores.contiguous();
  const float* values = held.data_ptr<float>();
  auto mask = at::empty(scores.sizes(), at::kBool);
  bool* mark = mask.data_ptr<bool>();
  const float threshold = valueOfRank(values, count, pruned - 1);
  std::vector<int64_t> below(size_t(chunksOf(count)));
  parallelFor(int64_t(below.size()), [&](int64_t c) {
    const int64_t first = c * kChunk, size = std::min(kChunk, count - first);
    below[size_t(c)] = markBelow(values + first, size, threshold, mark + first);
  });
  int64_t ties = pruned;
  for (const int64_t n : below) ties -= n;
  markTies(values, count, threshold, ties, mark);
  return mask;
}

at::Tensor maskUpToRank(const at::Tensor& scores, int64_t rank) {
  const auto held = scores.contiguous();
  return held <= valueOfRank(held.data_ptr<float>(), held.numel(), std::min(rank, held.numel() - 1));
}

float valueOfRank(const float* values, int64_t count, int64_t k) {
  // A pass counts by the upper bits, whose counters stay in the nearest cache; another gathers the few
  // numbers that share those of the value.
  constexpr int kLowBits = 20;
  constexpr size_t kBuckets = size_t(1) << (32 - kLowBits);
  const auto bitsOf = [](float v) { return std::bit_cast<uint32_t>(v + 0.0f); };
  const int64_t parts = std::clamp<int64_t>(count / (1 << 15), 1, threadCount());
  const auto forParts = [&](const auto& body) {
    parallelFor(parts, [&](int64_t p) { body(size_t(p), count * p / parts, count * (p + 1) / parts); });
  };
  std::vector<std::vector<int64_t>> counted(static_cast<size_t>(parts), std::vector<int64_t>(kBuckets));
  forParts([&](size_t part, int64_t begin, int64_t end) {
    auto& histogram = counted[part];
    for (int64_t i = begin; i < end; ++i) ++histogram[bitsOf(values[i]) >> kLowBits];
  });
  uint32_t bucket = 0;
  for (;; ++bucket) {
    int64_t here = 0;
    for (const auto& histogram : counted) here += histogram[bucket];
    if (k < here) break;
    k -= here;
  }
  std::vector<std::vector<uint32_t>> gathered(static_cast<size_t>(parts));
  forParts([&](size_t part, int64_t begin, int64_t end) {
    auto& found = gathered[part];
    found.reserve(size_t(counted[part][bucket]));
    for (int64_t i = begin; i < end; ++i)
      if (const uint32_t bits = bitsOf(values[i]); bits >> kLowBits == bucket) found.push_back(bits);
  });
  auto& all = gathered[0];
  for (size_t part = 1; part < gathered.size(); ++part)
    all.insert(all.end(), gathered[part].begin(), gathered[part].end());
  std::nth_element(all.begin(), all.begin() + k, all.end());
  return std::bit_cast<float>(all[size_t(k)]);
}

float magnitudeOfRank(int64_t tensors, const std::function<at::Tensor(int64_t)>& tensor, int64_t k) {
  constexpr size_t kBuckets = 1 << 16;
  uint32_t prefix = 0;
  for (const bool high : {true, false}) {
    std::vector<int64_t> counted(kBuckets);
    std::mutex mutex;
    parallelFor(tensors, [&](int64_t t) {
      const auto held = tensor(t).contiguous();
      const float* values = held.data_ptr<float>();
      std::vector<int64_t> histogram(kBuckets);
      for (int64_t i = 0; i < held.numel(); ++i) {
        const uint32_t bits = std::bit_cast<uint32_t>(values[i]) & 0x7fffffff;
        if (high)
          ++histogram[bits >> 16];
        else if (bits >> 16 == prefix)
          ++histogram[bits & 0xffff];
      }
      std::lock_guard lock(mutex);
      for (size_t bucket = 0; bucket < kBuckets; ++bucket) counted[bucket] += histogram[bucket];
    });
    uint32_t bucket = 0;
    while (k >= counted[bucket]) k -= counted[bucket++];
    prefix = high ? bucket : prefix << 16 | bucket;
  }
  return std::bit_cast<float>(prefix);
}

int64_t prunedInMatrix(int64_t rows, int64_t columns, const Selection& s) {
  if (s.officialCounts) return rows * int64_t(double(columns) * s.sparsity);
  return rows * columns - keptWeights(rows * columns, s.sparsity);
}

int64_t prunedInRow(int64_t rows, int64_t columns, const Selection& s, int64_t row) {
  const int64_t pruned = prunedInMatrix(rows, columns, s);
  return (row + 1) * pruned / rows - row * pruned / rows;
}

void checkPattern(const SparsityPattern& pattern, int64_t rows, int64_t columns, const std::string& matrix,
                  bool officialCounts) {
  const auto refuse = [&](const char* what, int64_t have, int64_t multiple) {
    throw Error(ErrorKind::InvalidInput, "The matrix \"" + matrix + "\" has " + std::to_string(have) + " " +
                                             what + "; the pattern " + nameOf(pattern) +
                                             " needs a multiple of " + std::to_string(multiple) + ".");
  };
  if (rows % pattern.blockRows != 0) refuse("rows", rows, pattern.blockRows);
  if (!pattern.structured() || columns % pattern.m == 0) return;
  if (officialCounts && columns % pattern.m >= pattern.n) return;
  refuse("columns", columns, pattern.m);
}

namespace {

// The sum of each block's scores, [rows / R, columns], added in the order of the rows.
at::Tensor sumsOfBlocks(const at::Tensor& scores, int64_t blockRows) {
  const int64_t columns = scores.size(1);
  const auto held = scores.contiguous();
  auto sums = at::empty({scores.size(0) / blockRows, columns}, at::kFloat);
  parallelFor(sums.size(0), [&](int64_t block) {
    const float* from = held.data_ptr<float>() + block * blockRows * columns;
    float* to = sums.data_ptr<float>() + block * columns;
    std::copy_n(from, columns, to);
    for (int64_t r = 1; r < blockRows; ++r)
      for (int64_t c = 0; c < columns; ++c) to[c] += from[r * columns + c];
  });
  return sums;
}

}  // namespace

at::Tensor maskOfLeast(const at::Tensor& scores, const Selection& s) {
  const int64_t rows = scores.size(0), columns = scores.size(1), count = rows * columns;
  if (s.pattern.units) throw Error(ErrorKind::Internal, "The units of a matrix are chosen by its block.");
  checkPattern(s.pattern, rows, columns, "weight", s.officialCounts);
  if (s.pattern.inBlocks()) {
    auto ofBlocks = s;
    ofBlocks.pattern = {};
    return maskOfLeast(sumsOfBlocks(scores, s.pattern.blockRows), ofBlocks)
        .repeat_interleave(s.pattern.blockRows, 0);
  }
  if (s.pattern.structured()) {
    const auto held = scores.contiguous();
    auto mask = at::empty({rows, columns}, at::kBool);
    forRows(rows, columns, [&](int64_t r, std::vector<int32_t>& scratch) {
      markGroups(held.data_ptr<float>() + r * columns, columns, s, mask.data_ptr<bool>() + r * columns,
                 scratch);
    });
    return mask;
  }
  if (s.comparison == Comparison::Row)
    return maskOfLeastInRows(scores, [&](int64_t row) { return prunedInRow(rows, columns, s, row); });
  return s.officialCounts ? maskUpToRank(scores, int64_t(double(count) * s.sparsity))
                          : maskOfLeastInMatrix(scores, prunedInMatrix(rows, columns, s));
}

int64_t nonZeroCount(const at::Tensor& weight) {
  const auto held = weight.contiguous();
  const float* values = held.data_ptr<float>();
  const int64_t count = held.numel();
  std::vector<int64_t> found(size_t(chunksOf(count)));
  parallelFor(int64_t(found.size()), [&](int64_t c) {
    found[size_t(c)] = countNonZeros(values + c * kChunk, std::min(kChunk, count - c * kChunk));
  });
  return std::accumulate(found.begin(), found.end(), int64_t(0));
}

at::Tensor zerosFirst(const at::Tensor& weight, const at::Tensor& scores) {
  if (nonZeroCount(weight) == weight.numel()) return scores;
  constexpr float kLeast = std::numeric_limits<float>::denorm_min();
  const auto w = weight.contiguous(), held = scores.contiguous();
  auto out = at::empty_like(held);
  const float *from = held.data_ptr<float>(), *weights = w.data_ptr<float>();
  float* to = out.data_ptr<float>();
  parallelFor(chunksOf(held.numel()), [&](int64_t c) {
    for (int64_t i = c * kChunk; i < std::min(held.numel(), (c + 1) * kChunk); ++i)
      to[i] = weights[i] == 0 ? 0 : from[i] == 0 ? kLeast : from[i];
  });
  return out;
}

at::Tensor zeroed(const at::Tensor& weight, const at::Tensor& mask) {
  const auto held = weight.contiguous(), marks = mask.contiguous();
  auto out = at::empty_like(held);
  const float* w = held.data_ptr<float>();
  const bool* mark = marks.data_ptr<bool>();
  float* to = out.data_ptr<float>();
  parallelFor(chunksOf(held.numel()), [&](int64_t c) {
    for (int64_t i = c * kChunk; i < std::min(held.numel(), (c + 1) * kChunk); ++i)
      to[i] = std::bit_cast<float>(std::bit_cast<int32_t>(w[i]) & -int32_t(!mark[i]));
  });
  return out;
}

}  // namespace espalier
