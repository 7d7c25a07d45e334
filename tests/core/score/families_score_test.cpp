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

Values forwardMode(const Model& model, const Weights& weights, const Batches& batches, const Noise& noise) {
  Values out;
  sweepForwardMode(model, weights, batches, hasMatrices, 1, noise, {},
                   [&](const Block&, const std::vector<MatrixEstimate>& estimates) {
                     for (const auto& e : estimates) out[e.matrix->name] = e.values;
                   });
  return out;
}

// A model and its inputs in float64.
std::map<std::string, at::Tensor> preciseWeights(const ModelFixture& f) {
  std::map<std::string, at::Tensor> out;
  for (const auto& d : f.model->declared())
    if (f.weights.has(d.name)) out[d.name] = f.weights.get(d.name).to(at::kDouble);
  return out;
}

Batches preciseInputs(const Batches& batches) {
  Batches out;
  for (const auto& b : batches) {
    auto precise = std::make_shared<Batch>(*b);
    for (auto& [name, t] : precise->tensors)
      if (t.is_floating_point()) t = t.to(at::kDouble);
    out.push_back(precise);
  }
  return out;
}

// |dL[z]| of each matrix and batch by gradients of the whole model in float64.
Values directionalDerivatives(const ModelFixture& f, const Batches& precise, const Noise& noise) {
  Values out;
  for (size_t b = 0; b < precise.size(); ++b) {
    c10::AutoGradMode record(true);
    auto exact = preciseWeights(f);
    for (const auto* m : matricesOf(*f.model)) exact[m->name].set_requires_grad(true);
    lossOfForks(runModel(*f.model, Pass{Weights(exact)}, precise[b]))[0].backward();
    c10::NoGradGuard noGrad;
    for (const auto* m : matricesOf(*f.model)) {
      const auto& g = exact[m->name].grad();
      out[m->name].push_back(g.defined() ? std::abs((g * noise(*m, int64_t(b), 0)).sum().item<double>()) : 0);
    }
  }
  return out;
}

std::vector<double> inOrder(const Values& values) {
  std::vector<double> out;
  for (const auto& [name, of] : values) out.insert(out.end(), of.begin(), of.end());
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
      const auto error = errorOf([&] { forwardMode(*f.model, f.weights, batches, noise); });
      QVERIFY2(error.contains("gives no loss"), qPrintable(error));
      return;
    }
    const auto precise = preciseInputs(batches);
    const auto want = directionalDerivatives(f, precise, noise);
    const auto exact = inOrder(want);
    double squares = 0, sum = 0, error = 0;
    for (const double value : exact) squares += value * value, sum += value;
    const double usual = std::sqrt(squares / double(exact.size()));

    // The rules, in float64.
    const auto rules = forwardMode(*f.model, Weights(preciseWeights(f)), precise,
                                   [&](const PrunableMatrix& m, int64_t batch, int64_t draw) {
                                     return noise(m, batch, draw).to(at::kDouble);
                                   });
    for (const auto& [name, values] : want)
      for (size_t b = 0; b < values.size(); ++b)
        QVERIFY2(std::abs(rules.at(name)[b] - values[b]) <= 1e-8 * std::max(values[b], usual),
                 qPrintable(QString("%1: %2, expected %3")
                                .arg(name.c_str())
                                .arg(rules.at(name)[b], 0, 'g', 12)
                                .arg(values[b], 0, 'g', 12)));

    // As it is used.
    const auto ours = inOrder(forwardMode(*f.model, f.weights, batches, noise));
    for (size_t i = 0; i < ours.size(); ++i) error += std::abs(ours[i] - exact[i]);
    QVERIFY2(error < 2e-4 * sum, std::to_string(error / sum).c_str());
    const double alike = correlation(ours, exact);
    QVERIFY2(alike > 0.999999, std::to_string(alike).c_str());

    // The difference is as near to it as its step and its rounding leave it.
    Values differences;
    sweepZerothOrder(*f.model, f.weights, batches, hasMatrices, {1e-3, 1, 7}, noise, {},
                     [&](const Block&, const std::vector<MatrixEstimate>& estimates) {
                       for (const auto& e : estimates) differences[e.matrix->name] = e.values;
                     });
    const auto theirs = inOrder(differences);
    const double near = std::min(0.9999, correlation(theirs, exact) - 1e-4);
    QVERIFY2(correlation(ours, theirs) > near, std::to_string(correlation(ours, theirs)).c_str());
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
