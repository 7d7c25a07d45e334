// One matrix, one slider: what each method loses of its output, beside the best there is.
#include "core/live/matrix_errors.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <cmath>

#include "core/prune/best_support.h"
#include "core/samples/sample_folder.h"
#include "tests/support/errors.h"

using namespace espalier;

namespace {

const std::vector<double>& curveOf(const MatrixErrors& errors, const std::string& name) {
  for (const auto& c : errors.curves)
    if (c.name == name) return c.errors;
  throw std::runtime_error("no curve " + name);
}

}  // namespace

class MatrixErrorsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Two inputs with G = [[4, 2], [2, 3]], W = (1, 2), one stays. Kept alone the first loses 2^2 3 = 12, the
  // second 1^2 4 = 4; fitted, w G w - (W G)_j^2 / G_jj = 24 - 8^2 / 4 = 8 and 24 - 8^2 / 3 = 8 / 3.
  void bestSupportsByHand() {
    InputStatistics inputs;
    inputs.hessian = at::tensor({4.0f, 2.0f, 2.0f, 3.0f}).view({2, 2});
    const auto weight = at::tensor({1.0f, 2.0f}).view({1, 2});
    const auto one = bestSupports(weight, inputs, 1);
    QVERIFY(one && std::abs(one->keptValues - 4) < 1e-9 && std::abs(one->fitted - 8.0 / 3) < 1e-9);
    const auto both = bestSupports(weight, inputs, 2), none = bestSupports(weight, inputs, 0);
    QVERIFY(both && std::abs(both->keptValues) < 1e-9 && std::abs(both->fitted) < 1e-9);
    QVERIFY(none && std::abs(none->fitted - 24) < 1e-9);
    QVERIFY(!bestSupports(weight, inputs, 1, 1));
  }

  void toy() {
    const std::vector<double> sparsities{0, 0.2, 0.4, 0.6, 0.8, 1};
    for (const uint64_t seed : {0, 1, 2}) {
      const auto errors = toyMatrixErrors(sparsities, seed);
      const auto& best = curveOf(errors, "best possible");
      const auto& bestKept = curveOf(errors, "best possible, values kept");
      for (const auto& curve : errors.curves) {
        QCOMPARE(curve.errors.size(), sparsities.size());
        QVERIFY(curve.errors.front() < 1e-6);
        QVERIFY(std::abs(curve.errors.back() - 1) < 1e-6);
        for (size_t i = 0; i < sparsities.size(); ++i) QVERIFY(curve.errors[i] >= best[i] - 1e-6);
      }
      for (size_t i = 0; i < sparsities.size(); ++i) {
        QVERIFY(curveOf(errors, "wanda")[i] >= curveOf(errors, "wanda + swaps")[i] - 1e-9);
        QVERIFY(curveOf(errors, "wanda + swaps")[i] >= bestKept[i] - 1e-6);
        QVERIFY(curveOf(errors, "wanda + swaps,refit")[i] <= curveOf(errors, "wanda + swaps")[i] + 1e-6);
      }
      QVERIFY(curveOf(errors, "alps")[3] < 0.8 * curveOf(errors, "wanda + refit")[3]);
    }
  }

  void ofAModel() {
    const auto model = openModel(sampleFolder() / "model");
    const auto data = openDataset(sampleFolder() / "calibration");
    std::string name;
    for (const auto& b : infoOf(*model).blocks)
      if (name.empty() && b.prunedByDefault && !b.matrices.empty()) name = b.matrices[0].name;
    PruneOptions options;
    options.samples = 16;
    const auto errors = matrixErrors(*model, name, data, {0.5, 0.8}, options, {});
    QVERIFY(errors.rows > 0 && errors.curves.size() == 8);  // too many supports to try all
    for (const auto& curve : errors.curves)
      QVERIFY(curve.errors[0] < curve.errors[1] && curve.errors[1] < 1.5);
    QVERIFY(curveOf(errors, "admm")[1] < curveOf(errors, "sparsegpt")[1]);
    QVERIFY(curveOf(errors, "wanda + swaps")[0] < curveOf(errors, "wanda")[0]);
    QVERIFY(test::errorOf([&] {
              matrixErrors(*model, "nothing", data, {0.5}, options, {});
            }).contains("nothing"));
    QVERIFY(test::errorOf([&] { matrixErrors(*model, name, data, {1.5}, options, {}); }).contains("1.5"));
  }
};

QTEST_APPLESS_MAIN(MatrixErrorsTest)
#include "matrix_errors_test.moc"
