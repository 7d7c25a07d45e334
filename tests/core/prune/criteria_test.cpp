// Criteria on matrices small enough to work out by hand, and what must hold of any matrix.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/prune/criterion.h"
#include "core/prune/inverse_factor.h"

using namespace espalier;

namespace {

at::Tensor normal(std::vector<int64_t> shape, uint64_t seed) {
  auto t = at::empty(shape, at::kFloat);
  CounterRandom(seed, 0).fillNormal(t.data_ptr<float>(), t.numel());
  return t;
}

std::shared_ptr<const InputStatistics> statisticsOf(const std::vector<at::Tensor>& batches) {
  StatisticsGatherer gatherer({"w"}, {.features = true, .hessian = true});
  for (size_t i = 0; i < batches.size(); ++i) {
    auto recorder = gatherer.recorder();
    at::Tensor output;
    recorder.onLinear("w", batches[i], output);
    gatherer.add(int64_t(i), std::move(recorder));
  }
  return gatherer.finish()[0];
}

PrunedWeight prune(const std::string& criterion, const at::Tensor& weight, const InputStatistics& inputs,
                   const Selection& selection) {
  const auto& c = criterionNamed(criterion);
  return c.prune(weight, inputs, c.prepare(inputs, false).get(), selection);
}

}  // namespace

class CriteriaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { setThreadCount(0); }

  // Two samples of two positions, one sample of one, and padding counts like anything else.
  void statistics() {
    const auto a = at::tensor({1.0f, 2.0f, 3.0f, -2.0f, 0.0f, 1.0f, 0.0f, 0.0f}).view({2, 2, 2});
    const auto b = at::tensor({2.0f, 1.0f}).view({1, 2});
    const auto s = statisticsOf({a, b});
    QCOMPARE(s->samples, 3);
    QCOMPARE(s->positions, 5);
    QVERIFY(s->squaredNorm.allclose(at::tensor({14.0f / 3, 10.0f / 3})));
    QVERIFY(s->mean.allclose(at::tensor({6.0f / 5, 2.0f / 5})));
    QVERIFY(s->variance.allclose(at::tensor({14.0f / 5 - 36.0f / 25, 10.0f / 5 - 4.0f / 25})));
    QVERIFY(s->hessian.allclose(at::tensor({14.0f, -2.0f, -2.0f, 10.0f}).view({2, 2}) * (2.0 / 3)));
  }

  void statisticsMergeInBatchOrder() {
    std::vector<at::Tensor> batches;
    for (uint64_t i = 0; i < 4; ++i) batches.push_back(normal({2, 5, 8}, i));
    const auto inOrder = statisticsOf(batches);
    StatisticsGatherer gatherer({"a", "b", "c"}, {.features = true, .hessian = true});
    for (const int64_t i : {2, 0, 3, 1}) {
      auto recorder = gatherer.recorder();
      at::Tensor output;
      recorder.onLinear("a", batches[size_t(i)], output);
      recorder.onLinear("other", batches[size_t(i)], output);
      recorder.onLinear("b", batches[size_t(i)] * 2, output);
      recorder.onLinear("c", batches[size_t(i)], output);
      gatherer.add(i, std::move(recorder));
    }
    const auto all = gatherer.finish();
    QVERIFY(all[0]->hessian.equal(inOrder->hessian));
    QVERIFY(all[0]->squaredNorm.equal(inOrder->squaredNorm));
    QVERIFY(all[0] == all[2]);
    QVERIFY(all[1]->squaredNorm.allclose(4 * inOrder->squaredNorm));
  }

  void statisticsRefuse() {
    QVERIFY_THROWS_EXCEPTION(Error, statisticsOf({at::full({1, 2, 3}, INFINITY)}));
    StatisticsGatherer gatherer({"w"}, {.features = true});
    QVERIFY_THROWS_EXCEPTION(Error, gatherer.add(0, gatherer.recorder()));
  }

  void scores() {
    const auto w = at::tensor({1.0f, -2.0f, 3.0f, 0.0f, -4.0f, 4.0f}).view({2, 3});
    InputStatistics inputs;
    inputs.squaredNorm = at::tensor({16.0f, 1.0f, 0.0f});
    QVERIFY(criterionNamed("magnitude").scores(w, inputs).equal(w.abs()));
    QVERIFY(criterionNamed("wanda").scores(w, inputs).equal(
        at::tensor({4.0f, 2.0f, 0.0f, 0.0f, 4.0f, 0.0f}).view({2, 3})));
    const auto ria = at::tensor({(1.0f / 1 + 1.0f / 6) * 2, 2.0f / 6 + 2.0f / 6, 0.0f,  //
                                 0.0f, 4.0f / 6 + 4.0f / 8, 0.0f})
                         .view({2, 3});
    QVERIFY(criterionNamed("ria").scores(w, inputs).allclose(ria));
    QVERIFY(criterionNamed("ria").scores(at::zeros({2, 3}), inputs).equal(at::zeros({2, 3})));
    QVERIFY_THROWS_EXCEPTION(Error, criterionNamed("luck"));
  }

  void inverseFactorInverts() {
    const auto s = statisticsOf({normal({4, 50, 24}, 3)});
    const auto f = inverseFactor(s->hessian);
    QCOMPARE(f.damping, 0.01);
    const auto u = f.upper.to(at::kDouble);
    QVERIFY(u.equal(u.triu()));
    auto h = s->hessian.to(at::kDouble);
    h.diagonal().add_(0.01 * h.diagonal().mean());
    QVERIFY((at::mm(at::mm(u.t(), u), h) - at::eye(24, at::kDouble)).abs().max().item<double>() < 1e-4);
  }

  // A matrix with a negative eigenvalue of 10 % of its mean diagonal.
  void inverseFactorDampsMore() {
    auto h = at::eye(10);
    h[0][0] = -0.1 * 0.89;
    const auto f = inverseFactor(h);
    QCOMPARE(f.damping, 0.16);
    InputStatistics inputs;
    inputs.squaredNorm = at::ones(10);
    inputs.hessian = h;
    const auto pruned =
        prune("sparsegpt", normal({3, 10}, 1), inputs, {.sparsity = 0.5, .comparison = Comparison::Matrix});
    QCOMPARE(pruned.damping, 0.16);
    QVERIFY2(pruned.note.find("16 %") != std::string::npos, pruned.note.c_str());
    QVERIFY_THROWS_EXCEPTION(Error, inverseFactor(at::full({3, 3}, NAN)));
  }

  // Positive definite by less than float32 can tell.
  void inverseFactorFallsBackToDouble() {
    const double least = 2e-7;  // eigenvalue, once damped by 1 %
    auto h = at::ones({500, 500});
    h.diagonal().fill_(1 + (least - 0.01) / 1.01);
    QCOMPARE(inverseFactor(h).damping, 0.01);
  }

  // Pruning the one weight of the first column changes the second by -w H^-1_01 / H^-1_00.
  void sparseGptByHand() {
    InputStatistics inputs;
    inputs.squaredNorm = at::ones(2);
    inputs.hessian = at::tensor({2.0f, 1.0f, 1.0f, 2.0f}).view({2, 2});
    const auto w = at::tensor({0.1f, 1.0f}).view({1, 2});
    const auto pruned = prune("sparsegpt", w, inputs, {.sparsity = 0.5, .comparison = Comparison::Matrix});
    const double diagonal = 2.02;
    QCOMPARE(pruned.weight[0][0].item<float>(), 0.0f);
    QVERIFY(std::abs(pruned.weight[0][1].item<double>() - (1.0 + 0.1 / diagonal)) < 1e-6);
    QVERIFY(pruned.note.empty());
  }

  void sparseGptLosesLess() {
    // Correlated features: what one weight did, others can do.
    const auto factors = at::mm(normal({600, 60}, 8), normal({60, 200}, 7));
    const auto x = (factors + 2 * normal({600, 200}, 6)).view({6, 100, 200});
    const auto w = normal({90, 200}, 9);
    const auto inputs = statisticsOf({x.narrow(0, 0, 3), x.narrow(0, 3, 3)});
    const auto outputError = [&](const at::Tensor& pruned) {
      return (at::matmul(x, (pruned - w).t())).square().sum().item<double>();
    };
    for (const auto comparison : {Comparison::Row, Comparison::Matrix}) {
      const Selection s{.sparsity = 0.6, .comparison = comparison};
      const auto sparseGpt = prune("sparsegpt", w, *inputs, s);
      QCOMPARE((sparseGpt.weight == 0).sum().item<int64_t>(), 90 * 120);
      QVERIFY(sparseGpt.mask.equal(sparseGpt.weight == 0));
      if (comparison == Comparison::Row) QVERIFY((sparseGpt.mask.sum(1) == 120).all().item<bool>());
      QVERIFY(outputError(sparseGpt.weight) < 0.7 * outputError(prune("wanda", w, *inputs, s).weight));
    }
    const auto grouped = prune("sparsegpt", w, *inputs, {.pattern = patternNamed("2:4")});
    QVERIFY((grouped.mask.view({-1, 4}).sum(1) == 2).all().item<bool>());
    // Groups that 128 columns do not divide into.
    const auto fifths = prune("sparsegpt", w, *inputs, {.pattern = patternNamed("2:5")});
    QVERIFY((fifths.mask.view({-1, 5}).sum(1) == 3).all().item<bool>());
    const auto wide = prune("sparsegpt", w, *inputs, {.pattern = patternNamed("50:200")});
    QVERIFY((wide.mask.sum(1) == 150).all().item<bool>());
  }

  void edges() {
    for (const auto* c : criteria()) {
      // Features that never occur are the first to go.
      auto x = normal({3, 20, 6}, 2);
      x.select(2, 1).zero_();
      x.select(2, 4).zero_();
      const auto inputs = statisticsOf({x});
      const auto w = normal({5, 6}, 4), before = w.clone();
      if (c->needs().any()) {
        const auto dead = prune(c->name(), w, *inputs, {.sparsity = 2.0 / 6, .comparison = Comparison::Row});
        QVERIFY2(dead.mask.select(1, 1).all().item<bool>() && dead.mask.select(1, 4).all().item<bool>(),
                 c->name().c_str());
        QCOMPARE(dead.mask.sum().item<int64_t>(), 10);
        // No more of them than asked.
        const auto fewer = prune(c->name(), w, *inputs, {.sparsity = 1.0 / 6, .comparison = Comparison::Row});
        QCOMPARE((fewer.weight == 0).sum().item<int64_t>(), 5);
      }
      for (const auto comparison : {Comparison::Row, Comparison::Matrix}) {
        const auto all = prune(c->name(), w, *inputs, {.sparsity = 1, .comparison = comparison});
        QVERIFY(all.weight.count_nonzero().item<int64_t>() == 0);
        const auto none = prune(c->name(), w, *inputs, {.sparsity = 0, .comparison = comparison});
        QVERIFY(!none.mask.any().item<bool>());
        QVERIFY(none.weight.equal(w));
        const auto equal = prune(c->name(), at::ones({4, 6}), *statisticsOf({at::eye(6)}),
                                 {.sparsity = 0.5, .comparison = comparison});
        QCOMPARE(equal.mask.sum().item<int64_t>(), 12);
        const auto one = statisticsOf({at::ones({1, 1, 1})});
        QCOMPARE(prune(c->name(), at::ones({1, 1}), *one, {.sparsity = 0.4, .comparison = comparison})
                     .weight.item<float>(),
                 1.0f);
        QCOMPARE(prune(c->name(), at::ones({1, 1}), *one, {.sparsity = 0.6, .comparison = comparison})
                     .weight.item<float>(),
                 0.0f);
      }
      QVERIFY_THROWS_EXCEPTION(Error, prune(c->name(), w, *inputs, {.pattern = patternNamed("2:4")}));
      QVERIFY(w.equal(before));
    }
  }

  void sameForAnyNumberOfWorkers() {
    const auto inputs = statisticsOf({normal({4, 60, 300}, 1)});
    const auto w = normal({260, 300}, 2);
    for (const auto* c : criteria()) {
      std::vector<PrunedWeight> results;
      for (const int threads : {1, 2, 4}) {
        setThreadCount(threads);
        results.push_back(prune(c->name(), w, *inputs, {.sparsity = 0.55, .comparison = Comparison::Matrix}));
      }
      for (const auto& r : results) {
        QVERIFY(r.weight.equal(results[0].weight));
        QVERIFY(r.mask.equal(results[0].mask));
      }
    }
  }
};

QTEST_APPLESS_MAIN(CriteriaTest)
#include "criteria_test.moc"
