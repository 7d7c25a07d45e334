// A recovery as a step of the plan's history, on the bundled sample.
#include "ui/controllers/recover_controller.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/live/matrix_view.h"
#include "ui/controllers/model_controller.h"
#include "ui/controllers/needs.h"
#include "ui/controllers/plan_model.h"
#include "ui/controllers/result_controller.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

constexpr int kLong = 120000;

struct Desk {
  Session session;
  ModelController models{session};
  ResultController results{session};
  RecoverController recovery{session};

  // Eight samples to prune and to recover with, the test pairs cut to eight: what is measured is not how good
  // it gets.
  void openSample(const char* methods = "correct", int64_t steps = 2) {
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel() && session.dense(), kLong);
    PruneOptions prune = session.pruneOptions();
    prune.samples = 8;
    session.setPruneOptions(prune);
    Dataset few = session.pairs();
    few.samples.resize(8);
    session.setPairs(few);
    RecoverOptions recover = session.recoverOptions();
    recover.methods = methods;
    recover.samples = 8;
    recover.batchSize = 4;
    recover.rebuildSteps = recover.distilSteps = steps;
    session.setRecoverOptions(recover);
    QTRY_VERIFY_WITH_TIMEOUT(settled(), kLong);
  }
  bool settled() const { return session.isUpToDate() && session.pruned(); }
  PlanDocument& plan() { return session.plan(); }
  void recoverNow() {
    recovery.recover();
    QTRY_VERIFY_WITH_TIMEOUT(plan().recovered() && settled(), kLong);
  }

  // As the engine gives it in one run.
  ModelPtr pruned() const {
    return pruneModel(*session.model(), session.plan().settledPlan(), session.calibration(),
                      session.pruneOptions(), {})
        .model;
  }
  ModelPtr recovered(const RecoverOptions& options) const {
    return recoverModel(*pruned(), session.model(), session.calibration(), options, {}, {}).model;
  }
  std::vector<double> lossesOf(const OpenModel& model) const {
    return lossesOf(evaluateModel(model, session.pairs(), {}));
  }
  static std::vector<double> lossesOf(const Evaluation& evaluation) {
    std::vector<double> out;
    for (const auto& p : evaluation.pairs) out.push_back(p.loss);
    return out;
  }
};

}  // namespace

class RecoverControllerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aRecoveryIsAStepWhoseAnswersAreThoseOfTheEngine() {
    Desk desk;
    desk.openSample();
    const auto before = Desk::lossesOf(*desk.session.pruned());
    const int steps = desk.plan().history().count();
    desk.recoverNow();
    QCOMPARE(desk.plan().history().count(), steps + 1);
    QVERIFY(desk.plan().history().undoText().contains("Bias and norm correction"));
    QVERIFY(!desk.recovery.points().empty());
    const auto after = Desk::lossesOf(*desk.session.pruned());
    QCOMPARE(after, desk.lossesOf(*desk.recovered(desk.session.recoverOptions())));
    QVERIFY(after != before);
    QCOMPARE(desk.session.measuredNow()->recovered, std::string("correct"));

