// How far activations part, against closed forms and on the bundled sample.
#include "core/explain/layer_changes.h"

#include <ATen/ATen.h>
#include <QtTest/QtTest>

#include <cmath>

#include "core/allocate/planner.h"
#include "core/base/parallel.h"
#include "core/explain/compare_activations.h"
#include "core/samples/sample_folder.h"

using namespace espalier;

class LayerChangesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void closedForms() {
    const auto x = at::linspace(-1, 2, 24).view({8, 3}).sin();
    const auto same = changeBetween(x, x);
    QVERIFY(std::abs(same.cosine - 1) < 1e-9 && same.relativeError == 0 && std::abs(same.cka - 1) < 1e-9);
    // Twice as large: the same direction and geometry, an error as large as the activations.
    const auto twice = changeBetween(x, 2 * x);
    QVERIFY(std::abs(twice.cosine - 1) < 1e-9 && std::abs(twice.relativeError - 1) < 1e-6 &&
            std::abs(twice.cka - 1) < 1e-9);
    // Turned: other directions, the same geometry.
    const auto turn = at::tensor({0.f, 1.f, 0.f, 0.f, 0.f, 1.f, 1.f, 0.f, 0.f}).view({3, 3});
    const auto turned = changeBetween(x, at::matmul(x, turn));
    QVERIFY(std::abs(turned.cka - 1) < 1e-6 && turned.cosine < 0.999);
    const auto opposite = changeBetween(x, -x);
    QVERIFY(std::abs(opposite.cosine + 1) < 1e-9 && std::abs(opposite.relativeError - 2) < 1e-6);
    // What has nothing in common has no alignment.
    const auto a = at::tensor({1.f, -1.f, 1.f, -1.f}).view({4, 1}),
               b = at::tensor({1.f, 1.f, -1.f, -1.f}).view({4, 1});
    QVERIFY(changeBetween(a, b).cka < 1e-12);
    QCOMPARE(changeBetween(a, at::zeros({4, 1})).relativeError, 1.0);
  }

  void growsWithPruning() {
    setThreadCount(2);
    const auto model = openModel(sampleFolder() / "model");
    const auto pairs = openDatasetFor(*model, sampleFolder() / "pairs");
    for (const auto& c : layerChanges(*model, *model, pairs, 4, {}))
      QVERIFY2(c.relativeError == 0 && std::abs(c.cosine - 1) < 1e-9, c.block.c_str());
    PruneOptions options;
    options.criterion = "magnitude";
    const auto prunedTo = [&](double target) {
      Plan plan = globalMagnitudePlan(*model, target);
      for (auto& g : plan.groups) g.sparsity = target;
      return pruneModel(*model, plan, {}, options, {}).model;
    };
    const auto little = layerChanges(*model, *prunedTo(0.3), pairs, 4, {}),
               much = layerChanges(*model, *prunedTo(0.8), pairs, 4, {});
    QCOMPARE(little.size(), much.size());
    QVERIFY(little.size() > 10);
    for (size_t i = 0; i < little.size(); ++i) {
      QVERIFY2(little[i].relativeError < much[i].relativeError, little[i].block.c_str());
      QVERIFY(much[i].cka >= 0 && much[i].cka <= 1 + 1e-9);
    }
  }
};

QTEST_GUILESS_MAIN(LayerChangesTest)
#include "layer_changes_test.moc"
