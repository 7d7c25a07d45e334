// The tour in the real window: it waits for what it shows, says what this run shows, and leaves work alone.
#include "ui/tour/sample_tour.h"

#include <QDockWidget>
#include <QPushButton>
#include <QtTest/QtTest>

#include "core/evaluate/chance.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"
#include "ui/window/windows.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 280'000;

QPushButton* button(const Tour& tour, const QString& text) {
  for (auto* b : tour.findChildren<QPushButton*>())
    if (b->text() == text) return b;
  return nullptr;
}

// Answers made up: `right` of the pairs from `first` on.
MeasuredPlan answers(int first, int right, double sparsity) {
  MeasuredPlan out;
  out.sparsity = sparsity;
  for (int i = 0; i < 40; ++i) {
    out.evaluation.pairs.emplace_back();
    out.evaluation.pairs.back().sample = i;
    out.evaluation.pairs.back().right = i >= first && i < first + right;
  }
  return out;
}

}  // namespace

class SampleTourTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

 private Q_SLOTS:
  void initTestCase() {
    QCoreApplication::setOrganizationName("espalier-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
  }
  void init() { QSettings().clear(); }

  // From the first step to the last by the Next button alone, with a pin made on the way.
  void waitsAndSaysWhatTheRunShows() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.actions().tour->trigger();
    QPointer<Tour> tour = window.findChild<Tour*>();
    QVERIFY(tour);
    // The sample is not there yet: the tour stays.
    QVERIFY(!window.session().hasModel());
    QTest::keyClick(tour, Qt::Key_Right);
    QCOMPARE(tour->at(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    ScoreOptions quick;
    quick.samples = 4;
    quick.batchSize = 2;
    window.session().setScoreOptions(quick);
    QPushButton* next = button(*tour, "Next");
    QTRY_VERIFY(next->isEnabled());
    const auto goOn = [&] {
      const int at = tour->at();
      QTRY_VERIFY_WITH_TIMEOUT(next->isEnabled(), kJobMs);
      QTest::mouseClick(next, Qt::LeftButton);
      QCOMPARE(tour->at(), at + 1);
    };
    goOn(), goOn();
    QVERIFY(window.session().isScoring());
    // Not before every block has a first estimate.
    QTest::keyClick(tour, Qt::Key_Right);
    QCOMPARE(tour->at(), 2);
    goOn();
    for (const auto& column : window.workbench().planPanel()->chart()->columns().columns)
      QVERIFY(column.score);
    goOn();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().plan().isScored(), kJobMs);
    QVERIFY(tour->text().contains("60 %"));
    goOn(), goOn();
    PlanDocument& plan = window.session().plan();
    // A person takes the tour at its word: half of the model held at nothing.
    std::vector<std::string> held;
    int64_t weights = 0, all = 0;
    for (const auto& group : plan.plan().groups) all += group.parameters;
    for (const auto& group : plan.plan().groups) {
      if (2 * weights > all) break;
      weights += group.parameters;
      held.push_back(group.name);
    }
    plan.setTarget(0.3);
    plan.setPinned(held, true);
    const int pins = int(std::count_if(plan.plan().groups.begin(), plan.plan().groups.end(),
                                       [](const auto& g) { return g.pinned; }));
    QVERIFY(pins > 1);
    goOn();
    const QString scored = tour->text();
    goOn();
    // 70 % cannot be: the text says what is.
    const double target = plan.plan().target;
    QVERIFY(target < 0.69);
    QTRY_VERIFY2(tour->text().contains(percent(target)) && tour->text().contains("do not allow"),
                 qPrintable(tour->text()));
    QVERIFY(tour->text().contains(QString::number(pins) + " pinned"));
    goOn();
    QCOMPARE(tour->at(), tour->count() - 1);
    QPushButton* done = button(*tour, "Done");
    QTRY_VERIFY_WITH_TIMEOUT(done->isEnabled(), kJobMs);
    QVERIFY(window.session().isUpToDate());
    const auto now = window.session().pruned()->overall();
    QTRY_VERIFY2(tour->text().contains(QString("<b>%1 of %2</b>").arg(now.right).arg(now.total)),
                 qPrintable(tour->text()));
    QTest::mouseClick(done, Qt::LeftButton);
    QTRY_VERIFY(!tour);
  }

  // Answers that are known, so that the verdict is.
  void claimsNothingWithinChance_data() {
    QTest::addColumn<int>("even");
    QTest::addColumn<int>("byScore");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("equal") << 20 << 20 << "do not show which is better";
    QTest::newRow("four more") << 20 << 24 << "do not show which is better";
    QTest::newRow("twelve more") << 20 << 32 << "sharing by score is better here";
    QTest::newRow("twelve fewer") << 32 << 20 << "sharing evenly is better here";
  }
  void claimsNothingWithinChance() {
    QFETCH(int, even);
    QFETCH(int, byScore);
    QFETCH(QString, verdict);
    MainWindow window;  // whose chart and panes the tour points at
    window.actions().live->setChecked(false);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    Session& session = window.session();
    Dataset few = session.pairs();
    few.samples.resize(40);
    session.setPairs(few);
    window.actions().stop->trigger();
    bool busy = false;
    // In place of the engine: the answers of the test.
    const auto prune = [&] {
      PrunedModel pruned;
      pruned.model = session.model();
      pruned.plan = session.plan().plan();
      pruned.options = session.pruneOptions();
      pruned.sparsity = 0.7;
      const int right = session.plan().plan().allocator == "uniform" ? even : byScore;
      session.setPruned(pruned, answers(0, right, 0.7).evaluation);
    };
    TourStage stage{session,
                    window.workbench().planPanel()->chart(),
                    [](const char*) -> QWidget* { return nullptr; },
                    [] {},
                    [](const std::string&) {},
                    [] {},
                    [] {},
                    prune,
                    [&] { return busy; },
                    [] { return false; }};
    auto* tour = new Tour(&window, sampleTour(stage));
    tour->go(tour->count() - 2);
    QVERIFY2(tour->text().contains(QString("<b>%1 of 40</b>").arg(even)), qPrintable(tour->text()));
    tour->go(tour->count() - 1);
    QVERIFY2(tour->text().contains(verdict), qPrintable(tour->text()));
    QCOMPARE(tour->text().contains("better here"), chanceOfDifference(0, qAbs(byScore - even)) < kChance);
    tour->end();
  }

  void aPersonsPlanIsLeftAlone() {
    Windows windows;
    MainWindow* mine = windows.add();
    mine->actions().live->setChecked(false);
    mine->openSample();
    QTRY_VERIFY_WITH_TIMEOUT(mine->session().hasModel(), kJobMs);
    mine->actions().stop->trigger();
    mine->session().plan().setTarget(0.41);
    const auto plan = mine->session().plan().plan().sparsities();
    mine->actions().tour->trigger();
    QVERIFY(!mine->findChild<Tour*>());
    QCOMPARE(windows.all().size(), 2);
    MainWindow* other = windows.all()[1];
    QPointer<Tour> tour = other->findChild<Tour*>();
    QVERIFY(tour);
    QTRY_VERIFY_WITH_TIMEOUT(other->session().hasModel(), kJobMs);
    tour->go(4);
    QVERIFY(mine->session().plan().plan().sparsities() == plan);
    QCOMPARE(mine->session().plan().history().count(), 1);
    other->actions().stop->trigger();
    // Nothing is left dimmed.
    other->actions().tour->trigger();
    QVERIFY(!tour || !tour->isVisible());
  }

  // The hole follows what it shows when panes are moved.
  void theHoleFollowsItsPane() {
    MainWindow window;
    window.actions().live->setChecked(false);
    window.resize(1280, 800);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    QWidget* chart = window.workbench().planPanel()->chart();
    auto* tour =
        new Tour(&window, {{"One", [] { return QString("Text"); }, [chart] { return chart; }, {}, {}}});
    const auto hole = [&] { return QRect(tour->mapFromGlobal(chart->mapToGlobal(QPoint())), chart->size()); };
    QTRY_VERIFY(!tour->mask().contains(hole().topLeft() + QPoint(20, 20)));
    const QRect before = hole();
    // All panes to the right of it: the chart is given their room.
    for (auto* pane : window.workbench().findChildren<QDockWidget*>())
      if (window.workbench().dockWidgetArea(pane) == Qt::RightDockWidgetArea) pane->hide();
    QTRY_VERIFY(hole() != before);
    // No part of the chart stays behind the shade but where the text stands.
    auto* bubble = tour->findChild<QWidget*>("tourBubble");
    QTRY_VERIFY((QRegion(hole() & tour->rect()) - bubble->geometry()).intersected(tour->mask()).isEmpty());
    tour->end();
    QVERIFY(!tour->isVisible());
  }
};

QTEST_MAIN(SampleTourTest)
#include "sample_tour_test.moc"
