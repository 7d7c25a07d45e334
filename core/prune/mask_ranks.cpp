#include "core/prune/mask_ranks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/vectorised.h"
#include "core/prune/select.h"

namespace espalier {

namespace {

constexpr int64_t kSteps = 1 << 16;
constexpr int64_t kRankChunk = 1 << 16;

uint32_t bitsOf(float score) {
  return std::bit_cast<uint32_t>(score + 0.0f);
}

// The step of a rank in a group.
uint16_t stepOfRank(int64_t rank, int64_t group) {
  return uint16_t(group <= kSteps ? rank : rank * kSteps / group);
}

// Ranks of count scores, lower index first among equals; for groups that fit one worker.
void rankRow(const float* scores, int64_t count, uint16_t* ranks, std::vector<uint64_t>& scratch) {
  scratch.resize(size_t(count));
  for (int64_t i = 0; i < count; ++i) scratch[size_t(i)] = uint64_t(bitsOf(scores[i])) << 32 | uint64_t(i);
  std::sort(scratch.begin(), scratch.end());
  for (int64_t r = 0; r < count; ++r) ranks[scratch[size_t(r)] & 0xffffffff] = stepOfRank(r, count);
}

// The same for a whole matrix: indices are dealt to buckets by the high bits of their scores, then each
// bucket is sorted.
void rankMatrix(const float* scores, int64_t count, std::vector<uint16_t>& ranks) {
  std::vector<int64_t> begin(kSteps + 1);
  for (int64_t i = 0; i < count; ++i) ++begin[(bitsOf(scores[i]) >> 16) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  struct Entry {
    uint32_t low;
    int64_t index;
    bool operator<(const Entry& o) const { return low != o.low ? low < o.low : index < o.index; }
  };
  std::vector<Entry> sorted(static_cast<size_t>(count));
  auto next = begin;
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t bits = bitsOf(scores[i]);
    sorted[size_t(next[bits >> 16]++)] = {bits & 0xffff, i};
  }
  // 64 buckets to a task.
  parallelFor(kSteps / 64, [&](int64_t part) {
    for (int64_t b = part * 64; b < (part + 1) * 64; ++b) {
      const int64_t first = begin[size_t(b)], last = begin[size_t(b) + 1];
      std::sort(sorted.begin() + first, sorted.begin() + last);
      for (int64_t r = first; r < last; ++r) ranks[size_t(sorted[size_t(r)].index)] = stepOfRank(r, count);
    }
  });
}

// out = rank < step ? 0 : weight.
ESPALIER_VECTORISED
void maskRun(const float* weight, const uint16_t* ranks, int64_t count, uint32_t step, float* out) {
  if (step == 0) {
    std::memcpy(out, weight, size_t(count) * sizeof(float));
  } else if (step >= kSteps) {
    std::fill(out, out + count, 0.0f);
  } else {
    const auto first = uint16_t(step);
    // Without a branch: the mask's bits are all ones where the weight stays.
    for (int64_t i = 0; i < count; ++i)
      out[i] = std::bit_cast<float>(std::bit_cast<int32_t>(weight[i]) & -int32_t(ranks[i] >= first));
  }
}

}  // namespace

MaskRanks::MaskRanks(at::Tensor weight, const at::Tensor& scores, Comparison comparison)
    : m_weight(weight.contiguous()),
      m_comparison(comparison),
      m_rows(weight.size(0)),
      m_columns(weight.size(1)),
      m_group(comparison == Comparison::Row ? m_columns : m_rows * m_columns),
      m_ranks(size_t(m_rows * m_columns)) {
  const auto held = scores.contiguous();
  const float* values = held.data_ptr<float>();
  if (comparison == Comparison::Matrix) {
    rankMatrix(values, m_group, m_ranks);
    return;
  }
  parallelFor(m_rows, [&](int64_t r) {
    thread_local std::vector<uint64_t> scratch;
    rankRow(values + r * m_columns, m_columns, m_ranks.data() + r * m_columns, scratch);
  });
}

uint32_t MaskRanks::stepOf(int64_t pruned) const {
  if (m_group <= kSteps) return uint32_t(pruned);
  return uint32_t((2 * pruned * kSteps + m_group) / (2 * m_group));
}

at::Tensor MaskRanks::masked(double sparsity) const {
  auto out = at::empty_like(m_weight);
  maskInto(sparsity, out);
  return out;
}

void MaskRanks::maskInto(double sparsity, at::Tensor& out) const {
  const Selection selection{sparsity, m_comparison, {}, false};
  const float* weight = m_weight.data_ptr<float>();
  float* to = out.data_ptr<float>();
  const int64_t together = std::max<int64_t>(1, kRankChunk / std::max<int64_t>(1, m_columns));
  int64_t all = 0;
  if (m_comparison == Comparison::Matrix) all = prunedInMatrix(m_rows, m_columns, selection);
  parallelFor((m_rows + together - 1) / together, [&](int64_t part) {
    const int64_t first = part * together, last = std::min(m_rows, first + together);
    if (m_comparison == Comparison::Matrix) {
      const int64_t at = first * m_columns;
      maskRun(weight + at, m_ranks.data() + at, (last - first) * m_columns, stepOf(all), to + at);
      return;
    }
    for (int64_t r = first; r < last; ++r) {
      const int64_t at = r * m_columns;
      maskRun(weight + at, m_ranks.data() + at, m_columns,
              stepOf(prunedInRow(m_rows, m_columns, selection, r)), to + at);
    }
  });
}

}  // namespace espalier
