#include <algorithm>
#include <numeric>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/vectorised.h"
#include "core/prune/least_squares.h"
#include "core/prune/refinement.h"

namespace espalier {

namespace {

// Of the kept and of the gone weights that promise most alone, how many are tried in pairs.
constexpr size_t kTried = 64;
// An exchange has to better the error by more than rounding can feign.
constexpr double kLeastGain = 1e-7;

// correlation += p * a - q * b
ESPALIER_VECTORISED
void addDifference(double* correlation, const float* a, double p, const float* b, double q, int64_t count) {
  for (int64_t j = 0; j < count; ++j) correlation[j] += p * double(a[j]) - q * double(b[j]);
}

struct Exchange {
  double change = 0;  // of the error
  int64_t goes = -1, returns = -1;
};

// One output row: the error L = e^T G e of what is gone, e = w there, and c = G e.
class SwapRow {
 public:
  SwapRow(const float* weight, bool* gone, const float* gram, int64_t columns)
      : m_weight(weight), m_gone(gone), m_gram(gram), m_columns(columns), m_alone(size_t(columns)) {}

  // correlation: c of the mask as it stands.
  void begin(const float* correlation) {
    m_correlation.assign(correlation, correlation + m_columns);
    double error = 0;
    for (int64_t j = 0; j < m_columns; ++j)
      if (m_gone[j]) error += double(m_weight[j]) * m_correlation[size_t(j)];
    m_least = -kLeastGain * std::max(0.0, error);
  }

  void exchangeAnywhere() {
    for (int64_t i = 0; i < m_columns; ++i)
      if (!apply(bestAnywhere())) return;
  }
  void exchangeInGroups(int64_t m) {
    for (int64_t i = 0; i < m_columns; ++i)
      if (!apply(bestInGroups(m))) return;
  }

 private:
  double gram(int64_t p, int64_t q) const { return m_gram[p * m_columns + q]; }

  // What the error changes by if a kept weight goes, or one that is gone returns, and nothing else.
  void judgeAlone() {
    for (int64_t j = 0; j < m_columns; ++j) {
      const double w = m_weight[j], square = w * w * gram(j, j), along = 2 * w * m_correlation[size_t(j)];
      m_alone[size_t(j)] = m_gone[j] ? square - along : square + along;
    }
  }
  double together(int64_t p, int64_t q) const {
    return m_alone[size_t(p)] + m_alone[size_t(q)] - 2 * double(m_weight[p]) * m_weight[q] * gram(p, q);
  }
  bool mayReturn(int64_t j) const { return m_gone[j] && m_weight[j] != 0; }
  void consider(int64_t p, int64_t q, Exchange& best) const {
    const double change = together(p, q);
    if (change < best.change) best = {change, p, q};
  }

  Exchange bestAnywhere() {
    judgeAlone();
    m_kept.clear(), m_returning.clear();
    for (int64_t j = 0; j < m_columns; ++j) {
      if (!m_gone[j]) m_kept.push_back(j);
      if (mayReturn(j)) m_returning.push_back(j);
    }
    for (auto* list : {&m_kept, &m_returning}) {
      const auto end = list->begin() + std::ptrdiff_t(std::min(kTried, list->size()));
      std::partial_sort(list->begin(), end, list->end(), [&](int64_t a, int64_t b) {
        const double x = m_alone[size_t(a)], y = m_alone[size_t(b)];
        return x != y ? x < y : a < b;
      });
      list->erase(end, list->end());
    }
    Exchange best;
    for (const int64_t p : m_kept)
      for (const int64_t q : m_returning) consider(p, q, best);
    return best;
  }

  Exchange bestInGroups(int64_t m) {
    judgeAlone();
    Exchange best;
    for (int64_t begin = 0; begin < m_columns; begin += m)
      for (int64_t p = begin; p < std::min(m_columns, begin + m); ++p)
        for (int64_t q = begin; !m_gone[p] && q < std::min(m_columns, begin + m); ++q)
          if (mayReturn(q)) consider(p, q, best);
    return best;
  }

  bool apply(const Exchange& e) {
    if (e.goes < 0 || e.change >= m_least) return false;
    m_gone[e.goes] = true;
    m_gone[e.returns] = false;
    addDifference(m_correlation.data(), m_gram + e.goes * m_columns, m_weight[e.goes],
                  m_gram + e.returns * m_columns, m_weight[e.returns], m_columns);
    return true;
  }

  const float* m_weight;
  bool* m_gone;
  const float* m_gram;
  int64_t m_columns;
  double m_least = 0;  // the change that an exchange must stay below
  std::vector<double> m_correlation, m_alone;
  std::vector<int64_t> m_kept, m_returning;
};

// Exchanges of a kept weight p for a gone one q of the same row, or group of the pattern, that lower the
// output's error, the best first, until there is none (arXiv 2512.10922): the error changes by
//     2 w_p c_p + w_p^2 G_pp - 2 w_q c_q + w_q^2 G_qq - 2 w_p w_q G_pq.
// Unstructured, the last term is looked at for the 64 p and the 64 q that are best without it.
class Swaps : public MaskRefinement {
 public:
  const Method& method() const override {
    static const Method text{
        "swaps",
        ENGINE_TEXT("Engine", "Swaps"),
        ENGINE_TEXT("Engine", "Exchanges weights as long as that brings the output nearer to what it was"),
        {{"ΔL = 2w<sub>p</sub>c<sub>p</sub> + w<sub>p</sub>²G<sub>pp</sub> − 2w<sub>q</sub>c<sub>q</sub> + "
          "w<sub>q</sub>²G<sub>qq</sub> − 2w<sub>p</sub>w<sub>q</sub>G<sub>pq</sub>",
          ENGINE_TEXT("Engine",
                      "Within a row, or within a group of the pattern, p goes and q returns: the pair that "
                      "lowers the output's error L the most, until none lowers it.")},
         {"c = Ge, &nbsp; G = 2/n · XXᵀ",
          ENGINE_TEXT("Engine",
                      "e holds the weights that are gone, X the inputs of {samples} calibration samples. "
                      "What stays keeps its value.")}},
        "arXiv 2512.10922"};
    return text;
  }
  StatisticsNeeds needs() const override { return {.hessian = true}; }

  // Exchanges of thousands of rows, one after another, are not for waiting: the mask stays as it is.
  bool isQuick() const override { return false; }
  void refineQuickly(const at::Tensor&, const InputStatistics&, const SparsityPattern&,
                     PrunedWeight&) const override {}

  at::Tensor refinedMask(const at::Tensor& weight, const at::Tensor& mask, const InputStatistics& inputs,
                         const SparsityPattern& pattern) const override {
    const auto held = weight.contiguous(), gram = inputs.hessian.contiguous();
    auto out = mask.clone(at::MemoryFormat::Contiguous);
    const auto correlation = stripedProduct(held * mask, gram);
    const int64_t columns = held.size(1);
    parallelFor(held.size(0), [&](int64_t r) {
      SwapRow row(held.data_ptr<float>() + r * columns, out.data_ptr<bool>() + r * columns,
                  gram.data_ptr<float>(), columns);
      row.begin(correlation.data_ptr<float>() + r * columns);
      if (pattern.structured())
        row.exchangeInGroups(pattern.m);
      else
        row.exchangeAnywhere();
    });
    return out;
  }
};

}  // namespace

const MaskRefinement& swapsRefinement() {
  static const Swaps refinement;
  return refinement;
}

}  // namespace espalier
