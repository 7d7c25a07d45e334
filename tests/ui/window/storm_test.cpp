// What a hurried person does: drags while jobs run, cancels again and again, closes in the middle.
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QSlider>
#include <QSpinBox>
#include <QtTest/QtTest>
#include <cmath>
#include <random>

#include "core/samples/sample_folder.h"
#include "tests/support/test_settings.h"
#include "tests/ui/answer.h"
#include "ui/actions/actions.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/score_options_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 280'000;

QString choicesText(const Choices& c) {
  return QStringLiteral("%1 %2 %3 %4 %5 %6 %7; %8 %9 %10 %11 %12 %13 %14")
      .arg(c.score.method.c_str())
      .arg(c.score.samples)
      .arg(c.score.batchSize)
      .arg(c.score.draws)
      .arg(c.score.seed)
      .arg(c.score.includeBridge)
      .arg(c.score.statistics)
      .arg(c.prune.criterion.c_str(), c.prune.comparison.c_str())
      .arg(c.prune.refinement.c_str(), c.prune.pattern.c_str(), c.prune.inputs.c_str(), c.prune.fit.c_str())
      .arg(c.prune.samples);
}

}  // namespace

#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), kJobMs)

class StormTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

  // Few pairs: what is tested is order, not numbers.
  void open(MainWindow& window) {
    window.resize(1280, 800);
    window.show();
    // Before there is a model: a choice of a person's would be a step of the history.
    PruneOptions options = window.session().pruneOptions();
    options.samples = 8;
    window.session().setPruneOptions(options);
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    Session& session = window.session();
    Dataset few = session.pairs();
    few.samples.resize(4);
    session.setModel(session.model(), session.calibration(), few);
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
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }

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
    QAction* const all[] = {a.score, a.prune,           a.stop, a.sensitivity, a.improve,
                            a.stop,  a.globalMagnitude, a.undo};
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
      Answer answer(QMessageBox::Discard);
      QVERIFY(window.close());
    }
  }

  // By mouse, keys, fields and menus of the real window; undo then leads back to where it began.
  void aThousandActionsOfAPersonAreUndone() {
    MainWindow window;
    window.actions().live->setChecked(false);
    open(window);
    QTest::qWait(100);
    PlanDocument& plan = window.session().plan();
    PlanChart& chart = *window.workbench().planPanel()->chart();
    const Actions& a = window.actions();
    auto* budget = window.workbench().findChild<QDockWidget*>("budget");
    QList<QSlider*> sliders = budget->findChildren<QSlider*>();
    // Allocator, granularity, importance, criterion, refinement, pattern, comparison, inputs and fit; the
    // method of scoring.
    auto* scoring = window.findChild<ScoreOptionsPanel*>();
    QList<QComboBox*> choices = budget->findChildren<QComboBox*>() + scoring->findChildren<QComboBox*>();
    QList<QSpinBox*> numbers = budget->findChildren<QSpinBox*>() + scoring->findChildren<QSpinBox*>();
    QList<QCheckBox*> ticks = budget->findChildren<QCheckBox*>() + scoring->findChildren<QCheckBox*>();
    QCOMPARE(sliders.size(), 2);
    QCOMPARE(choices.size(), 10);
    QCOMPARE(numbers.size(), 6);  // samples twice, batch size, draws, seed, parts of re-scoring
    // Cap follows target, the Q-Former too, statistics; a cap of its own for each of three components.
    QCOMPARE(ticks.size(), 6);
    // Choices belong to what a person did as much as the plan does.
    const auto everything = [&window] {
      const Project project = window.session().project();
      return QStringList{QString::fromStdString(toJson(project.steps[project.current].plan).dump()),
                         choicesText({project.scoreOptions, project.pruneOptions}),
                         QString::number(window.session().pairs().samples.size()),
                         QString::number(window.session().calibration().samples.size())};
    };
    Dataset pairs = window.session().pairs(), calibration = window.session().calibration();
    const QStringList start = everything();
    std::mt19937 random(11);
    const auto any = [&](int n) { return int(random() % unsigned(n)); };
    QAction* const steps[] = {a.pin,     a.lock,    a.resetSelected, a.resetPlan,
                              a.sharpen, a.flatten, a.selectAll,     a.selectComponent,
                              a.expand,  a.zoomIn,  a.zoomOut,       a.zoomFit,
                              a.undo,    a.redo};
    const Qt::Key keys[] = {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down,   Qt::Key_Home,
                            Qt::Key_P,    Qt::Key_L,     Qt::Key_C,  Qt::Key_Return, Qt::Key_Escape};
    int most = 0;
    for (int i = 0; i < 1000; ++i) {
      switch (any(10)) {
        case 0:
          if (chart.columns().columns.size() < 60)
            drag(chart, any(int(chart.columns().columns.size())), any(60) - 30);
          break;
        case 1:
          steps[any(std::size(steps))]->trigger();
          break;
        case 2:
          QTest::keyClick(sliders[any(2)], any(2) ? Qt::Key_Right : Qt::Key_Left);
          break;
        case 3: {
          QTest::keyClick(choices[any(int(choices.size()))], any(2) ? Qt::Key_Down : Qt::Key_Up);
          break;
        }
        case 4: {
          auto* number = numbers[any(int(numbers.size()))];
          QTest::keyClick(number, any(3) ? Qt::Key_Up : Qt::Key_Down);
          if (any(2)) QTest::keyClick(number, Qt::Key_Return);
          break;
        }
        case 5:
          QTest::keyClick(ticks[any(2)], Qt::Key_Space);
          break;
        case 6:
          if (any(4)) break;
          if (any(2)) {
            pairs.samples.resize(size_t(1 + any(int(pairs.samples.size()))));
            window.session().setPairs(pairs);
          } else {
            calibration.samples.resize(size_t(1 + any(int(calibration.samples.size()))));
            window.session().setCalibration(calibration);
          }
          break;
        default:
          QTest::keyClick(&chart, keys[any(std::size(keys))], any(4) ? Qt::NoModifier : Qt::ShiftModifier);
      }
      QVERIFY(!plan.isDragging());
      // Whatever a person does, the target is met.
      QVERIFY2(std::abs(plan.plan().achievedSparsity() - plan.plan().target) < 1e-4,
               qPrintable(QString::number(i)));
      most = std::max(most, plan.history().count());
    }
    QVERIFY2(most > 50, qPrintable(QString::number(most)));
    const QStringList end = everything();
    while (plan.history().canUndo()) {
      QVERIFY(!plan.history().undoText().isEmpty());
      a.undo->trigger();
    }
    QCOMPARE(everything(), start);
    const int undone = plan.history().count();
    for (int i = 0; i < undone; ++i) {
      QVERIFY(a.redo->isEnabled());
      QVERIFY(!plan.history().redoText().isEmpty());
      a.redo->trigger();
    }
    QCOMPARE(everything(), end);
    while (plan.history().canUndo()) a.undo->trigger();
    QCOMPARE(everything(), start);
  }

  void aModelThatDisappears() {
    QTemporaryDir dir;
    const QString model = dir.filePath("model");
    QDir().mkpath(model);
    const QString from = QString::fromStdString((sampleFolder() / "model").string());
    for (const auto& file : QDir(from).entryList(QDir::Files))
      QFile::copy(from + "/" + file, model + "/" + file);
    MainWindow window;
    window.show();
    window.open(model);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    WAIT_FOR_JOBS(window);
    QVERIFY(QDir(model).removeRecursively());
    // What is mapped stays; opening it again says what is missing.
    window.actions().globalMagnitude->trigger();
    WAIT_FOR_JOBS(window);
    Answer answer(QMessageBox::Discard);
    window.open(model);
    WAIT_FOR_JOBS(window);
    QTRY_COMPARE(window.findChild<MessageBar*>()->texts().size(), 1);
    QVERIFY(window.findChild<MessageBar*>()->texts()[0].contains(model));
    QVERIFY(window.session().hasModel());
  }
};

QTEST_MAIN(StormTest)
#include "storm_test.moc"
