// What follows the plan: first answers while a bar is dragged, exact ones when it has been let go.
#include "ui/controllers/result_controller.h"

#include <QtTest/QtTest>
#include <array>
#include <cmath>

#include "ui/controllers/model_controller.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

constexpr int kLong = 120000;

struct Desk {
  Session session;
  ModelController models{session};
  ResultController results{session};

  void openSample(const char* inputs = "pruned") {
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel() && session.dense(), kLong);
    PruneOptions options = session.pruneOptions();
    options.samples = 8;
    options.inputs = inputs;
    session.setPruneOptions(options);
  }
  bool exact() const { return session.prunedModel() && !session.isStale() && !session.isPreview(); }
  PlanDocument& plan() { return session.plan(); }
  std::string group(size_t i) { return plan().plan().groups[i].name; }

  // What pruning once and asking once says.
  std::vector<std::string> answersOf(const Plan& plan) const {
    const auto pruned = pruneModel(*session.model(), plan, session.calibration(), session.pruneOptions(), {});
    return answersOf(evaluateModel(*pruned.model, session.pairs(), {}));
  }
  static std::vector<std::string> answersOf(const Evaluation& evaluation) {
    std::vector<std::string> out;
    for (const auto& p : evaluation.pairs) out.push_back(p.answer);
    return out;
  }
};

}  // namespace

class ResultControllerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aDragIsFollowedByPreviewsAndItsEndByTheExactAnswer() {
    Desk desk;
    desk.openSample();
    desk.plan().beginDrag(desk.group(3));
    desk.plan().dragTo(0.8);
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.prunedModel() && !desk.session.isStale(), kLong);
    QVERIFY(desk.session.isPreview());
    QVERIFY(desk.session.pruned().has_value());
    QVERIFY(!desk.session.measuredNow());
    desk.plan().endDrag();
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QVERIFY(desk.session.measuredNow());
    QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
  }

  // With the dense model's inputs every answer is that of pruning once, while a bar is dragged, too.
  void withFixedInputsADragIsAnsweredExactly() {
    Desk desk;
    desk.models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.hasModel() && desk.session.dense(), kLong);
    QCOMPARE(desk.session.pruneOptions().inputs, std::string("dense"));
    QSignalSpy changed(&desk.session, &Session::evaluationChanged);
    bool preview = false;
    connect(&desk.session, &Session::evaluationChanged, this, [&] { preview |= desk.session.isPreview(); });
    desk.plan().beginDrag(desk.group(3));
    desk.plan().dragTo(0.8);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QVERIFY(desk.plan().isDragging() && !desk.session.measuredNow());
    QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
    desk.plan().dragTo(0.3);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QSignalSpy started(&desk.results.runner(), &JobRunner::started);
    desk.plan().endDrag();
    QVERIFY(desk.exact());
    QVERIFY(desk.session.measuredNow());
    QCOMPARE(started.count(), 0);
    QVERIFY(changed.count() > 0 && !preview);
    QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
  }

  // With a refit the first answers include a quick form of it, and the exact ones replace them.
  void aRefitIsPreviewedQuickly() {
    Desk desk;
    desk.openSample("dense");
    PruneOptions options = desk.session.pruneOptions();
    options.refinement = "refit";
    desk.session.setPruneOptions(options);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.results.runner().isBusy(), kLong);
    desk.plan().beginDrag(desk.group(3));
    desk.plan().dragTo(0.8);
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.prunedModel() && !desk.session.isStale(), kLong);
    QVERIFY(desk.session.isPreview());
    desk.plan().endDrag();
    QVERIFY(!desk.session.measuredNow());
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
  }

  // The exact answer follows the preview while the bar is held still; letting go asks nothing more. A move
  // stops it, and what is asked of a plan that is not settled is no measurement of the plan there is.
  void aBarHeldStillIsAnsweredExactly() {
    Desk desk;
    desk.openSample();
    desk.plan().setSparsity(desk.group(0), 0.6);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    desk.plan().beginDrag(desk.group(3));
    desk.plan().dragTo(0.8);
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.isPreview() && !desk.session.isStale(), kLong);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QVERIFY(desk.plan().isDragging());
    QVERIFY(!desk.session.measuredNow() && !desk.session.isUpToDate());
    QSignalSpy started(&desk.results.runner(), &JobRunner::started);
    desk.plan().dragTo(0.7);
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.isPreview() && !desk.session.isStale(), kLong);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    started.clear();
    desk.plan().endDrag();
    QVERIFY(desk.exact());
    QVERIFY(desk.session.measuredNow());
    QCOMPARE(started.count(), 0);
    QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
  }

  // The next plan's first answer does not wait for the exact one of the plan before.
  void aNewDragStopsTheExactPruning() {
    Desk desk;
    desk.openSample();
    desk.plan().setSparsity(desk.group(0), 0.7);
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.isPreview() && !desk.session.isStale(), kLong);
    desk.plan().beginDrag(desk.group(5));
    desk.plan().dragTo(0.2);
    QTRY_VERIFY_WITH_TIMEOUT(desk.session.isPreview() && !desk.session.isStale(), kLong);
    desk.plan().endDrag();
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
  }

  // Iterative pruning by one threshold, by one click each: a step of the history whose plan has a sparsity
  // for each matrix and meets the target; without calibration pairs a sentence says what is missing.
  void globalPlansByOneClick_data() {
    QTest::addColumn<QString>("method");
    for (const auto& m : globalMethods()) QTest::newRow(m.name.c_str()) << QString::fromStdString(m.name);
  }
  void globalPlansByOneClick() {
    QFETCH(QString, method);
    Desk desk;
    desk.openSample();
    desk.results.setLive(false);
    const double target = desk.plan().plan().target;
    QSignalSpy failed(&desk.results, &ResultController::failed);
    const Dataset pairs = desk.session.calibration();
    desk.session.setCalibration({});
    desk.results.useGlobally(method.toStdString());
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().contains("calibration pairs"));
    desk.session.setCalibration(pairs);
    const int steps = desk.plan().history().count();
    desk.results.useGlobally(method.toStdString());
    QTRY_COMPARE_WITH_TIMEOUT(desk.plan().history().count(), steps + 1, kLong);
    const Plan& plan = desk.plan().plan();
    QCOMPARE(plan.granularity, Granularity::Layer);
    QVERIFY(std::abs(plan.achievedSparsity() - target) < 1e-3);
    double least = 1, most = 0;
    for (const auto& g : plan.groups) least = std::min(least, g.sparsity), most = std::max(most, g.sparsity);
    QVERIFY(most - least > 0.05);
    desk.plan().history().undo();
    QCOMPARE(desk.plan().plan().granularity, Granularity::Block);
  }

  // What is shown is by the options shown, not by those before.
  void optionsAreFollowedAsTheyAre() {
    Desk desk;
    desk.openSample();
    desk.plan().setSparsity(desk.group(0), 0.7);
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    for (const auto& [criterion, refinement, pattern] : std::vector<std::array<std::string, 3>>{
             {"wanda", "", "2:4"}, {"magnitude", "", "unstructured"}, {"wanda", "dsnot", "unstructured"}}) {
      PruneOptions options = desk.session.pruneOptions();
      options.criterion = criterion, options.refinement = refinement, options.pattern = pattern;
      desk.session.setPruneOptions(options);
      QVERIFY(desk.session.isStale());
      QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
      QCOMPARE(desk.session.prunedModel()->options.pattern, pattern);
      QCOMPARE(Desk::answersOf(*desk.session.pruned()), desk.answersOf(desk.plan().plan()));
      const double asked = pattern == "2:4" ? 0.5 : desk.plan().plan().achievedSparsity();
      QVERIFY2(std::abs(desk.session.prunedModel()->sparsity - asked) < 1e-3,
               qPrintable(QString::number(desk.session.prunedModel()->sparsity)));
    }
    // And back through the history.
    desk.plan().history().undo();
    desk.plan().history().undo();
    QCOMPARE(desk.session.pruneOptions().pattern, std::string("2:4"));
    QTRY_VERIFY_WITH_TIMEOUT(desk.exact(), kLong);
    QVERIFY(std::abs(desk.session.prunedModel()->sparsity - 0.5) < 1e-3);
  }
};

QTEST_MAIN(ResultControllerTest)
#include "result_controller_test.moc"
