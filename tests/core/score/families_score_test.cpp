// The sweeps on every family: the zeroth-order one against the plain loop of two whole passes for each
// matrix, the gradient one against gradients of the whole model at once, forward mode against those gradients
// along the same noise, in float64.
#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>
#include <cmath>

#include "core/score/forward_mode.h"
#include "core/score/gradient_sweep.h"
#include "core/score/zeroth_order.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/family_batches.h"

using namespace espalier;
using namespace espalier::test;

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;

bool hasMatrices(const Block& b) {
  return !b.description().matrices.empty();
}

Batches batchesOf(const std::filesystem::path& folder, const Model& model) {
  const auto batch = batchWithLoss(folder, model);
  Batches out{batch};
  if (const auto shared = sharedPictures(*batch)) out.push_back(shared);
  return out;
}

std::vector<const PrunableMatrix*> matricesOf(const Model& model) {
  std::vector<const PrunableMatrix*> out;
  for (const auto& b : model.blocks())
    for (const auto& m : b->description().matrices) out.push_back(&m);
  return out;
}

double lossOf(const ModelFixture& f, const Weights& weights, const std::shared_ptr<const Batch>& batch) {
  return lossOfForks(runModel(*f.model, Pass{weights}, batch))[0].item<double>();
}

using Values = std::map<std::string, std::vector<double>>;

Values forwardMode(const ModelFixture& f, const Batches& batches, const Noise& noise) {
  Values out;
  sweepForwardMode(*f.model, f.weights, batches, hasMatrices, 1, noise, {},
                   [&](const Block&, const std::vector<MatrixEstimate>& estimates) {
                     for (const auto& e : estimates) out[e.matrix->name] = e.values;
                   });
  return out;
}

// |dL[z]| of each matrix by gradients of the whole model in float64.
std::map<std::string, double> directionalDerivatives(const ModelFixture& f, const Batch& batch,
                                                     const Noise& noise, int64_t index) {
  c10::AutoGradMode record(true);
  std::map<std::string, at::Tensor> exact;
  for (const auto& d : f.model->declared())
    if (f.weights.has(d.name)) exact[d.name] = f.weights.get(d.name).to(at::kDouble);
  for (const auto* m : matricesOf(*f.model)) exact[m->name].set_requires_grad(true);
  auto precise = std::make_shared<Batch>(batch);
  for (auto& [name, t] : precise->tensors)
    if (t.is_floating_point()) t = t.to(at::kDouble);
  lossOfForks(runModel(*f.model, Pass{Weights(exact)}, precise))[0].backward();
  c10::NoGradGuard noGrad;
  std::map<std::string, double> out;
  for (const auto* m : matricesOf(*f.model)) {
    const auto& g = exact[m->name].grad();
    out[m->name] = g.defined() ? std::abs((g * noise(*m, index, 0)).sum().item<double>()) : 0;
  }
  return out;
}

// Of two lists of numbers, about their means.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double sumA = 0, sumB = 0, ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) sumA += a[i], sumB += b[i];
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] - sumA / double(a.size()), y = b[i] - sumB / double(a.size());
    ab += x * y, aa += x * x, bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

}  // namespace

class FamiliesScoreTest : public QObject {
  Q_OBJECT

  void eachModel() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

