// What a session is about, and what undo brings back of it.
#include "ui/session/session.h"

#include <QtTest/QtTest>

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