    desk.plan().history().undo();
    QVERIFY(!desk.plan().recovered());
    QTRY_VERIFY_WITH_TIMEOUT(desk.settled(), kLong);
    QCOMPARE(Desk::lossesOf(*desk.session.pruned()), before);
    QVERIFY(desk.session.measuredNow()->recovered.empty());
    desk.plan().history().redo();
    QTRY_VERIFY_WITH_TIMEOUT(desk.settled(), kLong);
    QVERIFY(!desk.recovery.runner().isBusy());
    QCOMPARE(Desk::lossesOf(*desk.session.pruned()), after);
  }

  void whatChangesThePlanEndsARecoveryAndWhatDoesNotKeepsIt() {
    Desk desk;
    desk.openSample();
    desk.recoverNow();
    const auto recovered = desk.plan().recovered();
    desk.plan().setPinned(desk.plan().plan().groups[1].name, true);
    QVERIFY(desk.plan().recovered() == recovered);
    RecoverOptions other = desk.session.recoverOptions();
    other.distilSteps = 77;
    desk.session.setRecoverOptions(other);
    QVERIFY(desk.plan().recovered() == recovered && !desk.session.isStale());
    // A bar that moves shows the pruned model; one that is put back the recovered one.
    desk.plan().beginDrag(desk.plan().plan().groups[3].name);
    desk.plan().dragTo(0.7);
    QVERIFY(!desk.plan().recovered());
    QTRY_VERIFY_WITH_TIMEOUT(!desk.session.isStale() && !desk.session.prunedModel()->recovered, kLong);
    desk.plan().cancelDrag();
    QTRY_VERIFY_WITH_TIMEOUT(desk.settled() && desk.session.prunedModel()->recovered == recovered, kLong);
    desk.plan().setTarget(0.4);
    QVERIFY(!desk.plan().recovered());
    desk.plan().history().undo();
    QVERIFY(desk.plan().recovered() == recovered);
  }

  void stoppingKeepsWhatIsReached() {
    Desk desk;
    desk.openSample("correct", 100000);
    desk.recovery.recover();
    QTRY_VERIFY_WITH_TIMEOUT(!desk.recovery.points().empty(), kLong);
    desk.recovery.keepReached();
    QVERIFY(desk.recovery.isEnding());
    QTRY_VERIFY_WITH_TIMEOUT(desk.plan().recovered() && desk.settled(), kLong);
    QVERIFY(desk.plan().recovered()->record.stopped);
    QVERIFY(!desk.plan().recovered()->record.reports.empty());
  }

  void cancellingLeavesAllAsItWas() {
    Desk desk;
    desk.openSample("correct", 100000);
    const int steps = desk.plan().history().count();
    desk.recovery.recover();
    QTRY_VERIFY_WITH_TIMEOUT(!desk.recovery.points().empty(), kLong);
    desk.recovery.runner().cancel();
    QVERIFY(!desk.plan().recovered());
    QCOMPARE(desk.plan().history().count(), steps);
    QVERIFY(desk.settled());
  }

  // To the bit as if all had been asked for at once, and without doing the first again.
  void furtherMethodsGoOnFromWhatIsThere() {
    Desk desk;
    desk.openSample();
    desk.recoverNow();
    RecoverOptions both = desk.session.recoverOptions();
    both.methods = "correct,distil";
    desk.session.setRecoverOptions(both);
    desk.recovery.recover();
    QTRY_VERIFY_WITH_TIMEOUT(
        desk.plan().recovered()->record.options.methods == both.methods && desk.settled(), kLong);
    for (const auto& point : desk.recovery.points()) QCOMPARE(point.method, std::string("distil"));
    QCOMPARE(desk.plan().recovered()->record.reports.front().method, std::string("correct"));
    QCOMPARE(Desk::lossesOf(*desk.session.pruned()), desk.lossesOf(*desk.recovered(both)));
  }

  void aPlanThatWentOnIsAskedWhetherItGoesBack() {
    Desk desk;
    desk.openSample("correct", 30);
    const auto sparsities = desk.plan().plan().sparsities();
    QSignalSpy late(&desk.recovery, &RecoverController::recoveredLate);
    desk.recovery.recover();
    QTRY_VERIFY_WITH_TIMEOUT(!desk.recovery.points().empty(), kLong);
    desk.plan().setTarget(0.35);
    QTRY_COMPARE_WITH_TIMEOUT(late.count(), 1, kLong);
    QVERIFY(!desk.plan().recovered() && desk.recovery.hasLate());
    desk.recovery.takeLate();
    QVERIFY(desk.plan().recovered() && desk.plan().plan().sparsities() == sparsities);
    desk.plan().history().undo();
    QCOMPARE(desk.plan().plan().target, 0.35);
  }

  void whatCannotBeRecoveredIsSaidInASentence() {
    Desk desk;
    desk.openSample();
    QString said, job;
    connect(&desk.recovery, &RecoverController::failed, this,
            [&](const QString& sentence, const QString& why) {
              said = sentence;
              job = why;
            });
    const auto refused = [&](const QString& part) {
      said.clear();
      desk.recovery.recover();
      QVERIFY2(!desk.recovery.runner().isBusy() && said.contains(part), qPrintable(said));
    };
    RecoverOptions options = desk.session.recoverOptions();
    options.methods.clear();
    desk.session.setRecoverOptions(options);
    refused("tick");
    desk.plan().history().undo();
    Dataset one = desk.session.calibration();
    one.samples.resize(1);
    desk.session.setCalibration(one);
    refused("at least 2 calibration pairs");
    QVERIFY(said.contains("there is 1"));
    desk.session.setCalibration({});
    refused("Calibration Pairs");
    QCOMPARE(job, kNeedsCalibration);
    desk.plan().setTarget(0);
    refused("nothing to recover");
  }

  // The weights are not in a project; what was done is, and leads to the same weights again.
  void aProjectKeepsWhatWasDone() {
    Desk desk;
    desk.openSample();
    desk.recoverNow();
    const auto losses = Desk::lossesOf(*desk.session.pruned());
    QTemporaryDir dir;
    const auto file = dir.filePath("recovered.espalier").toStdString();
    writeProject(file, desk.session.project());

    Desk again;
    again.session.restore(desk.session.model(), desk.session.calibration(), desk.session.pairs(),
                          readProject(file));
    const auto recovered = again.plan().recovered();
    QVERIFY(recovered && !recovered->model);
    QCOMPARE(toJson(recovered->record), toJson(desk.plan().recovered()->record));
    QVERIFY(!again.session.isStale());
    QCOMPARE(Desk::lossesOf(*again.session.pruned()), losses);
    QSignalSpy failed(&again.results, &ResultController::failed);
    again.results.prune();
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().contains("recover again"));
    QCOMPARE(again.lossesOf(*modelOf(planWorkOf(again.session), {})), losses);
    // One step back there is something to prune.
    again.plan().history().undo();
    QTRY_VERIFY_WITH_TIMEOUT(again.settled() && !again.session.prunedModel()->recovered, kLong);
    again.plan().history().redo();
    QVERIFY(again.session.isStale());
    again.recoverNow();
    QCOMPARE(Desk::lossesOf(*again.session.pruned()), losses);
  }

  void ofAStoppedOneAProjectSaysThatItIsGone() {
    Desk desk;
    desk.openSample();
    desk.recoverNow();
    Project project = desk.session.project();
    project.recoveries[0].stopped = true;
    Desk again;
    again.session.restore(desk.session.model(), desk.session.calibration(), desk.session.pairs(), project);
    try {
      modelOf(planWorkOf(again.session), {});
      QFAIL("made");
    } catch (const Error& e) {
      QVERIFY(QString::fromUtf8(e.what()).contains("stopped"));
    }
  }

  void aPlanAtRestIsRecoveredByItself() {
    Desk desk;
    desk.openSample();
    desk.recovery.setAutomatic(true);
    QTRY_VERIFY_WITH_TIMEOUT(desk.plan().recovered() && desk.settled(), kLong);
    desk.plan().setTarget(0.4);
    QVERIFY(!desk.plan().recovered());
    QTRY_VERIFY_WITH_TIMEOUT(desk.plan().recovered() && desk.settled(), kLong);
    // What is taken back stays taken back.
    desk.plan().history().undo();
    QTRY_VERIFY_WITH_TIMEOUT(desk.settled(), kLong);
    QTest::qWait(1500);
    QVERIFY(!desk.plan().recovered() && !desk.recovery.runner().isBusy());
  }
};

QTEST_MAIN(RecoverControllerTest)
#include "recover_controller_test.moc"
