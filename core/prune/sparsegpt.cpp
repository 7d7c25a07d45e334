#include <algorithm>
#include <limits>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/vectorised.h"
#include "core/prune/criteria_list.h"
#include "core/prune/inverse_factor.h"

namespace espalier {

namespace {

constexpr int64_t kBlockColumns = 128;
// Rows of one task. Fixed, so that the products have the same shapes and bits for any number of workers.
constexpr int64_t kStripeRows = 64;

struct Factor : Criterion::Prepared {
  InverseFactor inverse;
};

// What stays of a row makes up for a weight that goes.
ESPALIER_VECTORISED
void subtractScaled(float* w, const float* u, float error, int64_t count) {
  for (int64_t j = 0; j < count; ++j) w[j] -= error * u[j];
}

std::string dampingPercent(double share) {
  auto text = std::to_string(100 * share);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

// One matrix being pruned, block of columns by block of columns.
class Update {
 public:
  Update(const at::Tensor& weight, const InverseFactor& inverse, const Selection& selection)
      : m_selection(selection),
        m_rows(weight.size(0)),
        m_columns(weight.size(1)),
        m_upper(inverse.upper),
        m_weight(selection.officialCounts ? weight.masked_fill(inverse.dead, 0) : weight.clone()),
        m_mask(at::zeros({m_rows, m_columns}, at::kBool)),
        m_zero(weight == 0),
        m_anyZero(nonZeroCount(weight) < weight.numel()) {
    // The weights of a dead feature matter to nothing seen and are the first to go. The published code zeroes
    // them all, and so may remove more than asked.
    for (int64_t c = 0; c < m_columns; ++c) {
      const float d = m_upper.data_ptr<float>()[c * (m_columns + 1)];
      m_divisor.push_back(inverse.dead.data_ptr<bool>()[c] ? std::numeric_limits<float>::infinity() : d * d);
    }
    if (m_anyZero) countZeros();
  }

  void run() {
    int64_t width = kBlockColumns;
    // Groups do not cross blocks.
    if (const int64_t m = m_selection.pattern.m; m > 0 && !m_selection.officialCounts)
      width = std::max(m, width / m * m);
    for (int64_t begin = 0; begin < m_columns; begin += width) {
      m_begin = begin;
      m_end = std::min(m_columns, begin + width);
      if (!m_selection.pattern.structured()) {
        auto block = m_mask.narrow(1, m_begin, m_end - m_begin);
        block.copy_(blockMask());
        if (m_anyZero) block.logical_or_(m_zero.narrow(1, m_begin, m_end - m_begin));
      }
      parallelFor((m_rows + kStripeRows - 1) / kStripeRows, [&](int64_t stripe) {
        pruneStripe(stripe * kStripeRows, std::min(m_rows, (stripe + 1) * kStripeRows));
      });
    }
  }

  const at::Tensor& weight() const { return m_weight; }
  const at::Tensor& mask() const { return m_mask; }

 private:
  at::Tensor blockMask() const {
    const int64_t width = m_end - m_begin;
    auto scores = at::empty({m_rows, width}, at::kFloat);
    const float* w = m_weight.data_ptr<float>();
    float* out = scores.data_ptr<float>();
    parallelFor((m_rows + kStripeRows - 1) / kStripeRows, [&](int64_t stripe) {
      for (int64_t r = stripe * kStripeRows; r < std::min(m_rows, (stripe + 1) * kStripeRows); ++r)
        for (int64_t c = 0; c < width; ++c)
          out[r * width + c] = saliency(w[r * m_columns + m_begin + c], r, m_begin + c);
    });
    const auto& s = m_selection;
    if (s.officialCounts) {
      if (s.comparison == Comparison::Row)
        return maskOfLeastInRows(scores, [&](int64_t) { return int64_t(double(width) * s.sparsity); });
      return maskUpToRank(scores, int64_t(double(m_rows * width) * s.sparsity));
    }
    // What goes in all is dealt out to the blocks so that after each the share so far is met. Weights that
    // are zero already have gone; the rest is dealt by how many others a block has.
    if (s.comparison == Comparison::Row)
      return maskOfLeastInRows(scores, [&](int64_t row) {
        return dealt(prunedInRow(m_rows, m_columns, s, row), m_columns,
                     m_anyZero ? m_zeros.data() + row * (m_columns + 1) : nullptr, 1);
      });
    return maskOfLeastInMatrix(scores, dealt(prunedInMatrix(m_rows, m_columns, s), m_rows * m_columns,
                                             m_anyZero ? m_zerosOfAll.data() : nullptr, m_rows));
  }

  // What goes of a block. all: of `weights` weights, `each` of them to a column; zeros: how many of them are
  // zero before each column and behind the last, null where none is.
  int64_t dealt(int64_t all, int64_t weights, const int64_t* zeros, int64_t each) const {
    if (!zeros) return all * m_end / m_columns - all * m_begin / m_columns;
    const int64_t here = zeros[m_end] - zeros[m_begin], live = weights - zeros[m_columns];
    const int64_t more = std::max<int64_t>(0, all - zeros[m_columns]);
    const auto until = [&](int64_t column) { return more * (each * column - zeros[column]) / live; };
    return live == 0 ? here : here + until(m_end) - until(m_begin);
  }

  // Of each row and of all, running sums over the columns.
  void countZeros() {
    m_zeros.resize(size_t(m_rows * (m_columns + 1)));
    m_zerosOfAll.resize(size_t(m_columns + 1));
    const bool* zero = m_zero.data_ptr<bool>();
    for (int64_t r = 0; r < m_rows; ++r) {
      int64_t* row = m_zeros.data() + r * (m_columns + 1);
      for (int64_t c = 0; c < m_columns; ++c) row[c + 1] = row[c] + zero[r * m_columns + c];
      for (int64_t c = 0; c <= m_columns; ++c) m_zerosOfAll[size_t(c)] += row[c];
    }
  }

  void pruneStripe(int64_t firstRow, int64_t lastRow) {
    const int64_t width = m_end - m_begin;
    auto errors = at::zeros({lastRow - firstRow, width}, at::kFloat);
    for (int64_t r = firstRow; r < lastRow; ++r)
      pruneRow(r, m_weight.data_ptr<float>() + r * m_columns + m_begin,
               m_mask.data_ptr<bool>() + r * m_columns + m_begin,
               errors.data_ptr<float>() + (r - firstRow) * width);
    if (m_end == m_columns) return;
    auto rest = m_weight.narrow(0, firstRow, lastRow - firstRow).narrow(1, m_end, m_columns - m_end);
    rest.addmm_(errors, m_upper.narrow(0, m_begin, width).narrow(1, m_end, m_columns - m_end), 1, -1);
  }

  // The columns of the block in a row: each pruned weight's error is made up for by those behind it.
  void pruneRow(int64_t r, float* w, bool* pruned, float* errors) {
    const int64_t width = m_end - m_begin;
    for (int64_t i = 0; i < width; ++i) {
      if (m_selection.pattern.structured() && i % m_selection.pattern.m == 0) chooseInGroup(r, w, i, pruned);
      if (!pruned[i]) continue;
      const float* u = m_upper.data_ptr<float>() + (m_begin + i) * m_columns + m_begin;
      const float error = w[i] / u[i];
      errors[i] = error;
      w[i] = 0;
      subtractScaled(w + i + 1, u + i + 1, error, width - i - 1);
    }
  }

  void chooseInGroup(int64_t r, const float* w, int64_t i, bool* pruned) const {
    const int64_t n = m_selection.pattern.n, m = m_selection.pattern.m;
    const int64_t size = std::min(m, m_end - m_begin - i);
    thread_local std::vector<float> scores;
    thread_local std::vector<int32_t> scratch;
    scores.resize(size_t(size));
    for (int64_t j = 0; j < size; ++j) scores[size_t(j)] = saliency(w[i + j], r, m_begin + i + j);
    markLeast(scores.data(), size, m_selection.officialCounts ? n : m - n, pruned + i, scratch);
    if (!m_anyZero) return;
    const bool* zero = m_zero.data_ptr<bool>() + r * m_columns + m_begin + i;
    for (int64_t j = 0; j < size; ++j) pruned[i + j] = pruned[i + j] || zero[j];
  }

  // The error that removing a weight alone would make in the layer's output: w^2 / U_jj^2. What was zero from
  // the start stays so, whatever it was to make up for, and ranks before all others.
  float saliency(float w, int64_t row, int64_t column) const {
    const float error = w * w / m_divisor[size_t(column)];
    if (!m_anyZero) return error;
    if (m_zero.data_ptr<bool>()[row * m_columns + column]) return 0;
    return std::max(error, std::numeric_limits<float>::denorm_min());
  }

  const Selection& m_selection;
  int64_t m_rows, m_columns;
  at::Tensor m_upper, m_weight, m_mask;
  at::Tensor m_zero;  // bool: zero before anything was pruned
  bool m_anyZero;
  std::vector<int64_t> m_zeros, m_zerosOfAll;
  std::vector<float> m_divisor;  // for each column
  int64_t m_begin = 0, m_end = 0;
};

// Optimal brain surgeon, column by column (Frantar, Alistarh, ICML 2023, arXiv 2301.00774, algorithm 1): with
// U^T U = H^-1, a weight's saliency is w^2 / U_jj^2 and removing it changes the columns behind it by -w /
// U_jj * U_j,: . Inside a block of 128 columns row by row; the blocks behind it all at once, as a matrix
// product. Unstructured, the weights of a block are chosen when it begins.
class SparseGpt : public Criterion {
 public:
  const Method& method() const override {
    static const Method text{
        "sparsegpt",
        "SparseGPT",
        ENGINE_TEXT("Engine", "Removes weights and lets those that stay make up for them"),
        {{"H = 2/n · XXᵀ + λI, &nbsp; H<sup>−1</sup> = UᵀU",
          ENGINE_TEXT(
              "Engine",
              "X holds the inputs of {samples} calibration samples. λ is 1 % of the mean diagonal, more "
              "where the factorisation needs it.")},
         {"A<sub>ij</sub> = W<sub>ij</sub>² / U<sub>jj</sub>²",
          ENGINE_TEXT("Engine", "The weights with the least A go, column by column.")},
         {"W<sub>i,j:</sub> ← W<sub>i,j:</sub> − W<sub>ij</sub> U<sub>j,j:</sub> / U<sub>jj</sub>",
          ENGINE_TEXT("Engine", "The weights of later columns change to make up for each that goes.")}},
        "Frantar, Alistarh, ICML 2023, arXiv 2301.00774, algorithm 1"};
    return text;
  }
  StatisticsNeeds needs() const override { return {.features = true, .hessian = true}; }
  Comparison publishedComparison(Component) const override { return Comparison::Matrix; }
  std::string comparedAmong(Comparison comparison) const override {
    return comparison == Comparison::Row
               ? ENGINE_TEXT("Engine", "The least of each output row go, in blocks of 128 columns.")
               : ENGINE_TEXT("Engine", "The least of each block of 128 columns go, over all rows.");
  }

  bool keepsWeights() const override { return false; }

  std::shared_ptr<const Prepared> prepare(const InputStatistics& inputs, bool lateDamping) const override {
    auto factor = std::make_shared<Factor>();
    factor->inverse = lateDamping ? inverseFactorDampedLate(inputs.hessian) : inverseFactor(inputs.hessian);
    return factor;
  }

  PrunedWeight prune(const at::Tensor& weight, const InputStatistics&, const Prepared* prepared,
                     const Selection& selection) const override {
    checkPattern(selection.pattern, weight.size(0), weight.size(1), "weight", selection.officialCounts);
    const auto& inverse = static_cast<const Factor*>(prepared)->inverse;
    Update update(weight.contiguous(), inverse, selection);
    update.run();
    PrunedWeight out{update.weight(), update.mask(), inverse.damping, {}};
    if (inverse.damping > kDamping)
      out.note = "The Hessian needed a damping of " + dampingPercent(inverse.damping) +
                 " of its mean diagonal, more than the usual " + dampingPercent(kDamping) + ".";
    return out;
  }
};

}  // namespace

const Criterion& sparseGptCriterion() {
  static const SparseGpt criterion;
  return criterion;
}

}  // namespace espalier
