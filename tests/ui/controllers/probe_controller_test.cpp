// What the search for a better plan says about the pairs it never saw.
#include "ui/controllers/probe_controller.h"

#include <QtTest/QtTest>

#include "core/allocate/planner.h"
#include "ui/controllers/model_controller.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

// The present plan's answers, made up: all of this loss.
void answer(Session& session, double loss) {
  Evaluation evaluation;
  for (size_t i = 0; i < session.pairs().samples.size(); ++i) {
    evaluation.pairs.emplace_back();
    evaluation.pairs.back().sample = int64_t(i);
    evaluation.pairs.back().loss = loss;
  }
  PrunedModel pruned;
  pruned.model = session.model();
  pruned.plan = session.plan().plan();
  pruned.options = session.pruneOptions();
  session.setPruned(pruned, evaluation);
}

}  // namespace

class ProbeControllerTest : public QObject {
  Q_OBJECT

  // A plan with something to find, searched until the first step.
  void search(Session& session, ProbeController& probes, bool measured) {
    ModelController models(session);
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel(), kJobMs);
    PruneOptions options = session.pruneOptions();
    options.samples = 8;
    session.setPruneOptions(options);
    PlanDocument& plan = session.plan();
    plan.setGranularity(Granularity::Component);
    Plan bad = plan.plan();
    bad.cap = 0.9;
    bad = edited(bad, {{bad.groups[0].name, 0.8}}).plan;
    bad.groups[0].pinned = false;
    plan.setPlan("Bad", bad);
    if (measured) answer(session, 1.5);
    QSignalSpy improved(&probes, &ProbeController::improved);
    QSignalSpy ended(&probes, &ProbeController::improveEnded);
    probes.improve();
    QTRY_VERIFY_WITH_TIMEOUT(improved.count() > 0, kJobMs);
    probes.stop();
    QCOMPARE(ended.count(), 1);
  }

 private Q_SLOTS:
  void theTestLossBeforeAndAfterIsTold() {
    Session session;
    ProbeController probes(session);
    QSignalSpy tested(&probes, &ProbeController::improveTested);
    search(session, probes, true);
    QCOMPARE(tested.count(), 0);
    answer(session, 1.75);
    QCOMPARE(tested.count(), 1);
    QVERIFY(qAbs(tested[0][0].toDouble() - 1.5) < 1e-9 && qAbs(tested[0][1].toDouble() - 1.75) < 1e-9);
    answer(session, 1.25);  // once
    QCOMPARE(tested.count(), 1);
  }

  void nothingIsToldOfAnotherPlanOrWithoutAnswersBefore() {
    for (bool measured : {true, false}) {
      Session session;
      ProbeController probes(session);
      QSignalSpy tested(&probes, &ProbeController::improveTested);
      search(session, probes, measured);
      if (measured) session.plan().setTarget(0.3);
      answer(session, 1.75);
      QCOMPARE(tested.count(), 0);
    }
  }
};

QTEST_MAIN(ProbeControllerTest)
#include "probe_controller_test.moc"
