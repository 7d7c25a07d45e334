// What a session is about, and what undo brings back of it.
#include "ui/session/session.h"

#include <QtTest/QtTest>
#include <functional>

#include "core/document/project.h"
#include "core/engine/open_model.h"
#include "core/samples/sample_folder.h"

using namespace espalier;

namespace {

Dataset part(const Dataset& all, size_t count) {
  Dataset few = all;
  few.samples.resize(count);
  return few;
}

Evaluation answersFor(const Dataset& pairs) {
  Evaluation e;
  for (size_t i = 0; i < pairs.samples.size(); ++i) e.pairs.push_back({int64_t(i), "yes", true, 0.25});
  return e;
}

}  // namespace

class SessionTest : public QObject {
  Q_OBJECT
  Session m_session;
  Dataset m_calibration, m_pairs;

 private Q_SLOTS:
  void init() {
    const auto sample = sampleFolder();
    const auto model = openModel(sample / "model");
    m_calibration = openDatasetFor(*model, sample / "calibration");
    m_pairs = openDatasetFor(*model, sample / "pairs");
    m_session.setModel(model, m_calibration, m_pairs);
    m_session.setDense(answersFor(m_pairs));
    m_session.addSweepPoint({"Uniform Wanda", 0.5, 0.5, 0, {{"colour", 3, 4, 0.5}}, {}});
  }

  void openingDataIsAStep() {
    PlanDocument& plan = m_session.plan();
    QSignalSpy pairsChanged(&m_session, &Session::pairsChanged);
    QSignalSpy calibrationChanged(&m_session, &Session::calibrationChanged);
    m_session.setPairs(part(m_pairs, 8));
    QCOMPARE(plan.history().undoText(), "Test Pairs sample/pairs");
    QCOMPARE(m_session.pairs().samples.size(), size_t(8));
    QVERIFY(!m_session.dense());
    QVERIFY(m_session.sweep().empty());
    m_session.setCalibration(part(m_calibration, 16));
    QCOMPARE(plan.history().undoText(), "Calibration Pairs sample/calibration");
    QCOMPARE(m_session.calibration().samples.size(), size_t(16));
    // Nothing a person made of the plan yet.
    QVERIFY(!plan.isTouched());
    plan.setTarget(0.6);
    QVERIFY(plan.isTouched());
    QCOMPARE(pairsChanged.count(), 1);
    QCOMPARE(calibrationChanged.count(), 1);

    // What was learned of the pairs before comes back with them.
    while (plan.history().canUndo()) plan.history().undo();
    QCOMPARE(m_session.pairs().samples.size(), m_pairs.samples.size());
    QCOMPARE(m_session.calibration().samples.size(), m_calibration.samples.size());
    QVERIFY(m_session.dense());
    QCOMPARE(m_session.dense()->pairs.size(), m_pairs.samples.size());
    QCOMPARE(m_session.outcomes().size(), m_pairs.samples.size());
    QVERIFY(m_session.outcomes().back().dense.has_value());
    QCOMPARE(m_session.sweep().size(), size_t(1));
    QCOMPARE(pairsChanged.count(), 2);
    plan.history().redo();
    QCOMPARE(m_session.pairs().samples.size(), size_t(8));
    QVERIFY(!m_session.dense());
  }

