#include "ui/session/plan_document.h"

#include <malloc.h>

#include <QtTest/QtTest>
#include <random>

#include "tests/ui/plan_sample.h"
#include "ui/base/format.h"

using namespace espalier;
using namespace espalier::test;

class PlanDocumentTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aDragIsOneStepAndHoldsTheTarget() {
    PlanDocument document;
    document.begin(sampleState());
    const auto before = sparsitiesOf(document.plan());
    QSignalSpy changed(&document, &PlanDocument::planChanged), settled(&document, &PlanDocument::planSettled);
    document.beginDrag("vision.layers.2");
    for (double s = 0.5; s > 0.3; s -= 0.01) {
      document.dragTo(s);
      QVERIFY(weightsOff(document.plan()) <= 2);
    }
    QCOMPARE(settled.count(), 0);
    QVERIFY(changed.count() >= 20);
    QCOMPARE(sparsitiesOf(document.settledPlan()), before);
    document.endDrag();
    QCOMPARE(settled.count(), 1);
    QCOMPARE(document.history().count(), 1);
    QVERIFY(document.plan().groups[2].pinned);
    QVERIFY(document.history().undoText().contains("vision.layers.2"));
    document.history().undo();
    QCOMPARE(sparsitiesOf(document.plan()), before);
    QVERIFY(!document.plan().groups[2].pinned);
  }

  // Groups are held once for all steps: each step keeps a number and a bit for each of them.
  void aThousandStepsAreSmall() {
    PlanDocument document;
    document.begin(sampleState(294));
    QCOMPARE(document.plan().groups.size(), size_t(588));
    // 5 and 588 have no divisor in common: each group is pinned once before the first one is let go.
    const auto at = [](int step) { return size_t(step * 5 % 588); };
    const auto start = sparsitiesOf(document.plan());
    const auto before = mallinfo2().uordblks;
    for (int i = 0; i < 1000; ++i) {
      const PlanGroup group = document.plan().groups[at(i)];
      document.setPinned(group.name, !group.pinned);
    }
    const double megabytes = double(mallinfo2().uordblks - before) / 1e6;
    QCOMPARE(document.history().count(), 1000);
    QVERIFY2(megabytes < 20, qPrintable(QString::number(megabytes)));
    document.history().setIndex(0);
    QCOMPARE(sparsitiesOf(document.plan()), start);
    // Each step pinned its group, and from step 588 on let it go again.
    for (const int step : {0, 1, 500, 588, 589, 1000, 250}) {
      document.history().setIndex(step);
      std::vector<bool> expected(588), pinned;
      for (int i = 0; i < step; ++i) expected[at(i)] = i < 588;
      for (const auto& group : document.plan().groups) pinned.push_back(group.pinned);
      QVERIFY2(pinned == expected, qPrintable(QString::number(step)));
    }
  }

  void choicesAreNamedSteps() {
    PlanDocument document;
    QSignalSpy changed(&document, &PlanDocument::choicesChanged);
    Choices choices;
    choices.prune.samples = 7;
    document.setChoices(choices);  // before there is a plan
    QCOMPARE(changed.count(), 1);
    QCOMPARE(document.choices().prune.samples, int64_t(7));
    QCOMPARE(document.history().count(), 0);

    document.begin(sampleState());
    const Choices start = document.choices();
    choices = start;
    choices.prune.criterion = "sparsegpt";
    document.setChoices(choices);
    QCOMPARE(document.history().undoText(), "Criterion SparseGPT");
    document.setChoices(choices);  // nothing new
    QCOMPARE(document.history().count(), 1);
    for (uint64_t seed : {1u, 2u, 3u}) {
      choices.score.seed = seed;
      document.setChoices(choices);
    }
    QCOMPARE(document.history().count(), 2);
    QCOMPARE(document.history().undoText(), "Scoring seed 3");
    choices.score.draws = 2;
    document.setChoices(choices);
    QCOMPARE(document.history().count(), 3);
    document.setTarget(0.6);
    QVERIFY(sameChoices(document.choices(), choices));
    while (document.history().canUndo()) document.history().undo();
    QVERIFY(sameChoices(document.choices(), start));
    document.history().redo();
    QCOMPARE(document.choices().prune.criterion, "sparsegpt");

    // A plan that comes with how it is to be pruned is one step of both.
    PruneOptions magnitude;
    magnitude.criterion = "magnitude";
    const int count = document.history().index();
    document.setPlan("Uniform magnitude at 50 %", document.plan(), magnitude);
    QCOMPARE(document.history().count(), count + 1);
    QCOMPARE(document.choices().prune.criterion, "magnitude");
    document.history().undo();
    QCOMPARE(document.choices().prune.criterion, "sparsegpt");
  }

  void aCancelledDragLeavesNothing() {
    PlanDocument document;
    document.begin(sampleState());
    const auto before = sparsitiesOf(document.plan());
    document.beginDrag("vision.layers.0");
    document.dragTo(0.1);
    document.cancelDrag();
    QCOMPARE(sparsitiesOf(document.plan()), before);
    QCOMPARE(document.history().count(), 0);
    QVERIFY(!document.isDragging());
  }

  void aDragStopsWhereTheTargetWouldBreakAndSaysSo() {
    PlanDocument document;
    document.begin(sampleState());
    document.setCap(0.52);
    document.beginDrag("vision.layers.5");
    document.dragTo(0);
    QCOMPARE(document.notice().place, PlanNotice::Place::Group);
    QCOMPARE(document.notice().group, "vision.layers.5");
    QVERIFY(weightsOff(document.plan()) <= 2);
    QVERIFY(document.plan().groups[5].sparsity > 0.2);
    document.endDrag();
    QCOMPARE(document.notice().place, PlanNotice::Place::None);
  }

  void nudgesOfOneBlockAreOneStep() {
    PlanDocument document;
    document.begin(sampleState());
    const auto before = sparsitiesOf(document.plan());
    for (int i = 0; i < 5; ++i) document.nudge("vision.layers.1", -0.01);
    QCOMPARE(document.history().count(), 1);
    document.nudge("vision.layers.3", 0.01);
    QCOMPARE(document.history().count(), 2);
    document.endGesture();
    document.nudge("vision.layers.3", 0.01);
    QCOMPARE(document.history().count(), 3);
    while (document.history().canUndo()) document.history().undo();
    QCOMPARE(sparsitiesOf(document.plan()), before);
  }

  void sliderMovesAreOneStepUntilReleased() {
    PlanDocument document;
    document.begin(sampleState());
    for (double t : {0.51, 0.53, 0.6}) document.setTarget(t);
    QCOMPARE(document.history().count(), 1);
    QCOMPARE(document.plan().target, 0.6);
    QVERIFY(qAbs(document.plan().cap - 0.7) < 1e-12);
    document.endGesture();
    document.setTarget(0.4);
    QCOMPARE(document.history().count(), 2);
  }

  // The cap follows, so the limit moves with the target: what is said is the limit that holds in the end, and
  // typing it in is no reason for another remark.
  void theLimitThatIsSaidHolds() {
    for (double pin : {0.0, 0.1, 0.35}) {
      PlanDocument document;
      document.begin(sampleState());
      document.letCapFollowTarget();
      document.setTarget(0.3);
      for (size_t g = 0; g < document.plan().groups.size() / 2; ++g)
        document.setSparsity(document.plan().groups[g].name, pin);
      document.setTarget(0.9);
      const double limit = document.plan().target;
      QVERIFY(limit < 0.9);
      QVERIFY(document.notice().text.contains(percentBelow(limit)));
      QCOMPARE(document.plan().cap, defaultCap(limit));
      for (const auto& g : document.plan().groups)
        QVERIFY(g.pinned || g.sparsity <= document.plan().cap + 1e-3);
      QVERIFY(weightsOff(document.plan()) <= 4);
      // There is nothing above it.
      document.setTarget(limit + 0.004);
      QVERIFY(qAbs(document.plan().target - limit) < 1e-9);
      // As it is read, it can be typed.
      document.setTarget(std::floor(limit * 1000) / 1000);
      QVERIFY(document.notice().text.isEmpty());
      QCOMPARE(document.plan().target, std::floor(limit * 1000) / 1000);
      document.setTarget(0.95);
      QVERIFY(qAbs(document.plan().target - limit) < 1e-9);
    }
  }

  void anImpossibleTargetStopsAtTheNearest() {
    PlanDocument document;
    document.begin(sampleState());
    document.setCap(0.6);
    document.setTarget(0.9);
    QCOMPARE(document.notice().place, PlanNotice::Place::Target);
    QVERIFY(qAbs(document.plan().target - 0.6) < 1e-3);
    document.setCap(0.3);
    QCOMPARE(document.notice().place, PlanNotice::Place::Cap);
    QCOMPARE(document.plan().cap, 0.6);
  }

  void pinsStayAndAreTakenOut() {
    PlanDocument document;
    document.begin(sampleState());
    const double held = document.plan().groups[4].sparsity;
    document.setPinned("vision.layers.4", true);
    document.setTarget(0.55);
    QCOMPARE(document.plan().groups[4].sparsity, held);
    QVERIFY(weightsOff(document.plan()) <= 2);
    document.resetGroup("vision.layers.4");
    QVERIFY(!document.plan().groups[4].pinned);
    QVERIFY(document.plan().groups[4].sparsity != held);
  }

  void granularityCarriesPins() {
    PlanDocument document;
    document.begin(sampleState());
    document.setSparsity("vision.layers.1", 0.4);
    document.setGranularity(Granularity::Layer);
    QCOMPARE(document.plan().groups.size(), 24u);
    QVERIFY(document.plan().groups[2].pinned && document.plan().groups[3].pinned);
    QCOMPARE(document.plan().groups[2].sparsity, document.plan().groups[3].sparsity);
    document.setGranularity(Granularity::Block);
    QVERIFY(document.plan().groups[1].pinned);
    QVERIFY(!document.plan().groups[0].pinned);
    document.setGranularity(Granularity::Component);
    QCOMPARE(document.plan().groups.size(), 2u);
    QVERIFY(!document.plan().groups[0].pinned);
    QVERIFY(weightsOff(document.plan()) <= 2);
  }

  void scoringIsAStepThatUndoTakesBack() {
    PlanDocument document;
    auto matrices = sampleScores().matrices;
    for (auto& m : matrices) m.score = m.standardError = 0;
    document.begin(unscored(matrices, 0.5));
    const auto before = sparsitiesOf(document.plan());
    for (double s : before) QVERIFY(qAbs(s - 0.5) < 1e-3);
    QSignalSpy scores(&document, &PlanDocument::scoresChanged);
    document.setScores(sampleScores());
    QVERIFY(document.isScored());
    QVERIFY(document.plan().groups[0].sparsity > document.plan().groups[5].sparsity);
    document.history().undo();
    QVERIFY(!document.isScored());
    QCOMPARE(sparsitiesOf(document.plan()), before);
    QCOMPARE(scores.count(), 2);
  }

  // Whatever a person does, undoing all of it leads back to the very numbers.
  void aThousandActionsAreUndone() {
    PlanDocument document;
    document.begin(sampleState());
    const auto before = sparsitiesOf(document.plan());
    std::mt19937 random(7);
    const auto pick = [&](int n) { return int(random() % unsigned(n)); };
    for (int i = 0; i < 1000; ++i) {
      const auto& groups = document.plan().groups;
      const std::string group = groups[size_t(pick(int(groups.size())))].name;
      const std::string other = groups[size_t(pick(int(groups.size())))].name;
      switch (pick(16)) {
        case 0:
          document.setTarget(pick(1000) / 1000.0);
          break;
        case 1:
          document.setCap(pick(1000) / 1000.0);
          break;
        case 2:
          document.letCapFollowTarget();
          break;
        case 3:
          document.nudge(group, pick(2) ? 0.01 : -0.1);
          break;
        case 4:
          document.setPinned(group, pick(2));
          break;
        case 5:
          document.resetGroup(group);
          break;
        case 6:
          if (pick(5) == 0) document.resetAll();
          break;
        case 7:
          document.setGranularity(Granularity(pick(3)));
          break;
        case 8:
          document.setAggregate(Aggregate(pick(3)));
          break;
        case 9:
          document.setAllocator(pick(2) ? "uniform" : "ecoflap");
          break;
        case 10:
          document.beginDrag(group);
          document.dragTo(pick(1000) / 1000.0);
          if (pick(3))
            document.endDrag();
          else
            document.cancelDrag();
          break;
        case 11:
          document.nudge(PlanDocument::Groups{group, other}, pick(2) ? 0.05 : -0.05);
          break;
        case 12:
          document.setPinned(PlanDocument::Groups{group, other}, pick(2));
          break;
        case 13:
          document.resetGroups({group, other});
          break;
        case 14:
          document.scale(pick(2) ? 1.25 : 0.8);
          break;
        case 15:
          document.beginDrag(group, {other});
          document.dragTo(pick(1000) / 1000.0);
          document.endDrag();
          break;
      }
      QVERIFY2(weightsOff(document.plan()) <= 2 + double(document.plan().groups.size()),
               qPrintable(QString::number(i)));
    }
    QVERIFY(document.history().count() > 100);
    const auto after = sparsitiesOf(document.plan());
    while (document.history().canUndo()) document.history().undo();
    QCOMPARE(sparsitiesOf(document.plan()), before);
    while (document.history().canRedo()) document.history().redo();
    QCOMPARE(sparsitiesOf(document.plan()), after);
  }
};

QTEST_MAIN(PlanDocumentTest)
#include "plan_document_test.moc"
