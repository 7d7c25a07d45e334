#include "ui/panels/plan_panel.h"
#include "ui/base/format.h"

#include <QAction>
#include <QCursor>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QToolButton>
#include <QtTest/QtTest>

#include "tests/ui/plan_sample.h"
#include "ui/plot/plan_chart.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// The panel on screen with a scored plan, and a hand at the mouse.
struct Bench {
  Session session;
  QAction score{"Score"};
  PlanPanel panel{session, &score};
  PlanChart& chart = *panel.chart();
  PlanDocument& plan = session.plan();

  explicit Bench(bool scored = true) {
    plan.begin(scored ? sampleState() : unscored(sampleScores().matrices, 0.5));
    panel.resize(800, 420);
    panel.show();
    chart.setFocus();
    settle();
  }
  void settle() { QTest::qWait(30); }

  QWidget* surface() { return chart.childAt(chart.rect().center()); }
  QPoint at(QPoint inChart) { return surface()->mapFrom(&chart, inChart); }

  // Presses the grip of a column, moves in steps, and lets go unless told not to.
  void drag(int column, int dy, bool release = true) {
    const QPoint from = chart.handleOf(column);
    QTest::mouseMove(surface(), at(from));
    QTest::mousePress(surface(), Qt::LeftButton, {}, at(from));
    for (int i = 1; i <= 10; ++i) QTest::mouseMove(surface(), at(from + QPoint(0, dy * i / 10)));
    settle();
    if (release) QTest::mouseRelease(surface(), Qt::LeftButton, {}, at(from + QPoint(0, dy)));
    settle();
  }
};

}  // namespace

namespace {

// A click on a column's bar, below its grip.
void clickColumn(Bench& bench, int column, Qt::KeyboardModifiers modifiers = {}) {
  QTest::mouseClick(bench.surface(), Qt::LeftButton, modifiers,
                    bench.at(bench.chart.handleOf(column) + QPoint(0, 25)));
}

}  // namespace

class PlanPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void draggingABarChangesThePlanAndHoldsTheTarget() {
    Bench bench;
    const auto before = sparsitiesOf(bench.plan.plan());
    bench.drag(2, 30);
    const auto after = sparsitiesOf(bench.plan.plan());
    QVERIFY(after[2] < before[2] - 0.03);
    QVERIFY(after[0] != before[0]);
    QVERIFY(weightsOff(bench.plan.plan()) <= 2);
    QVERIFY(bench.plan.plan().groups[2].pinned);
    QCOMPARE(bench.plan.history().count(), 1);
    bench.plan.history().undo();
    QCOMPARE(sparsitiesOf(bench.plan.plan()), before);
  }

  void othersGiveWayWhileTheMouseIsDown() {
    Bench bench;
    const auto before = sparsitiesOf(bench.plan.plan());
    bench.drag(2, 30, false);
    QVERIFY(bench.plan.isDragging());
    QVERIFY(sparsitiesOf(bench.plan.plan())[0] != before[0]);
    QCOMPARE(bench.plan.history().count(), 0);
    QTest::keyClick(&bench.chart, Qt::Key_Escape);
    QVERIFY(!bench.plan.isDragging());
    QCOMPARE(sparsitiesOf(bench.plan.plan()), before);
    QTest::mouseRelease(bench.surface(), Qt::LeftButton, {}, bench.at(bench.chart.handleOf(2)));
    QCOMPARE(bench.plan.history().count(), 0);
  }

  void theCursorTellsWhereABarCanBeTaken() {
    Bench bench;
    const QPoint handle = bench.chart.handleOf(3);
    QWidget* surface = bench.surface();
    QTest::mouseMove(surface, bench.at(handle));
    QCOMPARE(surface->cursor().shape(), Qt::SizeVerCursor);
    QTest::mouseMove(surface, bench.at(handle + QPoint(0, 30)));
    QCOMPARE(surface->cursor().shape(), Qt::ArrowCursor);
  }

  void aClickSelectsAndMovesNothing() {
    Bench bench;
    const auto before = sparsitiesOf(bench.plan.plan());
    QTest::mouseClick(bench.surface(), Qt::LeftButton, {}, bench.at(bench.chart.handleOf(4) + QPoint(0, 25)));
    QCOMPARE(bench.chart.current(), 4);
    // On the grip itself, too, without a move.
    QTest::mouseClick(bench.surface(), Qt::LeftButton, {}, bench.at(bench.chart.handleOf(5)));
    QCOMPARE(bench.chart.current(), 5);
    QCOMPARE(sparsitiesOf(bench.plan.plan()), before);
    QCOMPARE(bench.plan.history().count(), 0);
  }

  void keysDoAllOfIt() {
    Bench bench;
    bench.chart.setCurrent(0);
    QTest::keyClick(&bench.chart, Qt::Key_Right);
    QCOMPARE(bench.chart.current(), 1);
    const double before = bench.plan.plan().groups[1].sparsity;
    for (int i = 0; i < 3; ++i) QTest::keyClick(&bench.chart, Qt::Key_Down);
    QVERIFY(qAbs(bench.plan.plan().groups[1].sparsity - (before - 0.03)) < 0.002);
    QCOMPARE(bench.plan.history().count(), 1);
    QTest::keyClick(&bench.chart, Qt::Key_Down, Qt::ShiftModifier);
    QVERIFY(qAbs(bench.plan.plan().groups[1].sparsity - (before - 0.13)) < 0.002);
    QTest::keyClick(&bench.chart, Qt::Key_Home);
    QVERIFY(!bench.plan.plan().groups[1].pinned);
    QVERIFY(qAbs(bench.plan.plan().groups[1].sparsity - before) < 1e-9);
    QTest::keyClick(&bench.chart, Qt::Key_P);
    QVERIFY(bench.plan.plan().groups[1].pinned);
    QTest::keyClick(&bench.chart, Qt::Key_P);
    QVERIFY(!bench.plan.plan().groups[1].pinned);
  }

  void theStripEditsTheCurrentBlock() {
    Bench bench;
    auto* spin = bench.panel.findChild<QDoubleSpinBox*>("blockSparsity");
    QVERIFY(!spin->isEnabled());
    bench.chart.setCurrent(3);
    QVERIFY(spin->isEnabled());
    spin->setFocus();
    spin->selectAll();
    QTest::keyClicks(spin, QLocale().toString(41.5, 'f', 1));
    QTest::keyClick(spin, Qt::Key_Return);
    QVERIFY(qAbs(bench.plan.plan().groups[3].sparsity - 0.415) < 1e-9);
    QVERIFY(weightsOff(bench.plan.plan()) <= 2);
    for (auto* button : bench.panel.findChildren<QToolButton*>())
      if (button->accessibleName().contains("Reset")) QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!bench.plan.plan().groups[3].pinned);
  }

  void theImportancePaneSaysWhatToDoUntilItIsScored() {
    Bench bench(false);
    const auto hintVisible = [&] {
      for (auto* label : bench.chart.findChildren<QLabel*>())
        if (label->text().contains("Not scored")) return label->isVisible();
      return false;
    };
    QVERIFY(hintVisible());
    bench.session.beginScoring({});
    bench.session.addPartialScores({sampleScores().matrices[0], sampleScores().matrices[1]});
    QTRY_VERIFY(!hintVisible());
    QVERIFY(bench.chart.columns().columns[0].score.has_value());
    QVERIFY(!bench.chart.columns().columns[1].score.has_value());
    bench.session.endScoring();
    bench.plan.setScores(sampleScores());
    QVERIFY(bench.chart.columns().columns[1].score.has_value());
  }

  void otherScoresStandBesideThoseShown() {
    Bench bench;
    Scores exact = sampleScores();
    exact.method = "exact-gradient";
    exact.draws = 0;
    Scores drawn = sampleScores();
    drawn.method = "zeroth-order";
    drawn.draws = 3;
    bench.session.keepScores(exact);
    bench.session.keepScores(drawn);
    bench.plan.setScores(drawn);
    const auto listed = [&] {
      Q_EMIT bench.panel.compareMenu()->aboutToShow();
      QStringList names;
      for (const auto* action : bench.panel.compareMenu()->actions())
        if (action->isCheckable()) names << action->text();
      return names;
    };
    // Those shown are not offered beside themselves.
    QVERIFY(listed().contains(methodTitle("exact-gradient")));
    QVERIFY(!listed().contains(methodTitle("zeroth-order")));
    QVERIFY(bench.chart.otherScores().empty());
    bench.panel.compareScores("exact-gradient");
    QCOMPARE(bench.chart.otherScores().size(), size_t(1));
    // A sum of three draws beside what one would give.
    for (size_t i = 0; i < bench.chart.columns().columns.size(); ++i)
      QCOMPARE(bench.chart.otherScores()[0].values[i], 3 * *bench.chart.columns().columns[i].score);
    QVERIFY(bench.chart.describe(0).contains(methodTitle("exact-gradient")));
    // Of a scoring that draws again and again one draw is shown.
    ScoreOptions running;
    running.untilStable = 0.01;
    bench.session.beginScoring(running);
    bench.session.addPartialScores(drawn.matrices);
    QCOMPARE(bench.chart.otherScores()[0].values[0], *bench.chart.columns().columns[0].score);
    auto again = drawn.matrices;
    for (auto& m : again) m.score *= 2;
    bench.session.addPartialScores(again);
    QCOMPARE(*bench.chart.columns().columns[0].score, 2 * bench.chart.otherScores()[0].values[0]);
    bench.session.endScoring();
    bench.session.setCalibration({});
    QVERIFY(bench.chart.otherScores().empty());
  }

  void controlAndShiftSelectSeveral() {
    Bench bench;
    clickColumn(bench, 1);
    clickColumn(bench, 4, Qt::ControlModifier);
    QCOMPARE(bench.chart.selected(), (std::set<int>{1, 4}));
    QCOMPARE(bench.chart.current(), 4);
    clickColumn(bench, 4, Qt::ControlModifier);
    QCOMPARE(bench.chart.selected(), (std::set<int>{1}));
    clickColumn(bench, 3, Qt::ShiftModifier);
    QCOMPARE(bench.chart.selected(), (std::set<int>{1, 2, 3}));
    QCOMPARE(bench.session.selection().groups().size(), size_t(3));
    QTest::keyClick(&bench.chart, Qt::Key_Escape);
    QCOMPARE(bench.chart.selected().size(), size_t(1));
  }

  void aBandSelectsWhatItCovers() {
    Bench bench;
    const QPoint from = bench.chart.handleOf(1) - QPoint(12, 60),
                 to = bench.chart.handleOf(3) - QPoint(-4, 60);
    QTest::mousePress(bench.surface(), Qt::LeftButton, {}, bench.at(from));
    for (int i = 1; i <= 5; ++i) QTest::mouseMove(bench.surface(), bench.at(from + (to - from) * i / 5));
    QTest::mouseRelease(bench.surface(), Qt::LeftButton, {}, bench.at(to));
    QCOMPARE(bench.chart.selected(), (std::set<int>{1, 2, 3}));
    QCOMPARE(bench.plan.history().count(), 0);
  }

  void severalAreDraggedAtOnce() {
    Bench bench;
    bench.chart.select({1, 2}, 1);
    const auto before = sparsitiesOf(bench.plan.plan());
    bench.drag(1, 20);
    const auto after = sparsitiesOf(bench.plan.plan());
    QVERIFY(after[1] < before[1] - 0.02);
    QVERIFY(qAbs((before[1] - after[1]) - (before[2] - after[2])) < 1e-6);
    QVERIFY(bench.plan.plan().groups[1].pinned && bench.plan.plan().groups[2].pinned);
    QVERIFY(weightsOff(bench.plan.plan()) <= 3);
    QCOMPARE(bench.plan.history().count(), 1);
    bench.plan.history().undo();
    QCOMPARE(sparsitiesOf(bench.plan.plan()), before);
  }

  void aDragOfSeveralStopsWhereTheTargetWouldBreak() {
    Bench bench;
    bench.plan.setCap(0.52);
    std::set<int> most;
    for (int i = 0; i < 10; ++i) most.insert(i);
    bench.chart.select(most, 4);
    bench.drag(4, 120, false);
    QCOMPARE(bench.plan.notice().place, PlanNotice::Place::Group);
    QVERIFY(weightsOff(bench.plan.plan()) <= 12);
    QTest::keyClick(&bench.chart, Qt::Key_Escape);
  }

  void theWheelZoomsAboutThePointerAndMoves() {
    Bench bench;
    const auto full = bench.chart.view();
    const QPoint over = bench.at(bench.chart.handleOf(6));
    const auto turn = [&](int degrees, Qt::KeyboardModifiers modifiers = {}) {
      QWheelEvent wheel(over, bench.surface()->mapToGlobal(over), {}, {0, degrees}, Qt::NoButton, modifiers,
                        Qt::NoScrollPhase, false);
      QCoreApplication::sendEvent(bench.surface(), &wheel);
      bench.settle();
    };
    turn(360);
    QVERIFY(bench.chart.isZoomed());
    QVERIFY(bench.chart.view().second - bench.chart.view().first < 0.6 * (full.second - full.first));
    QVERIFY(qAbs(bench.at(bench.chart.handleOf(6)).x() - over.x()) <= 2);
    const auto zoomed = bench.chart.view();
    turn(-120, Qt::ShiftModifier);
    QVERIFY(bench.chart.view().first > zoomed.first + 0.1);
    // The middle button moves it as well.
    const auto then = bench.chart.view();
    QTest::mousePress(bench.surface(), Qt::MiddleButton, {}, over);
    QTest::mouseMove(bench.surface(), over + QPoint(60, 0));
    QTest::mouseRelease(bench.surface(), Qt::MiddleButton, {}, over + QPoint(60, 0));
    QVERIFY(bench.chart.view().first < then.first - 0.1);
    for (int i = 0; i < 10; ++i) turn(-120);
    QVERIFY(!bench.chart.isZoomed());
    QTest::keyClick(&bench.chart, Qt::Key_Plus);
    QVERIFY(bench.chart.isZoomed());
    QTest::keyClick(&bench.chart, Qt::Key_0);
    QVERIFY(!bench.chart.isZoomed());
  }

  void theArrowKeysTakeTheViewAlong() {
    Bench bench;
    bench.chart.setCurrent(0);
    for (int i = 0; i < 6; ++i) QTest::keyClick(&bench.chart, Qt::Key_Plus);
    for (int i = 0; i < 11; ++i) QTest::keyClick(&bench.chart, Qt::Key_Right);
    const double x = bench.chart.columns().columns[11].x;
    QVERIFY(x > bench.chart.view().first && x < bench.chart.view().second);
    QTest::keyClick(&bench.chart, Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(bench.chart.selected(), (std::set<int>{10, 11}));
  }

  void aBlockOpensIntoItsMatricesAndIsDraggedThere() {
    Bench bench;
    QTest::mouseDClick(bench.surface(), Qt::LeftButton, {},
                       bench.at(bench.chart.handleOf(2) + QPoint(0, 25)));
    QCOMPARE(bench.chart.columns().columns.size(), size_t(13));
    QCOMPARE(bench.chart.columns().columns[2].name, std::string("vision.layers.2.q.weight"));
    QCOMPARE(bench.chart.columns().columns[3].group, std::string("vision.layers.2"));
    bench.settle();
    bench.drag(3, 20);
    QVERIFY(bench.plan.plan().groups[2].pinned);
    QCOMPARE(bench.chart.columns().columns[2].sparsity, bench.plan.plan().groups[2].sparsity);
    QTest::keyClick(&bench.chart, Qt::Key_Return);
    QCOMPARE(bench.chart.columns().columns.size(), size_t(12));
  }

  void aComponentIsSelectedAndLocked() {
    Bench bench;
    const QPoint under(bench.chart.handleOf(8).x(), bench.chart.height() - 8);
    QTest::mouseClick(bench.surface(), Qt::LeftButton, {}, bench.at(under));
    QCOMPARE(bench.chart.selected(), (std::set<int>{6, 7, 8, 9, 10, 11}));
    QTest::keyClick(&bench.chart, Qt::Key_L);
    for (int i = 0; i < 12; ++i) QCOMPARE(bench.plan.plan().groups[size_t(i)].pinned, i >= 6);
    QCOMPARE(bench.plan.history().count(), 1);
    const auto before = sparsitiesOf(bench.plan.plan());
    bench.drag(1, 20);
    for (size_t i = 6; i < 12; ++i) QCOMPARE(sparsitiesOf(bench.plan.plan())[i], before[i]);
    bench.chart.setCurrent(6);
    QTest::keyClick(&bench.chart, Qt::Key_L);
    QVERIFY(!bench.plan.plan().groups[6].pinned);
  }

  void otherPlansAreLaidOver() {
    Bench bench;
    bench.session.savePlan("mine");
    QStringList offered;
    for (auto* action : bench.panel.compareMenu()->actions()) {
      if (action->isSeparator()) continue;
      offered << action->text();
      action->setChecked(true);
    }
    QVERIFY(offered.contains("mine"));
    QVERIFY(offered.size() >= 3);
    bench.settle();
    const QImage with = bench.chart.grab().toImage();
    for (auto* action : bench.panel.compareMenu()->actions()) action->setChecked(false);
    bench.settle();
    QVERIFY(with != bench.chart.grab().toImage());
  }

  void sharpenAndFlattenHoldTheTarget() {
    Bench bench;
    const auto spread = [&] {
      const auto s = sparsitiesOf(bench.plan.plan());
      return *std::max_element(s.begin(), s.end()) - *std::min_element(s.begin(), s.end());
    };
    const double before = spread();
    bench.plan.scale(0.8);
    QVERIFY(spread() < before);
    QVERIFY(weightsOff(bench.plan.plan()) <= 2);
    bench.plan.history().undo();
    QCOMPARE(spread(), before);
  }

  void describesABlock() {
    Bench bench;
    const QString words = bench.chart.describe(2);
    QVERIFY(words.contains("vision.layers.2"));
    QVERIFY(words.contains(QLocale().toString(24000)));
    QVERIFY(words.contains(QStringLiteral("\u00b1")));
  }

  // How long it takes is measured by `espalier-measure --drag` (docs/performance.md).
  void aDragRepaintsManyMatrices() {
    Bench bench;
    bench.plan.begin(sampleState(150));
    bench.plan.setGranularity(Granularity::Layer);
    QCOMPARE(bench.plan.plan().groups.size(), 600u);
    bench.settle();
    bench.plan.beginDrag(bench.plan.plan().groups[300].name);
    QImage before = bench.panel.grab().toImage();
    for (double to : {0.4, 0.2, 0.1}) {
      bench.plan.dragTo(to);
      QVERIFY(qAbs(bench.chart.columns().columns[300].sparsity - to) < 1e-9);
      bench.settle();
      const QImage now = bench.panel.grab().toImage();
      QVERIFY(now != before);
      before = now;
    }
  }
};

QTEST_MAIN(PlanPanelTest)
#include "plan_panel_test.moc"
