#include "core/prune/mask_ranks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/vectorised.h"
#include "core/prune/select.h"

namespace espalier {

namespace {

constexpr int64_t kBuckets = 1 << 16, kMostOfTwoBytes = 1 << 16;
constexpr int64_t kRankChunk = 1 << 16;

uint32_t bitsOf(float score) {
  return std::bit_cast<uint32_t>(score + 0.0f);
}

// Ranks of count scores, lower index first among equals; for groups that fit one worker.
template <typename Rank>
void rankRow(const float* scores, int64_t count, Rank* ranks, std::vector<uint64_t>& scratch) {
  scratch.resize(size_t(count));
  for (int64_t i = 0; i < count; ++i) scratch[size_t(i)] = uint64_t(bitsOf(scores[i])) << 32 | uint64_t(i);
  std::sort(scratch.begin(), scratch.end());
  for (int64_t r = 0; r < count; ++r) ranks[scratch[size_t(r)] & 0xffffffff] = Rank(r);
}

// The same for a whole matrix: indices are dealt to buckets by the high bits of their scores, then each
// bucket is sorted.
template <typename Rank>
void rankMatrix(const float* scores, int64_t count, Rank* ranks) {
  std::vector<int64_t> begin(kBuckets + 1);
  for (int64_t i = 0; i < count; ++i) ++begin[(bitsOf(scores[i]) >> 16) + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  struct Entry {
    uint32_t low, index;
    bool operator<(const Entry& o) const { return low != o.low ? low < o.low : index < o.index; }
  };
  std::vector<Entry> sorted(static_cast<size_t>(count));
  auto next = begin;
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t bits = bitsOf(scores[i]);
    sorted[size_t(next[bits >> 16]++)] = {bits & 0xffff, uint32_t(i)};
  }
  // 64 buckets to a task.
  parallelFor(kBuckets / 64, [&](int64_t part) {
    for (int64_t b = part * 64; b < (part + 1) * 64; ++b) {
      const int64_t first = begin[size_t(b)], last = begin[size_t(b) + 1];
      std::sort(sorted.begin() + first, sorted.begin() + last);
      for (int64_t r = first; r < last; ++r) ranks[sorted[size_t(r)].index] = Rank(r);
    }
  });
}

template <typename Rank>
std::vector<Rank> ranksOf(const float* scores, int64_t groups, int64_t group) {
  std::vector<Rank> ranks(static_cast<size_t>(groups * group));
  if (groups == 1) {
    rankMatrix(scores, group, ranks.data());
    return ranks;
  }
  parallelFor(groups, [&](int64_t g) {
    thread_local std::vector<uint64_t> scratch;
    rankRow(scores + g * group, group, ranks.data() + g * group, scratch);
  });
  return ranks;
}

// out = rank < pruned ? 0 : weight. Without a branch: the mask's bits are all ones where the weight stays.
ESPALIER_VECTORISED
void maskEach(const float* weight, const uint16_t* ranks, int64_t count, uint16_t pruned, float* out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = std::bit_cast<float>(std::bit_cast<int32_t>(weight[i]) & -int32_t(ranks[i] >= pruned));
}
ESPALIER_VECTORISED
void maskEach(const float* weight, const uint32_t* ranks, int64_t count, uint32_t pruned, float* out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = std::bit_cast<float>(std::bit_cast<int32_t>(weight[i]) & -int32_t(ranks[i] >= pruned));
}

// Of a group that has `pruned` to lose.
template <typename Rank>
void maskRun(const float* weight, const Rank* ranks, int64_t count, int64_t pruned, float* out) {
  if (pruned == 0)
    std::memcpy(out, weight, size_t(count) * sizeof(float));
  else if (pruned > int64_t(std::numeric_limits<Rank>::max()))
    std::fill(out, out + count, 0.0f);
  else
    maskEach(weight, ranks, count, Rank(pruned), out);
}

}  // namespace

MaskRanks::MaskRanks(at::Tensor weight, const at::Tensor& scores, Comparison comparison)
    : m_weight(weight.contiguous()),
      m_comparison(comparison),
      m_rows(weight.size(0)),
      m_columns(weight.size(1)),
      m_group(comparison == Comparison::Row ? m_columns : m_rows * m_columns) {
  const auto held = scores.contiguous();
  const float* values = held.data_ptr<float>();
  const int64_t groups = m_group > 0 ? held.numel() / m_group : 0;
  if (m_group <= kMostOfTwoBytes)
    m_ranks = ranksOf<uint16_t>(values, groups, m_group);
  else
    m_wideRanks = ranksOf<uint32_t>(values, groups, m_group);
  if (nonZeroCount(m_weight) == m_weight.numel()) return;
  if (m_wideRanks.empty())
    noteZeros(m_ranks);
  else
    noteZeros(m_wideRanks);
}

int64_t MaskRanks::bytes() const {
  return int64_t(m_ranks.size() * sizeof(m_ranks[0]) + m_wideRanks.size() * sizeof(m_wideRanks[0]) +
                 m_zeroRanks.size() * sizeof(m_zeroRanks[0]));
}

at::Tensor MaskRanks::masked(double sparsity) const {
  auto out = at::empty_like(m_weight);
  maskInto(sparsity, out);
  return out;
}

template <typename Rank>
void MaskRanks::noteZeros(const std::vector<Rank>& ranks) {
  const float* weight = m_weight.data_ptr<float>();
  const int64_t count = m_weight.numel();
  m_zeroBegin.push_back(0);
  for (int64_t first = 0; first < count; first += m_group) {
    for (int64_t i = first; i < first + m_group; ++i)
      if (weight[i] == 0) m_zeroRanks.push_back(uint32_t(ranks[size_t(i)]));
    std::sort(m_zeroRanks.begin() + m_zeroBegin.back(), m_zeroRanks.end());
    m_zeroBegin.push_back(int64_t(m_zeroRanks.size()));
  }
}

int64_t MaskRanks::zeros(double sparsity) const {
  const Selection selection{sparsity, m_comparison, {}, false};
  int64_t zeros = prunedInMatrix(m_rows, m_columns, selection);
  // Those of the weight's own that are not among the pruned.
  for (size_t g = 0; g + 1 < m_zeroBegin.size(); ++g) {
    const int64_t pruned = m_comparison == Comparison::Matrix
                               ? prunedInMatrix(m_rows, m_columns, selection)
                               : prunedInRow(m_rows, m_columns, selection, int64_t(g));
    const auto end = m_zeroRanks.begin() + m_zeroBegin[g + 1];
    zeros += end - std::lower_bound(m_zeroRanks.begin() + m_zeroBegin[g], end, pruned,
                                    [](uint32_t rank, int64_t p) { return int64_t(rank) < p; });
  }
  return zeros;
}

void MaskRanks::maskInto(double sparsity, at::Tensor& out) const {
  if (m_wideRanks.empty())
    mask(m_ranks, sparsity, out.data_ptr<float>());
  else
    mask(m_wideRanks, sparsity, out.data_ptr<float>());
}

template <typename Rank>
void MaskRanks::mask(const std::vector<Rank>& ranks, double sparsity, float* out) const {
  const Selection selection{sparsity, m_comparison, {}, false};
  const float* weight = m_weight.data_ptr<float>();
  const int64_t together = std::max<int64_t>(1, kRankChunk / std::max<int64_t>(1, m_columns));
  int64_t all = 0;
  if (m_comparison == Comparison::Matrix) all = prunedInMatrix(m_rows, m_columns, selection);
  parallelFor((m_rows + together - 1) / together, [&](int64_t part) {
    const int64_t first = part * together, last = std::min(m_rows, first + together);
    if (m_comparison == Comparison::Matrix) {
      const int64_t at = first * m_columns;
      maskRun(weight + at, ranks.data() + at, (last - first) * m_columns, all, out + at);
      return;
    }
    for (int64_t r = first; r < last; ++r) {
      const int64_t at = r * m_columns;
      maskRun(weight + at, ranks.data() + at, m_columns, prunedInRow(m_rows, m_columns, selection, r),
              out + at);
    }
  });
}

}  // namespace espalier
