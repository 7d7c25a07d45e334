// Saving, opening and taking up again, on the bundled sample.
#include "ui/controllers/project_controller.h"

#include <QtTest/QtTest>
#include <fstream>

#include "ui/base/format.h"
#include "ui/controllers/model_controller.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

struct Bench {
  Session session;
  ModelController models{session};
  ProjectController projects{session};

  void openSample() {
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel(), 60000);
  }
  // Work that would be missed.
  void work() {
    PlanDocument& plan = session.plan();
    plan.setTarget(0.6);
    plan.setSparsity(plan.plan().groups[2].name, 0.4);
    plan.setPinned(plan.plan().groups[4].name, true);
    plan.history().undo();
    session.savePlan("careful");
    StudyPoint point{"Uniform Wanda", 0.5, 0.5, 0, {{"colour", 3, 4, 0.5}}, {}};
    session.addSweepPoint(point);
    Evaluation dense;
    for (size_t i = 0; i < session.pairs().samples.size(); ++i)
      dense.pairs.push_back({int64_t(i), "answer " + std::to_string(i), i % 2 == 0, 0.25});
    session.setDense(dense);
  }
};

bool wait(QObject& object, void (ProjectController::*signal)(const QString&)) {
  QSignalSpy spy(static_cast<ProjectController*>(&object), signal);
  return spy.wait(60000);
}

}  // namespace

class ProjectControllerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatIsSavedComesBack() {
    QTemporaryDir dir;
    Bench bench;
    bench.openSample();
    bench.work();
    QVERIFY(bench.projects.isModified());
    bench.projects.saveTo(dir.filePath("work"));
    QVERIFY(wait(bench.projects, &ProjectController::opened));
    QVERIFY(!bench.projects.isModified());
    QCOMPARE(bench.projects.file(), dir.filePath("work.espalier"));

