// Exchanging weights of a mask, by hand and against a plain rendering with sorted lists.
#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <numeric>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/prune/criterion.h"
#include "core/prune/refinement.h"

using namespace espalier;

namespace {

at::Tensor normal(std::vector<int64_t> shape, uint64_t seed) {
  auto t = at::empty(shape, at::kFloat);
  CounterRandom(seed, 0).fillNormal(t.data_ptr<float>(), t.numel());
  return t;
}

// One position a sample, so that contributions are weight times mean.
InputStatistics inputsOf(const at::Tensor& squaredNorm, const at::Tensor& mean, const at::Tensor& variance) {
  InputStatistics s;
  s.samples = s.positions = 10;
  s.squaredNorm = squaredNorm;
  s.mean = mean;
  s.variance = variance;
  return s;
}

// The unstructured rule with whole lists sorted and two cursors in each, as published.
std::vector<bool> refinedPlainly(const std::vector<double>& contribution, const std::vector<double>& variance,
                                 const std::vector<double>& importance, std::vector<bool> gone) {
  const size_t n = gone.size();
  std::vector<size_t> regrow, prune;
  double error = 0;
  for (size_t j = 0; j < n; ++j) {
    if (gone[j]) error += contribution[j];
    (gone[j] ? regrow : prune).push_back(j);
  }
  std::stable_sort(regrow.begin(), regrow.end(), [&](size_t a, size_t b) {
    return contribution[a] / variance[a] < contribution[b] / variance[b];
  });
  std::stable_sort(prune.begin(), prune.end(),
                   [&](size_t a, size_t b) { return importance[a] < importance[b]; });
  std::vector<size_t> negative, positive;
  for (const size_t j : prune) (contribution[j] > 0 ? positive : negative).push_back(j);
  size_t front = 0, back = regrow.size(), nextNegative = 0, nextPositive = 0;
  for (int cycle = 0; cycle < 50 && std::abs(error) > 0.1; ++cycle) {
    if (front >= back) break;
    const size_t in = error > 0 ? regrow[back - 1] : regrow[front];
    if ((contribution[in] > 0) != (error > 0)) break;
    auto& next = error > 0 ? nextNegative : nextPositive;
    const auto& from = error > 0 ? negative : positive;
    if (next == from.size()) break;
    const size_t out = from[next++];
    error > 0 ? --back : ++front;
    gone[in] = false;
    gone[out] = true;
    error += contribution[out] - contribution[in];
  }
  return gone;
}

}  // namespace

class DsnotTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Gone: 3, 2 and -1, an error of 4. Back comes 2, whose feature is the steadier; out goes -4, the less
  // important of the two negative ones. The error is then -2: back comes -1, out goes 1. It is 0 then.
  void byHand() {
    const auto weight = at::tensor({3.0f, 2.0f, -1.0f, -4.0f, -5.0f, 1.0f, 9.0f}).view({1, 7});
    const auto mask = at::tensor({1, 1, 1, 0, 0, 0, 0}).to(at::kBool).view({1, 7});
    const auto inputs = inputsOf(at::tensor({1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f}), at::ones(7),
                                 at::tensor({1.0f, 0.5f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f}));
    const auto refined = dsnotRefinement().refinedMask(weight, mask, inputs, {});
    QVERIFY(refined.equal(at::tensor({1, 0, 0, 1, 0, 1, 0}).to(at::kBool).view({1, 7})));
  }

  // Within groups of four: back comes 4 in the first group, and 1 of it goes. 5.5 - 4 + 1 leaves 2.5; next
  // comes 1.5 in the second group, but -4 for it would turn the error's sign.
  void byHandInGroups() {
    const auto weight = at::tensor({4.0f, 0.0f, 1.0f, 5.0f, 1.5f, 0.0f, -4.0f, 8.0f}).view({1, 8});
    const auto mask = at::tensor({1, 1, 0, 0, 1, 1, 0, 0}).to(at::kBool).view({1, 8});
    const auto inputs = inputsOf(at::ones(8), at::ones(8), at::ones(8));
    const auto refined = dsnotRefinement().refinedMask(weight, mask, inputs, patternNamed("2:4"));
    QVERIFY(refined.equal(at::tensor({0, 1, 1, 0, 1, 1, 0, 0}).to(at::kBool).view({1, 8})));
  }

  void equalsPlainRendering() {
    const int64_t rows = 40, columns = 96;
    for (const uint64_t seed : {1, 2, 3}) {
      const auto weight = normal({rows, columns}, seed);
      const auto mean = normal({columns}, seed + 10) * 0.3,
                 variance = normal({columns}, seed + 20).square() + 0.1;
      const auto inputs = inputsOf(mean.square() + variance, mean, variance);
      const auto mask = criterionNamed("wanda").prune(weight, inputs, nullptr, {.sparsity = 0.6}).mask;
      const auto refined = dsnotRefinement().refinedMask(weight, mask, inputs, {});
      const auto importance = criterionNamed("wanda").scores(weight, inputs);
      int64_t changed = 0;
      for (int64_t r = 0; r < rows; ++r) {
        std::vector<double> c, v, i;
        std::vector<bool> gone;
        for (int64_t j = 0; j < columns; ++j) {
          c.push_back(weight[r][j].item<double>() * mean[j].item<double>());
          v.push_back(variance[j].item<double>());
          i.push_back(importance[r][j].item<double>());
          gone.push_back(mask[r][j].item<bool>());
        }
        const auto wanted = refinedPlainly(c, v, i, gone);
        for (int64_t j = 0; j < columns; ++j) {
          QCOMPARE(refined[r][j].item<bool>(), bool(wanted[size_t(j)]));
          changed += gone[size_t(j)] != wanted[size_t(j)];
        }
      }
      QVERIFY(changed > rows);
      QVERIFY(refined.sum(1).equal(mask.sum(1)));
    }
  }

  void groupsKeepTheirCounts() {
    const auto weight = normal({30, 64}, 5);
    const auto mean = normal({64}, 6), variance = normal({64}, 7).square() + 0.1;
    const auto inputs = inputsOf(mean.square() + variance, mean, variance);
    const auto mask =
        criterionNamed("wanda").prune(weight, inputs, nullptr, {.pattern = patternNamed("2:4")}).mask;
    const auto refined = dsnotRefinement().refinedMask(weight, mask, inputs, patternNamed("2:4"));
    QVERIFY((refined.view({-1, 4}).sum(1) == 2).all().item<bool>());
    const auto lost = [&](const at::Tensor& m) {
      return (weight * mean * m).sum(1).abs().sum().item<double>();
    };
    QVERIFY(lost(refined) < 0.7 * lost(mask));
  }

  void nothingToExchange() {
    const auto weight = normal({3, 8}, 1);
    const auto inputs = inputsOf(at::ones(8), at::ones(8), at::zeros(8));
    for (const bool all : {false, true}) {
      const auto mask = at::full({3, 8}, all, at::kBool);
      QVERIFY(dsnotRefinement().refinedMask(weight, mask, inputs, {}).equal(mask));
    }
    QVERIFY_THROWS_EXCEPTION(Error, refinementNamed("magic"));
  }
};

QTEST_APPLESS_MAIN(DsnotTest)
#include "dsnot_test.moc"
