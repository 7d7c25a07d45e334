#include "core/live/plan_probe.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/base/parallel.h"
#include "core/samples/sample_folder.h"
#include "tests/support/test_plans.h"

using namespace espalier;
using test::uniformPlan;

class PlanProbeTest : public QObject {
  Q_OBJECT
  ModelPtr m_model;
  std::unique_ptr<PlanProbe> m_probe;
  Sensitivities m_sensitivities;

 private Q_SLOTS:
  void initTestCase() {
    m_model = openModel(sampleFolder() / "model");
    ProbeOptions options;
    options.calibrationSamples = options.lossSamples = 16;
    options.sparsities = {0, 0.5, 0.9};
    m_probe = std::make_unique<PlanProbe>(m_model, openDataset(sampleFolder() / "calibration"),
                                          PruneOptions{}, options, JobControl{});
  }

  void curvesBetweenTheirPoints() {
    const Curve c{{0, 0.5, 1}, {0, 1, 3}};
    QCOMPARE(c.at(0), 0.0);
    QCOMPARE(c.at(0.25), 0.5);
    QCOMPARE(c.at(0.75), 2.0);
    QCOMPARE(c.at(1.5), 3.0);
    QCOMPARE(Curve{}.at(0.3), 0.0);
  }

  void localErrorsGrowFromNothingToAll() {
    QVERIFY(m_probe->errors().size() > 50);
    for (const auto& [name, curve] : m_probe->errors()) {
      QCOMPARE(curve.value.front(), 0.0);
      QVERIFY(std::abs(curve.value.back() - 1) < 1e-6);
      for (size_t i = 1; i < curve.value.size(); ++i)
        QVERIFY2(curve.value[i] >= curve.value[i - 1], name.c_str());
    }
  }

  // A second batch must pass on what it is given: with one worker the first is always done before it, with
  // two hardly ever.
  void errorsDoNotDependOnWorkers() {
    const auto calibration = openDataset(sampleFolder() / "calibration");
    ProbeOptions options;
    options.calibrationSamples = 32, options.lossSamples = 2;
    const auto errors = [&](int workers) {
      setThreadCount(workers);
      const PlanProbe probe(m_model, calibration, PruneOptions{}, options, JobControl{});
      setThreadCount(0);
      return probe.errors();
    };
    const auto one = errors(1), two = errors(2);
    QCOMPARE(one.size(), two.size());
    for (const auto& [name, curve] : one) QVERIFY2(curve.value == two.at(name).value, name.c_str());
  }

  // Whatever was asked before, the same plan has the same loss.
  void theLossIsOfThePlanAlone() {
    const Plan half = uniformPlan(*m_model, 0.5), more = uniformPlan(*m_model, 0.8);
    const double dense = m_probe->denseLoss({});
    const double atHalf = m_probe->loss(half.sparsities(), {});
    const double atMore = m_probe->loss(more.sparsities(), {});
    QVERIFY(atMore > atHalf);
    QVERIFY(atMore > dense);
    Plan late = half;
    late.groups.back().sparsity = 0.95;
    const double lateLoss = m_probe->loss(late.sparsities(), {});
    QVERIFY(lateLoss != atHalf);
    QCOMPARE(m_probe->loss(half.sparsities(), {}), atHalf);
    QCOMPARE(m_probe->loss(late.sparsities(), {}), lateLoss);
    QCOMPARE(m_probe->denseLoss({}), dense);
    QVERIFY_THROWS_EXCEPTION(Error, m_probe->loss({{"no.such.matrix", 0.5}}, {}));
  }

  void sensitivitiesAreLossesOfOneGroup() {
    const Plan plan = uniformPlan(*m_model, 0.5);
    size_t told = 0;
    m_sensitivities =
        m_probe->sensitivities(plan.groups, {}, [&](const std::string&, const Curve&) { ++told; });
    QCOMPARE(told, plan.groups.size());
    const auto& group = plan.groups[3];
    std::unordered_map<std::string, double> own;
    for (const auto& m : group.matrices) own[m] = 0.9;
    QVERIFY(std::abs(m_probe->loss(own, {}) - m_probe->denseLoss({}) -
                     m_sensitivities.at(group.name).at(0.9)) < 1e-6);
  }

  void improvingLowersTheLossAndHoldsTheTotal() {
    Plan plan = uniformPlan(*m_model, 0.7);
    plan.groups[0].pinned = true;
    if (m_sensitivities.empty()) m_sensitivities = m_probe->sensitivities(plan.groups, {});
    double last = m_probe->loss(plan.sparsities(), {});
    const auto improved = m_probe->improve(
        plan, m_sensitivities, {},
        [&](const PlanProbe::Step& step) {
          QVERIFY(step.loss < last);
          last = step.loss;
        },
        30);
    QVERIFY(improved.accepted > 0);
    QVERIFY(improved.after < improved.before);
    QCOMPARE(improved.after, last);
    QCOMPARE(improved.plan.groups[0].sparsity, plan.groups[0].sparsity);
    QVERIFY(std::abs(improved.plan.achievedSparsity() - plan.achievedSparsity()) *
                double(plan.parameters()) <=
            double(plan.groups.size()));
    for (const auto& g : improved.plan.groups) QVERIFY(g.sparsity >= 0 && g.sparsity <= plan.cap + 1e-9);
  }

  void improvingStopsWhenToldTo() {
    const Plan plan = uniformPlan(*m_model, 0.7);
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    const auto improved = m_probe->improve(plan, m_sensitivities, control,
                                           [&](const PlanProbe::Step&) { stop.request_stop(); });
    QVERIFY(improved.stopped);
    QCOMPARE(improved.accepted, 1);
    QVERIFY(improved.after < improved.before);
  }

  void aPredictionLearnsItsScale() {
    LossPrediction prediction;
    const Plan half = uniformPlan(*m_model, 0.5), more = uniformPlan(*m_model, 0.6);
    QVERIFY(!prediction.of(half).known);
    prediction.setErrors(m_probe->errors());
    prediction.setDenseLoss(0.1);
    QVERIFY(!prediction.of(half).known);
    prediction.addMeasured(half, 0.4);
    QVERIFY(prediction.of(half).known);
    QVERIFY(std::abs(prediction.of(half).loss - 0.4) < 1e-9);
    QVERIFY(prediction.of(more).loss > 0.4);
    QVERIFY(prediction.localError(more) > prediction.localError(half));
    prediction.forgetMeasured();
    QVERIFY(!prediction.of(half).known);
  }
};

QTEST_APPLESS_MAIN(PlanProbeTest)
#include "plan_probe_test.moc"