    Bench other;
    other.projects.open(bench.projects.file());
    QTRY_VERIFY_WITH_TIMEOUT(other.session.hasModel(), 60000);
    const PlanDocument &a = bench.session.plan(), &b = other.session.plan();
    QVERIFY(toJson(a.plan()) == toJson(b.plan()));
    QCOMPARE(b.currentStep(), a.currentStep());
    QCOMPARE(other.session.plan().history().count(), 3);
    QVERIFY(other.session.plan().history().canRedo());
    QCOMPARE(other.session.plan().history().undoText(), bench.session.plan().history().undoText());
    QCOMPARE(other.session.savedPlans().size(), size_t(1));
    QCOMPARE(other.session.sweep().size(), size_t(1));
    QCOMPARE(other.session.dense()->pairs[5].answer, std::string("answer 5"));
    QVERIFY(!other.projects.isModified());
    // Undo goes on through the closing of the program.
    other.session.plan().history().undo();
    other.session.plan().history().undo();
    QCOMPARE(other.session.plan().plan().target, 0.5);
    QVERIFY(other.projects.isModified());
  }

  // What takes minutes to measure: sensitivities by the options they were measured with, scores by each
  // method, points of the sweep by what they were measured with.
  void whatTookLongComesBack() {
    QTemporaryDir dir;
    Bench bench;
    bench.openSample();
    Session& session = bench.session;
    const auto group = session.plan().plan().groups[2].name;
    const Curve wanda{{0, 0.5, 0.9}, {0, 0.125, 1.5}}, magnitude{{0, 0.5}, {0, 0.75}};
    const PruneOptions before = session.pruneOptions();
    session.addSensitivity(group, wanda);
    QVERIFY(bench.projects.isModified());
    QVERIFY(bench.projects.hasUnsavedWork());
    PruneOptions other = before;
    other.criterion = "magnitude";
    session.setPruneOptions(other);
    QVERIFY(session.prediction().sensitivities().empty());  // of other options
    session.addSensitivity(group, magnitude);
    Scores scores = session.plan().scores();
    scores.method = "exact-gradient";
    for (auto& m : scores.matrices) m.score = 2.5;
    session.keepScores(scores);
    StudyPoint point{"Uniform Wanda", 0.5, 0.5, 0, {{"colour", 3, 4, 0.5}}, {}};
    point.conditions = session.sweepConditions();
    session.addSweepPoint(point);
    bench.projects.saveTo(dir.filePath("long"));
    QVERIFY(wait(bench.projects, &ProjectController::opened));

    Bench next;
    next.projects.open(bench.projects.file());
    QTRY_VERIFY_WITH_TIMEOUT(next.session.hasModel(), 60000);
    QVERIFY(!next.projects.isModified());
    QCOMPARE(next.session.measuredSensitivities(), 2);
    QCOMPARE(next.session.prediction().sensitivities().at(group).value, magnitude.value);
    QCOMPARE(next.session.scoresByMethod().at("exact-gradient").matrices[0].score, 2.5);
    QCOMPARE(next.session.sweepNow().size(), size_t(1));
    // Undo brings back the options, and with them what was measured by them.
    next.session.plan().history().undo();
    QVERIFY(sameChoices(next.session.pruneOptions(), before));
    QCOMPARE(next.session.prediction().sensitivities().at(group).sparsity, wanda.sparsity);
    QCOMPARE(next.session.prediction().sensitivities().at(group).value, wanda.value);
  }

  void sensitivitiesThatAreNoneAreRefused() {
    QTemporaryDir dir;
    Bench bench;
    bench.openSample();
    bench.session.addSensitivity("vision.layers.1", Curve{{0.5, 0.3}, {0, 1}});
    const auto file = dir.filePath("wrong.espalier");
    writeProject(toPath(file), bench.session.project());
    QSignalSpy failed(&bench.projects, &ProjectController::failed);
    bench.projects.open(file);
    QVERIFY(failed.wait(60000));
    QVERIFY2(failed[0][0].toString().contains("vision.layers.1"), qPrintable(failed[0][0].toString()));
  }

  void aCopyIsKeptAndTakenUp() {
    QTemporaryDir dir;
    QString copy;
    nlohmann::json plan;
    {
      Bench bench;
      bench.projects.keepCopiesIn(dir.path(), 20);
      QVERIFY(bench.projects.abandonedCopies().empty());
      bench.openSample();
      QTest::qWait(100);
      QCOMPARE(QDir(dir.path()).entryList({"*.espalier"}).size(), 0);  // nothing to lose yet
      bench.work();
      QTRY_COMPARE_WITH_TIMEOUT(QDir(dir.path()).entryList({"*.espalier"}).size(), 1, 10000);
      plan = toJson(bench.session.plan().plan());
      // Another window leaves it alone while this one lives.
      Session idle;
      ProjectController other(idle);
      other.keepCopiesIn(dir.path());
      QVERIFY(other.abandonedCopies().empty());
    }
    // Never saved and closed: still there at the next start.
    Bench next;
    next.projects.keepCopiesIn(dir.path());
    const auto left = next.projects.abandonedCopies();
    QCOMPARE(left.size(), size_t(1));
    QVERIFY(!left[0].model.isEmpty());
    next.projects.restoreCopy(left[0].path);
    QTRY_VERIFY_WITH_TIMEOUT(next.session.hasModel(), 60000);
    QVERIFY(toJson(next.session.plan().plan()) == plan);
    QVERIFY(next.projects.isModified());
    QVERIFY(next.projects.file().isEmpty());
    QVERIFY(!QFile::exists(left[0].path));
  }

  void savedWorkLeavesNoCopy() {
    QTemporaryDir dir, copies;
    {
      Bench bench;
      bench.projects.keepCopiesIn(copies.path(), 20);
      bench.openSample();
      bench.work();
      bench.projects.flushCopy();
      bench.projects.saveTo(dir.filePath("work.espalier"));
      QVERIFY(wait(bench.projects, &ProjectController::opened));
    }
    QCOMPARE(QDir(copies.path()).entryList({"*.espalier"}).size(), 0);
  }

  void aProjectOfAnotherModelIsRefused() {
    QTemporaryDir dir;
    Bench bench;
    bench.openSample();
    Project project = bench.session.project();
    for (auto& set : project.scores) set.scores.matrices[0].parameters += 1;
    writeProject(toPath(dir.filePath("other.espalier")), project);
    const auto before = toJson(bench.session.plan().plan());
    QSignalSpy failed(&bench.projects, &ProjectController::failed);
    bench.projects.open(dir.filePath("other.espalier"));
    QVERIFY(failed.wait(60000));
    QVERIFY(failed[0][0].toString().contains("another model"));
    QVERIFY(toJson(bench.session.plan().plan()) == before);
  }

  void aModelThatIsGoneIsNamed() {
    QTemporaryDir dir;
    Bench bench;
    bench.openSample();
    Project project = bench.session.project();
    project.model = "/nowhere/at-all";
    writeProject(toPath(dir.filePath("gone.espalier")), project);
    QSignalSpy failed(&bench.projects, &ProjectController::failed);
    bench.projects.open(dir.filePath("gone.espalier"));
    QVERIFY(failed.wait(60000));
    QVERIFY(failed[0][0].toString().contains("/nowhere/at-all"));
    QVERIFY(bench.session.hasModel());
  }

  void aFolderThatCannotBeWrittenIsNamed() {
    Bench bench;
    bench.openSample();
    QSignalSpy failed(&bench.projects, &ProjectController::failed);
    bench.projects.saveTo("/proc/nothing/work.espalier");
    QVERIFY(failed.wait(60000));
    QVERIFY(failed[0][0].toString().contains("/proc/nothing"));
    QVERIFY(bench.projects.file().isEmpty());
  }
};

QTEST_MAIN(ProjectControllerTest)
#include "project_controller_test.moc"
