// What fits a matrix or exchanges its weights: ADMM, ALPS, swaps and refit. Against a toy whose best support
// is found by trying all, against the same methods in PyTorch (tests/reference/fitting_methods.py), and what
// must hold of any matrix.
#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <bit>
#include <cmath>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/checkpoint/tensor.h"
#include "core/prune/admm.h"
#include "core/prune/least_squares.h"
#include "core/prune/refinement.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;

namespace {

using Inputs = std::shared_ptr<const InputStatistics>;

at::Tensor normals(std::vector<int64_t> shape, uint64_t seed) {
  auto t = at::empty(shape, at::kFloat);
  CounterRandom(seed, 0).fillNormal(t.data_ptr<float>(), t.numel());
  return t;
}

Inputs statisticsOf(const at::Tensor& x) {
  StatisticsGatherer gatherer({"w"}, {.features = true, .hessian = true});
  auto recorder = gatherer.recorder();
  at::Tensor output;
  recorder.onLinear("w", x, output);
  gatherer.add(0, std::move(recorder));
  return gatherer.finish()[0];
}

// Features that share much of what they carry.
at::Tensor relatedFeatures(int64_t positions, int64_t columns, uint64_t seed) {
  const auto x = at::mm(normals({positions, columns}, seed), normals({columns, columns}, seed + 1));
  return x.unsqueeze(0);
}

PrunedWeight pruned(const std::string& criterion, const std::string& refinement, const at::Tensor& weight,
                    const InputStatistics& inputs, const Selection& selection) {
  const auto& c = criterionNamed(criterion);
  auto out = c.prune(weight, inputs, c.prepare(inputs, false).get(), selection);
  for (const auto* r : refinementsNamed(refinement)) r->refine(weight, inputs, selection.pattern, out);
  return out;
}

double errorOf(const at::Tensor& weight, const at::Tensor& pruned, const InputStatistics& inputs) {
  return outputErrors(inputs.hessian, weight, pruned).sum().item<double>();
}

Selection rows(double sparsity) {
  return {sparsity, Comparison::Row, {}, false};
}

constexpr int64_t kToyColumns = 10, kToyKept = 4, kToyRows = 40;

// Of every support of the toy the error with the values kept and with those of least squares; of each row the
// least.
struct ToyOptimum {
  double keptValues = 0, fitted = 0;
};
ToyOptimum optimumOf(const at::Tensor& weight, const InputStatistics& inputs) {
  const auto gram = inputs.hessian.to(at::kDouble), w = weight.to(at::kDouble);
  auto kept = at::full({kToyRows}, 1e30, at::kDouble), fitted = kept.clone();
  for (int set = 0; set < 1 << kToyColumns; ++set) {
    if (std::popcount(unsigned(set)) != kToyKept) continue;
    std::vector<int64_t> in;
    auto on = at::zeros({kToyColumns}, at::kDouble);
    for (int64_t j = 0; j < kToyColumns; ++j)
      if (set >> j & 1) in.push_back(j), on[j] = 1;
    const auto index = at::tensor(in);
    const auto errors = [&](const at::Tensor& e) { return (at::mm(e, gram) * e).sum(1); };
    kept = at::minimum(kept, errors(w * (1 - on)));
    const auto system = gram.index_select(0, index).index_select(1, index);
    const auto values = at::linalg_solve(system, at::mm(w, gram).index_select(1, index).t()).t();
    fitted = at::minimum(fitted, errors(w - at::zeros_like(w).index_copy(1, index, values)));
  }
  return {kept.sum().item<double>(), fitted.sum().item<double>()};
}

}  // namespace

class FittingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { setThreadCount(0); }

  // Ten inputs of which four stay: how far each method is from the best there is.
  void toyWithKnownOptimum() {
    const auto inputs = statisticsOf(relatedFeatures(200, kToyColumns, 11));
    const auto weight = normals({kToyRows, kToyColumns}, 21);
    const auto best = optimumOf(weight, *inputs);
    const auto over = [&](const char* criterion, const char* refinement) {
      const auto out = pruned(criterion, refinement, weight, *inputs, rows(0.6));
      [&] {
        QCOMPARE((out.weight != 0).sum().item<int64_t>(), kToyRows * kToyKept);
        QCOMPARE((out.mask == 0).sum(1).max().item<int64_t>(), kToyKept);
      }();
      const double share = errorOf(weight, out.weight, *inputs) / best.fitted;
      qInfo("%-10s %-12s %.3f", criterion, refinement, share);
      return share;
    };
    const double bestKept = best.keptValues / best.fitted;
    qInfo("best with values kept   %.3f", bestKept);
    const double wanda = over("wanda", ""), swapped = over("wanda", "swaps"), refit = over("wanda", "refit"),
                 both = over("wanda", "swaps,refit"), sparseGpt = over("sparsegpt", ""),
                 admm = over("admm", ""), alps = over("alps", "");
    QVERIFY(swapped >= bestKept && swapped < 1.1 * bestKept && wanda > 1.2 * swapped);
    QVERIFY(refit < 0.7 * wanda && both < 0.9 * refit && both >= 1);
    QVERIFY(over("sparsegpt", "refit") <= sparseGpt);
    for (const double share : {admm, alps}) QVERIFY(share >= 1 && share < 1.4 && share < refit);
    QVERIFY(over("admm", "refit") <= admm);
  }

  // What a person is shown while a bar moves: the same mask, and most of the error gone that all steps take
  // away.
  void aQuickRefitTakesMostOfTheErrorAway() {
    const auto inputs = statisticsOf(relatedFeatures(400, 24, 5));
    const auto weight = normals({30, 24}, 6);
    const Selection selection{0.5, Comparison::Row, {}, false};
    const auto plain = pruned("wanda", "", weight, *inputs, selection);
    const auto whole = pruned("wanda", "refit", weight, *inputs, selection);
    auto quick = plain;
    refitRefinement().refineQuickly(weight, *inputs, {}, quick);
    QVERIFY(quick.mask.equal(plain.mask) && !refitRefinement().isQuick());
    const double before = errorOf(weight, plain.weight, *inputs),
                 least = errorOf(weight, whole.weight, *inputs), now = errorOf(weight, quick.weight, *inputs);
    QVERIFY2(now > least && now - least < 0.5 * (before - least),
             qPrintable(QStringLiteral("%1 %2 %3").arg(before).arg(least).arg(now)));
    // Exchanges wait: the mask is what it was.
    auto swapped = plain;
    refinementNamed("swaps").refineQuickly(weight, *inputs, {}, swapped);
    QVERIFY(swapped.weight.equal(plain.weight));
  }

  // (G (w' - w))_S = 0 but for the ridge, which counts w' - w once.
  void refitLeavesNoResidual() {
    const auto inputs = statisticsOf(relatedFeatures(400, 24, 5));
    const auto weight = normals({30, 24}, 6);
    for (const auto pattern : {SparsityPattern{}, SparsityPattern{2, 4}}) {
      const Selection selection{0.5, Comparison::Matrix, pattern, false};
      const auto plain = pruned("wanda", "", weight, *inputs, selection);
      const auto out = pruned("wanda", "refit", weight, *inputs, selection);
      QVERIFY(out.mask.equal(plain.mask));
      QVERIFY(out.weight.masked_select(out.mask).eq(0).all().item<bool>());
      const auto problem = leastSquaresOf(*inputs);
      const auto residual = [&](const at::Tensor& w) {
        const auto change = w - weight;
        return ((at::mm(change, problem.gram) + problem.ridge * change) * out.mask.logical_not())
            .norm()
            .item<double>();
      };
      QVERIFY(residual(out.weight) < 5e-3 * residual(plain.weight));
      QVERIFY(errorOf(weight, out.weight, *inputs) < 0.8 * errorOf(weight, plain.weight, *inputs));
    }
  }

  // Where the dense model's inputs are others, the refit aims at what it made of those.
  void refitAimsAtTheDenseModel() {
    const auto dense = relatedFeatures(300, 16, 7);
    const auto seen = dense * 0.8 + 0.3 * normals({1, 300, 16}, 9);
    const auto weight = normals({12, 16}, 10);
    StatisticsGatherer gatherer({"w"}, {.hessian = true, .drift = true});
    DenseInputs denseInputs;
    at::Tensor output;
    denseInputs.onLinear("w", dense, output);
    auto recorder = gatherer.recorder(nullptr, &denseInputs);
    recorder.onLinear("w", seen, output);
    gatherer.add(0, std::move(recorder));
    const auto both = gatherer.finish()[0];
    QVERIFY(both->drifted.allclose(2 * at::mm(dense[0].t(), seen[0]), 1e-4, 1e-2));
    auto only = *both;
    only.drifted = at::Tensor();
    const auto distance = [&](const at::Tensor& w) {
      return (at::mm(dense[0], weight.t()) - at::mm(seen[0], w.t())).square().sum().item<double>();
    };
    for (const std::string method : {"admm", "alps"}) {
      const auto aimed = pruned(method, "refit", weight, *both, rows(0.5));
      const auto usual = pruned(method, "refit", weight, only, rows(0.5));
      QVERIFY(distance(aimed.weight) < 0.9 * distance(usual.weight));
    }
    QVERIFY(distance(pruned("wanda", "refit", weight, *both, rows(0.5)).weight) <
            0.9 * distance(pruned("wanda", "refit", weight, only, rows(0.5)).weight));
  }

  // Every exchange lowers the error, and when they end no exchange would: tried one by one.
  void swapsEndWhereNoExchangeHelps_data() {
    QTest::addColumn<QString>("pattern");
    for (const char* p : {"unstructured", "2:4", "1:4"}) QTest::newRow(p) << p;
  }
  void swapsEndWhereNoExchangeHelps() {
    QFETCH(QString, pattern);
    const auto inputs = statisticsOf(relatedFeatures(200, 12, 31));
    auto weight = normals({20, 12}, 33);
    weight.masked_fill_(normals({20, 12}, 34) > 1.5, 0);
    const Selection selection{0.5, Comparison::Row, patternNamed(pattern.toStdString()), false};
    const auto plain = pruned("wanda", "", weight, *inputs, selection);
    const auto out = pruned("wanda", "swaps", weight, *inputs, selection);
    const auto before = outputErrors(inputs->hessian, weight, plain.weight),
               after = outputErrors(inputs->hessian, weight, out.weight);
    QVERIFY((after <= before * (1 + 1e-9)).all().item<bool>());
    QVERIFY((after < before * 0.99).any().item<bool>());
    const int64_t m = selection.pattern.structured() ? selection.pattern.m : 12;
    QVERIFY(out.mask.view({-1, m}).sum(1).equal(plain.mask.view({-1, m}).sum(1)));
    QVERIFY(out.weight.masked_select(out.mask.logical_not()).equal(weight.masked_select(out.mask == 0)));
    for (int64_t r = 0; r < 20; ++r)
      for (int64_t p = 0; p < 12; ++p)
        for (int64_t q = p / m * m; q < p / m * m + m; ++q) {
          if (out.mask[r][p].item<bool>() || !out.mask[r][q].item<bool>()) continue;
          if (weight[r][q].item<float>() == 0) continue;
          auto other = out.weight.clone();
          other[r][p] = 0;
          other[r][q] = weight[r][q];
          const double changed = outputErrors(inputs->hessian, weight, other)[r].item<double>();
          QVERIFY2(changed >= after[r].item<double>() * (1 - 1e-5),
                   qPrintable(QString("%1 %2 %3").arg(r).arg(p).arg(q)));
        }
  }

  // G = [[1, 0.8], [0.8, 1]], l = 0.01, W = (1, 0.5): n^2 = 1.01, and with a = 0.8 / 1.01 and rho = 1
  // B = W n - (0, 0.5 n) (A + I)^-1, of which the first stays.
  void admmByHand() {
    InputStatistics inputs;
    inputs.samples = inputs.positions = 1;
    inputs.hessian = at::tensor({1.0f, 0.8f, 0.8f, 1.0f}).view({2, 2});
    const auto weight = at::tensor({1.0f, 0.5f}).view({1, 2});
    const AdmmSystem system(inputs);
    const double n = std::sqrt(1.01), a = 0.8 / 1.01, determinant = 4 - a * a;
    QVERIFY(system.matrix().allclose(at::tensor({1.0, a, a, 1.0}, at::kFloat).view({2, 2})));
    QVERIFY(system.inverse(1).allclose(
        at::tensor({2 / determinant, -a / determinant, -a / determinant, 2 / determinant}, at::kFloat)
            .view({2, 2})));
    const auto selection = rows(0.5);
    AdmmRun run(weight, inputs, system, selection);
    run.step(system.inverse(1), 1);
    QVERIFY(run.mask().equal(at::tensor({0, 1}).to(at::kBool).view({1, 2})));
    QCOMPARE(float(run.weight()[0][0].item<float>() * n), float(n + 0.5 * n * a / determinant));
    for (int i = 1; i < 60; ++i) run.step(system.inverse(1), 1);
    // What the first has to be for both: 1 + 0.5 * 0.8 / 1.01.
    QVERIFY(std::abs(run.weight()[0][0].item<double>() - (1 + 0.4 / 1.01)) < 1e-4);
    QCOMPARE(run.weight()[0][1].item<float>(), 0.0f);
  }

  // Weights of inputs that never carry anything go first and fit nothing.
  void deadFeatures() {
    auto x = relatedFeatures(100, 12, 41);
    x.select(2, 4).zero_();
    const auto inputs = statisticsOf(x);
    const auto weight = normals({8, 12}, 43);
    for (const char* method : {"admm", "alps"}) {
      const auto out = pruned(method, "refit", weight, *inputs, rows(0.5));
      QVERIFY(out.mask.select(1, 4).all().item<bool>());
      QVERIFY(at::isfinite(out.weight).all().item<bool>());
    }
    // Nothing at all was seen.
    const auto none = statisticsOf(at::zeros({1, 5, 12}));
    for (const char* method : {"admm", "alps"}) {
      const auto out = pruned(method, "refit", weight, *none, rows(0.5));
      QVERIFY(at::isfinite(out.weight).all().item<bool>());
      QCOMPARE((out.weight == 0).sum().item<int64_t>(), 48);
    }
  }

  void sameBitsForAnyThreads() {
    const auto inputs = statisticsOf(relatedFeatures(300, 150, 51));
    const auto weight = normals({200, 150}, 53);
    for (const auto& [criterion, refinement] : std::vector<std::pair<std::string, std::string>>{
             {"admm", ""}, {"alps", ""}, {"wanda", "swaps,refit"}, {"sparsegpt", "refit"}})
      for (const auto comparison : {Comparison::Row, Comparison::Matrix}) {
        const Selection selection{0.6, comparison, {}, false};
        setThreadCount(1);
        const auto one = pruned(criterion, refinement, weight, *inputs, selection);
        setThreadCount(3);
        const auto three = pruned(criterion, refinement, weight, *inputs, selection);
        QVERIFY2(one.weight.equal(three.weight) && one.mask.equal(three.mask), criterion.c_str());
        if (criterion != "sparsegpt") QCOMPARE(one.mask.sum().item<int64_t>(), 200 * 150 * 6 / 10);
      }
  }

  void reference_data() {
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QString>("kind");
    for (const auto& entry : test::readJson(test::fixturesRoot() / "prune_layer" / "index.json"))
      for (const char* kind : {"0.5", "0.7", "2of4"}) {
        const auto name = QString::fromStdString(entry["name"]);
        QTest::addRow("%s %s", qPrintable(name), kind) << name << kind;
      }
  }
  void reference() {
    QFETCH(QString, layer);
    QFETCH(QString, kind);
    const auto file = layer.toStdString() + ".safetensors", k = kind.toStdString();
    const auto given = readTensors(test::fixturesRoot() / "prune_layer" / file);
    const auto expected = readTensors(test::dataFile("prune_fit/" + file));
    const auto inputs = statisticsOf(given.at("X"));
    const auto& weight = given.at("W");
    Selection selection = rows(0.5);
    if (k == "2of4")
      selection.pattern = {2, 4};
    else
      selection.sparsity = std::stod(k);
    const auto wanted = [&](const std::string& name) { return expected.at(name + "_" + k); };
    const auto differing = [&](const at::Tensor& mask, const std::string& name) {
      return (mask != wanted(name).to(at::kBool)).sum().item<double>() / double(mask.numel());
    };
    QCOMPARE(differing(pruned("wanda", "", weight, *inputs, selection).mask, "wanda.mask"), 0.0);
    const auto error = [&](const at::Tensor& w) { return errorOf(weight, w, *inputs); };
    const auto sameError = [&](double is, double should) {
      return std::abs(is - should) <= 1e-3 * should + 1e-6;
    };
    // Of inputs fewer than weights next to nothing is left; then the ridge decides.
    const auto plain = pruned("wanda", "", weight, *inputs, selection);
    const double refit = error(pruned("wanda", "refit", weight, *inputs, selection).weight),
                 expectedRefit = error(wanted("refit.W"));
    QVERIFY2(std::abs(refit - expectedRefit) <= 1e-3 * expectedRefit + 1e-4 * error(plain.weight),
             (std::to_string(refit) + " for " + std::to_string(expectedRefit)).c_str());
    const auto swapped = pruned("wanda", "swaps", weight, *inputs, selection);
    QVERIFY(
        differing(swapped.mask, "swaps.mask") == 0 ||
        sameError(error(swapped.weight), error(weight.masked_fill(wanted("swaps.mask").to(at::kBool), 0))));
    for (const std::string method : {"admm", "alps"}) {
      const auto out = pruned(method, "", weight, *inputs, selection);
      const auto text = method + ": share of the mask " +
                        std::to_string(differing(out.mask, method + ".mask")) + ", error " +
                        std::to_string(error(out.weight)) + " for " +
                        std::to_string(error(wanted(method + ".W")));
      QVERIFY2(differing(out.mask, method + ".mask") == 0 ||
                   sameError(error(out.weight), error(wanted(method + ".W"))),
               text.c_str());
    }
  }

  void refuses() {
    QVERIFY(test::errorOf([] { refinementsNamed("refit,swaps"); }).contains("\"swaps\" exchanges"));
    QVERIFY(test::errorOf([] { refinementsNamed("swaps,magic"); }).contains("magic"));
    QVERIFY(!test::errorOf([] { refinementsNamed("swaps,"); }).isEmpty());
    QVERIFY(refinementsNamed("").empty());
    QCOMPARE(refinementsNamed("dsnot,swaps,refit").size(), size_t(3));
  }
};

QTEST_APPLESS_MAIN(FittingTest)
#include "fitting_test.moc"