 private Q_SLOTS:
  void zerothOrderEqualsThePlainLoop_data() { eachModel(); }
  void zerothOrderEqualsThePlainLoop() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const ModelFixture f(folder.toStdString());
    const auto batches = batchesOf(folder.toStdString(), *f.model);
    const auto noise = gaussianNoise(7);
    const ZerothOrderOptions options{1e-3, 1, 7};
    if (f.model->task() == ModelTask::Embed) {
      const auto error = errorOf(
          [&] { sweepZerothOrder(*f.model, f.weights, batches, hasMatrices, options, noise, {}, {}); });
      QVERIFY2(error.contains("gives no loss"), qPrintable(error));
      return;
    }
    std::map<std::string, std::vector<double>> got;
    sweepZerothOrder(*f.model, f.weights, batches, hasMatrices, options, noise, {},
                     [&](const Block&, const std::vector<MatrixEstimate>& estimates) {
                       for (const auto& e : estimates) got[e.matrix->name] = e.values;
                     });
    for (const auto* m : matricesOf(*f.model))
      for (size_t b = 0; b < batches.size(); ++b) {
        double losses[2];
        for (int sign = 0; sign < 2; ++sign) {
          Weights changed(f.weights);
          changed.set(m->name, f.weights.get(m->name) + (sign ? -1e-3 : 1e-3) * noise(*m, int64_t(b), 0));
          losses[sign] = lossOf(f, changed, batches[b]);
        }
        const double want = std::abs(losses[0] - losses[1]) / 2e-3, have = got.at(m->name)[b];
        // float32 in the losses, divided by the step.
        QVERIFY2(std::abs(have - want) < 4e-3 * std::max(1.0, want),
                 (m->name + ": " + std::to_string(have) + ", expected " + std::to_string(want)).c_str());
      }
  }

  void forwardModeIsTheDirectionalDerivative_data() { eachModel(); }
  void forwardModeIsTheDirectionalDerivative() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const ModelFixture f(folder.toStdString());
    const auto batches = batchesOf(folder.toStdString(), *f.model);
    const auto noise = gaussianNoise(7);
    if (f.model->task() == ModelTask::Embed) {
      const auto error = errorOf([&] { forwardMode(f, batches, noise); });
      QVERIFY2(error.contains("gives no loss"), qPrintable(error));
      return;
    }
    const auto got = forwardMode(f, batches, noise);
    Values differences;
    sweepZerothOrder(*f.model, f.weights, batches, hasMatrices, {1e-3, 1, 7}, noise, {},
                     [&](const Block&, const std::vector<MatrixEstimate>& estimates) {
                       for (const auto& e : estimates) differences[e.matrix->name] = e.values;
                     });
    std::vector<double> ours, theirs;
    double error = 0, size = 0;
    for (size_t b = 0; b < batches.size(); ++b) {
      const auto want = directionalDerivatives(f, *batches[b], noise, int64_t(b));
      double square = 0;
      for (const auto& [name, value] : want) square += value * value;
      const double usual = std::sqrt(square / double(want.size()));
      for (const auto& [name, value] : want) {
        const double have = got.at(name)[b];
        // What is small is the difference of larger terms.
        QVERIFY2(std::abs(have - value) <= 1e-4 * std::max(value, 0.1 * usual),
                 (name + ": " + std::to_string(have) + ", expected " + std::to_string(value)).c_str());
        ours.push_back(have), theirs.push_back(differences.at(name)[b]);
        error += std::abs(have - value), size += value;
      }
    }
    QVERIFY2(error < 1e-5 * size, std::to_string(error / size).c_str());
    const double alike = correlation(ours, theirs);
    QVERIFY2(alike > 0.9999, std::to_string(alike).c_str());
  }

  // Models that only embed have no loss to take gradients of.
  void gradientsEqualThoseOfTheWholeModel_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      if (ModelFixture(folder).model->task() != ModelTask::Embed)
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }
  void gradientsEqualThoseOfTheWholeModel() {
    QFETCH(QString, folder);
    const ModelFixture f(folder.toStdString());
    const auto batches = batchesOf(folder.toStdString(), *f.model);
    std::map<std::string, std::vector<GradientSums>> got;
    sweepGradients(*f.model, f.weights, batches, hasMatrices, {},
                   [&](const Block&, const std::vector<MatrixGradients>& gradients) {
                     for (const auto& g : gradients) got[g.matrix->name] = g.batches;
                   });
    for (size_t b = 0; b < batches.size(); ++b) {
      c10::AutoGradMode record(true);
      Weights traced(f.weights);
      std::map<std::string, at::Tensor> leaves;
      for (const auto* m : matricesOf(*f.model)) {
        leaves[m->name] = f.weights.get(m->name).detach().clone().set_requires_grad(true);
        traced.set(m->name, leaves[m->name]);
      }
      lossOfForks(runModel(*f.model, Pass{traced}, batches[b]))[0].backward();
      c10::NoGradGuard noGrad;
      for (const auto& [name, leaf] : leaves) {
        const double want = leaf.grad().defined() ? leaf.grad().norm().item<double>() : 0;
        // Gradients by keys are small differences of large terms.
        QVERIFY2(std::abs(got.at(name)[b].norm - want) <= 1e-3 * want + 1e-5,
                 (name + ": " + std::to_string(got.at(name)[b].norm) + ", expected " + std::to_string(want))
                     .c_str());
      }
    }
  }
};

QTEST_APPLESS_MAIN(FamiliesScoreTest)
#include "families_score_test.moc"
