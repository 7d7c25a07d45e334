// What a hurried person does: drags while jobs run, cancels again and again, closes in the middle.
#include <QtTest/QtTest>
#include <random>

#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/actions.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 280'000;

}  // namespace

#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), kJobMs)

class StormTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

  // Few pairs: what is tested is order, not numbers.
  void open(MainWindow& window) {
    window.resize(1280, 800);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    Session& session = window.session();
    Dataset few = session.pairs();
    few.samples.resize(4);
    session.setPairs(few);
    PruneOptions options = session.pruneOptions();
    options.samples = 8;
    session.setPruneOptions(options);
  }

  static void drag(PlanChart& chart, int column, int dy) {
    const QPoint from = chart.handleOf(column);
    QWidget* surface = chart.childAt(chart.rect().center());
    const auto at = [&](int by) { return surface->mapFrom(&chart, from + QPoint(0, by)); };
    QTest::mousePress(surface, Qt::LeftButton, {}, at(0));
    for (int i = 1; i <= 5; ++i) QTest::mouseMove(surface, at(dy * i / 5));
    QTest::mouseRelease(surface, Qt::LeftButton, {}, at(dy));
  }

 private Q_SLOTS:
  void initTestCase() {
    QCoreApplication::setOrganizationName("espalier-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
  }

  // While live, the first drag is followed as all others are.
  void theFirstDragIsFollowed() {
    MainWindow window;
    open(window);
    QVERIFY(!window.session().prunedModel());
    QTest::qWait(100);  // the chart takes its place
    drag(*window.workbench().planPanel()->chart(), 2, -12);
    QCOMPARE(window.session().plan().history().count(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().prunedModel().has_value(), kJobMs);
    WAIT_FOR_JOBS(window);
    QVERIFY(!window.session().isStale());
  }

  // The last of many drags, all while earlier runs go on, is the one whose answers stand.
  void draggingWhileJobsRun() {
    MainWindow window;
    open(window);
    window.actions().prune->trigger();
    PlanChart& chart = *window.workbench().planPanel()->chart();
    for (int i = 0; i < 8; ++i) {
      drag(chart, i % 6, i % 2 ? 12 : -12);
      QTest::qWait(20);
    }
    QVERIFY(window.isBusy());
    WAIT_FOR_JOBS(window);
    QVERIFY(!window.session().isStale());
    QVERIFY(window.session().prunedModel()->plan.sparsities() == window.session().plan().plan().sparsities());
    // And is what pruning once gives.
    const auto& session = window.session();
    const auto once = pruneModel(*session.model(), session.plan().settledPlan(), session.calibration(),
                                 session.pruneOptions(), {});
    const auto again = evaluateModel(*once.model, session.pairs(), {});
    for (size_t i = 0; i < again.pairs.size(); ++i) {
      QCOMPARE(session.pruned()->pairs[i].answer, again.pairs[i].answer);
      QCOMPARE(session.pruned()->pairs[i].loss, again.pairs[i].loss);
    }
  }

  void aStormOfStartsAndCancels() {
    MainWindow window;
    open(window);
    const Actions& a = window.actions();
    QAction* const all[] = {a.score, a.prune, a.stop, a.sensitivity, a.improve, a.stop, a.globalMagnitude, a.undo};
    std::mt19937 random(3);
    for (int i = 0; i < 60; ++i) {
      all[random() % std::size(all)]->trigger();
      if (random() % 4 == 0) QTest::qWait(int(random() % 15));
    }
    a.stop->trigger();
    QVERIFY(!window.isBusy());
    QVERIFY(!window.session().isScoring());
    QVERIFY(!window.session().isImproving());
    QVERIFY2(window.findChild<MessageBar*>()->texts().isEmpty(),
             qPrintable(window.findChild<MessageBar*>()->texts().join("; ")));
    // Everything still works.
    a.prune->trigger();
    WAIT_FOR_JOBS(window);
    QVERIFY(window.session().prunedModel().has_value());
    QVERIFY(!window.session().isStale());
  }

  void closingInTheMiddle() {
    for (int i = 0; i < 4; ++i) {
      MainWindow window;
      open(window);
      window.actions().prune->trigger();
      if (i % 2) window.actions().improve->trigger();
      QTest::qWait(40 * i);
      window.close();
    }
  }

  void aModelThatDisappears() {
    QTemporaryDir dir;
    const QString model = dir.filePath("model");
    QDir().mkpath(model);
    const QString from = QString::fromStdString((sampleFolder() / "model").string());
    for (const auto& file : QDir(from).entryList(QDir::Files)) QFile::copy(from + "/" + file, model + "/" + file);
    MainWindow window;
    window.show();
    window.open(model);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    WAIT_FOR_JOBS(window);
    QVERIFY(QDir(model).removeRecursively());
    // What is mapped stays; opening it again says what is missing.
    window.actions().globalMagnitude->trigger();
    WAIT_FOR_JOBS(window);
    window.open(model);
    WAIT_FOR_JOBS(window);
    QTRY_COMPARE(window.findChild<MessageBar*>()->texts().size(), 1);
    QVERIFY(window.findChild<MessageBar*>()->texts()[0].contains(model));
    QVERIFY(window.session().hasModel());
  }
};

QTEST_MAIN(StormTest)
#include "storm_test.moc"