  // What follows the plan is told once of each change, when all of it is there.
  void eachChangeIsToldOnce() {
    PlanDocument& plan = m_session.plan();
    QSignalSpy told(&m_session, &Session::workChanged);
    const auto once = [&](const char* what, const std::function<void()>& act) {
      told.clear();
      act();
      QVERIFY2(told.count() == 1, qPrintable(QString("%1: told %2 times").arg(what).arg(told.count())));
    };
    const auto group = plan.plan().groups[3].name;
    bool touched = false;
    QObject here;  // for as long as this goes on
    connect(&m_session, &Session::workChanged, &here, [&] { touched = plan.isTouched(); });
    once("target", [&] { plan.setTarget(0.6); });
    QVERIFY(touched);  // the step was on the stack when it was told
    once("the target again, the same step", [&] { plan.setTarget(0.62); });
    once("sparsity", [&] { plan.setSparsity(group, 0.3); });
    once("pin", [&] { plan.setPinned(plan.plan().groups[5].name, true); });
    once("granularity", [&] { plan.setGranularity(Granularity::Layer); });
    once("undo", [&] { plan.history().undo(); });
    once("redo", [&] { plan.history().redo(); });
    once("back to the first step", [&] { plan.history().setIndex(0); });
    once("options", [&] {
      PruneOptions options = m_session.pruneOptions();
      options.criterion = "magnitude";
      m_session.setPruneOptions(options);
    });
    once("data", [&] { m_session.setPairs(part(m_pairs, 8)); });
    plan.beginDrag(group);
    once("a move of a drag", [&] { plan.dragTo(0.4); });
    once("the next", [&] { plan.dragTo(0.45); });
    once("its end", [&] { plan.endDrag(); });
    once("a search", [&] { m_session.setImproving(true); });
    once("its end", [&] { m_session.setImproving(false); });
    // Results of the present plan change nothing to follow; of an earlier one they do.
    told.clear();
    m_session.setPruned({m_session.model(), plan.plan(), m_session.pruneOptions(), 0.5}, {});
    QCOMPARE(told.count(), 0);
    const Plan earlier = plan.plan();
    once("a plan moves on", [&] { plan.setTarget(0.7); });
    once("results of it arrive", [&] {
      m_session.setPruned({m_session.model(), plan.plan(), m_session.pruneOptions(), 0.7}, {});
    });
    QVERIFY(!m_session.isStale());
    once("results of an earlier one arrive", [&] {
      m_session.setPruned({m_session.model(), earlier, m_session.pruneOptions(), 0.5}, {});
    });
  }

  void pointsOfTheSweepStandForWhatTheyWereMeasuredWith() {
    m_session.clearSweep();
    StudyPoint point{"Uniform Wanda", 0.5, 0.5, 0, {{"colour", 3, 4, 0.5}}, {}};
    point.conditions = m_session.sweepConditions();
    m_session.addSweepPoint(point);
    QCOMPARE(m_session.sweepNow().size(), size_t(1));
    // The criterion and the scoring method are the points' own.
    PruneOptions options = m_session.pruneOptions();
    options.criterion = "sparsegpt";
    m_session.setPruneOptions(options);
    QCOMPARE(m_session.sweepNow().size(), size_t(1));
    options.pattern = "2:4";
    m_session.setPruneOptions(options);
    QVERIFY(m_session.sweepNow().empty());
    point.conditions = m_session.sweepConditions();
    m_session.addSweepPoint(point);
    QCOMPARE(m_session.sweep().size(), size_t(2));
    QCOMPARE(m_session.sweepNow().size(), size_t(1));
    m_session.setCalibration(part(m_calibration, 16));
    QVERIFY(m_session.sweepNow().empty());
    while (m_session.plan().history().canUndo()) m_session.plan().history().undo();
    QCOMPARE(m_session.sweepNow().size(), size_t(1));
  }

  // Other data are not at hand when a project is opened again: it keeps the steps of the plan.
  void projectsKeepNoStepsOfData() {
    PlanDocument& plan = m_session.plan();
    plan.setTarget(0.6);
    m_session.setPairs(part(m_pairs, 8));
    plan.setTarget(0.7);
    m_session.setCalibration(part(m_calibration, 16));
    QCOMPARE(plan.history().count(), 4);
    Project p = m_session.project();
    QCOMPARE(p.steps.size(), size_t(3));
    QCOMPARE(p.current, size_t(2));
    QCOMPARE(p.steps[p.current].plan.target, 0.7);
    plan.history().undo();
    plan.history().undo();
    p = m_session.project();
    QCOMPARE(p.current, size_t(1));
    QCOMPARE(p.steps[p.current].plan.target, 0.6);
    Session other;
    other.restore(m_session.model(), m_session.calibration(), m_session.pairs(), p);
    QCOMPARE(other.plan().plan().target, 0.6);
    QCOMPARE(other.pairs().samples.size(), size_t(8));
    other.plan().history().undo();
    QCOMPARE(other.plan().plan().target, 0.5);
    QCOMPARE(other.pairs().samples.size(), size_t(8));
  }
};

QTEST_MAIN(SessionTest)
#include "session_test.moc"
