#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/parallel.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

constexpr int kMaxExchanges = 50;
constexpr double kErrorThreshold = 0.1;

struct SwapCandidate {
  double rank = 0;  // the least comes first
  int64_t column = 0;
};

// Hands out candidates in order; a heap, since few of them are asked for.
class Queue {
 public:
  void add(double rank, int64_t column) { m_heap.push_back({rank, column}); }
  void begin() { std::make_heap(m_heap.begin(), m_heap.end(), later); }
  bool empty() const { return m_heap.empty(); }
  int64_t next() {
    std::pop_heap(m_heap.begin(), m_heap.end(), later);
    const int64_t column = m_heap.back().column;
    m_heap.pop_back();
    return column;
  }

 private:
  static bool later(const SwapCandidate& a, const SwapCandidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.column > b.column;
  }
  std::vector<SwapCandidate> m_heap;
};

// One output row.
class Row {
 public:
  Row(const float* weight, bool* mask, const InputStatistics& inputs, int64_t columns)
      : m_mask(mask), m_columns(columns), m_contribution(size_t(columns)), m_importance(size_t(columns)) {
    const float* norm = inputs.squaredNorm.data_ptr<float>();
    const float* mean = inputs.mean.data_ptr<float>();
    const float* variance = inputs.variance.data_ptr<float>();
    const double positions = double(inputs.positions) / double(inputs.samples);
    for (int64_t j = 0; j < columns; ++j) {
      const double c = double(weight[j]) * mean[j] * positions;
      m_contribution[size_t(j)] = c;
      m_importance[size_t(j)] = std::abs(weight[j]) * std::sqrt(norm[j]);
      if (mask[j]) {
        m_error += c;
        // The steadier a feature, the more of what its weight gives is in its mean.
        if (c > 0) m_regrowPositive.add(-c / variance[j], -j);
        if (c < 0) m_regrowNegative.add(c / variance[j], j);
      }
    }
    m_regrowPositive.begin();
    m_regrowNegative.begin();
  }

  void refineAnywhere() {
    for (int64_t j = 0; j < m_columns; ++j) {
      if (m_mask[j]) continue;
      const double c = m_contribution[size_t(j)];
      if (c > 0) m_prunePositive.add(m_importance[size_t(j)], j);
      if (c < 0) m_pruneNegative.add(m_importance[size_t(j)], j);
    }
    m_prunePositive.begin();
    m_pruneNegative.begin();
    for (int i = 0; i < kMaxExchanges && std::abs(m_error) > kErrorThreshold; ++i) {
      auto& prune = m_error > 0 ? m_pruneNegative : m_prunePositive;
      if (prune.empty() || regrowing().empty()) return;
      const int64_t back = takeRegrown();
      exchange(back, prune.next());
    }
  }

  void refineInGroups(int64_t m) {
    const bool positive = m_error > 0;
    std::vector<bool> fixed(m_mask, m_mask + m_columns);  // gone from the start, come back or gone since
    for (int i = 0; i < kMaxExchanges && std::abs(m_error) > kErrorThreshold && !regrowing().empty(); ++i) {
      const int64_t back = takeRegrown(), begin = back / m * m;
      int64_t out = -1;
      for (int64_t j = begin; j < std::min(m_columns, begin + m); ++j)
        if (!fixed[size_t(j)] && (out < 0 || m_importance[size_t(j)] < m_importance[size_t(out)])) out = j;
      if (out < 0) return;
      const double after = m_error + m_contribution[size_t(out)] - m_contribution[size_t(back)];
      if (after == 0 || (after > 0) != positive) return;
      fixed[size_t(out)] = true;
      exchange(back, out);
    }
  }

 private:
  Queue& regrowing() { return m_error > 0 ? m_regrowPositive : m_regrowNegative; }
  int64_t takeRegrown() { return std::abs(regrowing().next()); }

  void exchange(int64_t back, int64_t out) {
    m_mask[back] = false;
    m_mask[out] = true;
    m_error += m_contribution[size_t(out)] - m_contribution[size_t(back)];
  }

  bool* m_mask;
  int64_t m_columns;
  std::vector<double> m_contribution;  // to the mean output, summed over the positions of a sample
  std::vector<float> m_importance;     // Wanda's
  double m_error = 0;                  // what the mean output has lost: the contributions of all that is gone
  Queue m_regrowPositive, m_regrowNegative, m_prunePositive, m_pruneNegative;
};

// Dynamic sparse no training (Zhang, Zhao, Lin, Sun, Yao, Han, Tanner, Liu, Ji, ICLR 2024, arXiv 2310.08915),
// with the released code's settings: up to 50 exchanges in a row while its mean output is off by more than
// 0.1, summed over the positions of a sample. What comes back is the gone weight that, over its feature's
// variance, takes away the most of the error; what goes is, of the kept weights that take away error by
// going, the one least important to Wanda. In an N:M pattern, the least important one of the group goes, and
// an exchange that would turn the error's sign ends the row. Other than the released code a row ends when it
// has no such weight left.
class Dsnot : public MaskRefinement {
 public:
  const Method& method() const override {
    static const Method text{
        "dsnot",
        "DSnoT",
        ENGINE_TEXT("Engine", "Exchanges weights until each output's mean is what it was"),
        {{"ε<sub>i</sub> = Σ<sub>j gone</sub> W<sub>ij</sub> · mean X<sub>j</sub>",
          ENGINE_TEXT(
              "Engine",
              "A kept weight and one that is gone change places within a row, or within a group of the "
              "pattern, as long as the mean error ε of the output shrinks.")}},
        "Zhang, Zhao, Lin, Sun, Yao, Han, Tanner, Liu, Ji, ICLR 2024, arXiv 2310.08915"};
    return text;
  }
  StatisticsNeeds needs() const override { return {.features = true}; }

  at::Tensor refinedMask(const at::Tensor& weight, const at::Tensor& mask, const InputStatistics& inputs,
                         const SparsityPattern& pattern) const override {
    const auto held = weight.contiguous();
    auto out = mask.clone();
    const int64_t columns = held.size(1);
    parallelFor(held.size(0), [&](int64_t r) {
      Row row(held.data_ptr<float>() + r * columns, out.data_ptr<bool>() + r * columns, inputs, columns);
      if (pattern.structured())
        row.refineInGroups(pattern.m);
      else
        row.refineAnywhere();
    });
    return out;
  }
};

}  // namespace

const MaskRefinement& dsnotRefinement() {
  static const Dsnot refinement;
  return refinement;
}

}  // namespace espalier
