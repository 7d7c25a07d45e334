// Command palette, the guided tour, presentation, exports and the panes behind the results, in the real
// window.
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QPushButton>
#include <QSlider>
#include <QToolButton>
#include <QtTest/QtTest>
#include <fstream>

#include "core/allocate/planner.h"
#include "core/document/recipe.h"
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/fraction_field.h"
#include "ui/panels/improve_steps.h"
#include "ui/panels/jobs_panel.h"
#include "ui/panels/matrix_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/number_lists.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/sensitivity_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/plot/density_map.h"
#include "ui/plot/plan_chart.h"
#include "ui/plot/sweep_chart.h"
#include "ui/window/command_palette.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 280'000;

}  // namespace

#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), kJobMs)

class ToolsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }
  void init() { QSettings().clear(); }

  void thePaletteFindsByAFewLetters() {
    QVERIFY(CommandPalette::fit("Prune and Compare", "pru com") >
            CommandPalette::fit("Prune and Compare", "une"));
    QCOMPARE(CommandPalette::fit("Prune and Compare", "prune dense"), 0);
    MainWindow window;
    window.show();
    window.actions().palette->trigger();
    auto* palette = window.findChild<CommandPalette*>();
    QVERIFY(palette);
    QSignalSpy toggled(window.actions().logarithmic, &QAction::toggled);
    QTest::keyClicks(palette->field(), "logarithmic");
    QVERIFY(palette->list()->count() >= 1);
    QVERIFY(palette->list()->item(0)->text().startsWith("Logarithmic"));
    QTest::keyClick(palette->field(), Qt::Key_Return);
    QTRY_COMPARE(toggled.count(), 1);
  }

  void presentationShowsPanesAlone() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    const double before = window.font().pointSizeF();
    auto* budget = window.workbench().findChild<QDockWidget*>("budget");
    QTest::keyClick(&window, Qt::Key_F5);
    QVERIFY(!window.menuBar()->isVisible());
    QVERIFY(!budget->isVisible());
    QVERIFY(window.font().pointSizeF() > before * 1.2);
    QVERIFY(window.workbench().planPanel()->chart()->font().pointSizeF() > before * 1.2);
    // The target is moved here: the budget is out of sight.
    auto* target = window.workbench().planPanel()->findChild<FractionField*>("presentedTarget");
    QVERIFY(target && target->isVisible());
    const double wanted = window.session().plan().plan().target;
    QCOMPARE(target->value(), wanted);
    target->slider()->setFocus();
    QTest::keyClick(target->slider(), Qt::Key_PageUp);
    QVERIFY(qAbs(window.session().plan().plan().target - wanted - 0.1) < 1e-9);
    QTest::keyClick(&window, Qt::Key_F5);
    QVERIFY(!target->isVisible());
    QVERIFY(window.menuBar()->isVisible());
    QVERIFY(budget->isVisible());
    QCOMPARE(window.font().pointSizeF(), before);
    QCOMPARE(window.workbench().planPanel()->chart()->font().pointSizeF(), before);
    window.actions().stop->trigger();
  }

  void theTourDoesEachThing() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.actions().tour->trigger();
    QPointer<LessonPanel> tour = window.findChild<LessonPanel*>();
    QVERIFY(tour);
    const auto forth = [&tour] { QTest::keyClick(tour, Qt::Key_Right, Qt::AltModifier); };
    // The sample is not there yet: the tour stays.
    forth();
    QCOMPARE(tour->at(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel() && window.session().dense(), kJobMs);
    QVERIFY(tour->lesson().steps.size() >= 8);
    window.actions().live->setChecked(false);
    ScoreOptions quick;
    quick.samples = 4;
    quick.batchSize = 2;
    quick.draws = 4000;  // more than there is time for
    window.session().setScoreOptions(quick);
    QTRY_VERIFY(tour->mayGoOn());
    QTRY_VERIFY(tour->at() == 1 || (forth(), tour->at() == 1));
    QTRY_VERIFY(tour->at() == 2 || (forth(), tour->at() == 2));
    QVERIFY(window.session().isScoring());
    // The estimate stands beside the exact values, and its errors become less with every draw.
    const PlanChart& chart = *window.workbench().planPanel()->chart();
    const auto error = [&chart] {
      double sum = 0;
      for (const auto& column : chart.columns().columns) sum += column.score ? column.standardError : 1e9;
      return sum;
    };
    forth();  // not before every block has a first estimate
    QVERIFY(tour->at() == 2 || error() < 1e9);
    QTRY_VERIFY_WITH_TIMEOUT(error() < 1e9, kJobMs);
    const double first = error();
    QCOMPARE(chart.otherScores().size(), size_t(1));
    QCOMPARE(chart.otherScores()[0].name, methodTitle("exact-gradient"));
    QTRY_VERIFY_WITH_TIMEOUT(error() < 0.7 * first, kJobMs);
    QVERIFY(window.session().isScoring());
    // Going on takes what there is, as soon as that is enough.
    QTRY_VERIFY_WITH_TIMEOUT(tour->at() == 4 || (forth(), tour->at() == 4), kJobMs);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().plan().isScored(), kJobMs);
    QVERIFY(!window.session().isScoring());
    QVERIFY(window.session().plan().scores().draws < 4000);
    QCOMPARE(window.session().plan().plan().target, 0.6);
    QTRY_VERIFY2(tour->text().contains(percent(0.6)), qPrintable(tour->text()));
    QTest::keyClick(tour, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(tour->at(), 3);
    window.actions().stop->trigger();
  }

  // A window that goes without saving, and the next one.
  void whatWasNotSavedIsOffered() {
    QTemporaryDir copies, projects;
    std::unordered_map<std::string, double> lost;
    {
      MainWindow window;
      window.show();
      window.keepCopiesIn(copies.path());
      QVERIFY(window.findChild<MessageBar*>()->texts().isEmpty());
      window.openSample();
      QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
      window.session().plan().setSparsity(window.session().plan().plan().groups[3].name, 0.21);
      lost = window.session().plan().plan().sparsities();
    }
    MainWindow window;
    window.actions().live->setChecked(false);  // no answers after it was saved
    window.show();
    window.keepCopiesIn(copies.path());
    auto* messages = window.findChild<MessageBar*>();
    QCOMPARE(messages->texts().size(), 1);
    // Opening something else meanwhile does not take the offer away.
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    QCOMPARE(messages->texts().size(), 1);
    QPushButton* takeUp = nullptr;
    for (auto* button : messages->findChildren<QPushButton*>())
      if (button->text() == "Restore") takeUp = button;
    QVERIFY(takeUp);
    QTest::mouseClick(takeUp, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().plan().plan().sparsities() == lost, kJobMs);
    QVERIFY(messages->texts().isEmpty());

    // Saved by the key under a name it has, it opens again as a file does from the command line or by a drop.
    window.actions().stop->trigger();
    window.projects().saveTo(projects.filePath("mine.espalier"));
    QTRY_COMPARE(window.projects().file(), projects.filePath("mine.espalier"));
    QTRY_VERIFY(!window.isWindowModified());
    window.session().plan().setTarget(0.8);
    QVERIFY(window.isWindowModified());
    QVERIFY(window.windowTitle().startsWith("mine"));
    QTest::keyClick(&window, Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!window.isWindowModified());
    MainWindow other;
    other.show();
    other.open(projects.filePath("mine.espalier"));
    QTRY_VERIFY_WITH_TIMEOUT(other.session().hasModel(), kJobMs);
    QCOMPARE(other.session().plan().plan().target, 0.8);
    QVERIFY(!other.isWindowModified());
    for (MainWindow* w : {&window, &other}) w->actions().stop->trigger();
  }

  void theWorkIsTakenOut() {
    QTemporaryDir out;
    Session session;
    ModelController models(session);
    ExportController exports(session);
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel(), kJobMs);
    PruneOptions options;
    options.criterion = "magnitude";
    session.setPruneOptions(options);
    session.plan().setSparsity(session.plan().plan().groups[2].name, 0.3);
    const Plan plan = session.plan().plan();
    QSignalSpy exported(&exports, &ExportController::exported), failed(&exports, &ExportController::failed);
    const auto written = [&](const char* name, void (ExportController::*write)(const QString&)) {
      exported.clear();
      (exports.*write)(out.filePath(name));
      return exported.wait(kJobMs) && QFileInfo(out.filePath(name)).size() > 100;
    };
    QVERIFY(written("plan.json", &ExportController::exportPlan));
    QVERIFY(written("plan.yaml", &ExportController::exportPlan));
    QVERIFY(written("recipe.json", &ExportController::exportRecipe));
    const Recipe recipe = readRecipe(toPath(out.filePath("recipe.json")));
    QCOMPARE(recipe.allocate.pins.at(plan.groups[2].name), 0.3);
    // Run on the command line it gives this very plan, though it was never scored.
    const RecipeResult again = runRecipe(recipe, {}, {});
    QCOMPARE(again.plan.sparsities(), plan.sparsities());
    QCOMPARE(recipe.prune.criterion, std::string("magnitude"));
    QVERIFY(written("masks.safetensors", &ExportController::exportMasks));
    QVERIFY(written("report.html", &ExportController::exportReport));
    QVERIFY(written("report.pdf", &ExportController::exportReport));
    QFile pdf(out.filePath("report.pdf"));
    QVERIFY(pdf.open(QIODevice::ReadOnly) && pdf.read(4) == "%PDF");
    for (const char* name : {"plan.json", "plan.yaml"}) {
      session.plan().resetAll();
      QSignalSpy settled(&session.plan(), &PlanDocument::planSettled);
      exports.importPlan(out.filePath(name));
      QVERIFY2(settled.wait(kJobMs), name);
      const auto back = session.plan().plan().sparsities();
      for (const auto& [matrix, sparsity] : plan.sparsities())
        QVERIFY(qAbs(back.at(matrix) - sparsity) < 1e-9);
    }
    std::ofstream(out.filePath("other.yaml").toStdString()) << "some.matrix: 0.5\n";
    exports.importPlan(out.filePath("other.yaml"));
    QVERIFY(failed.wait(kJobMs));
    exports.exportReport("/proc/nothing/report.html");
    QVERIFY(failed.wait(kJobMs));
  }

  // Prediction, sensitivity, search, sweep and the inside of a matrix, one after the other.
  void thePanesBehindTheResults() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.actions().live->setChecked(false);
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    Session& session = window.session();
    PruneOptions options = session.pruneOptions();
    options.samples = 16;
    session.setPruneOptions(options);
    WAIT_FOR_JOBS(window);
    window.actions().prune->trigger();
    WAIT_FOR_JOBS(window);
    QVERIFY(!session.prediction().errors().empty());

    // A drag is predicted at once.
    session.plan().beginDrag(session.plan().plan().groups[1].name);
    session.plan().dragTo(0.1);
    QVERIFY(session.predictedLoss().known);
    QVERIFY(qAbs(session.predictedLoss().loss - session.pruned()->overall().loss) > 0);
    session.plan().cancelDrag();

    auto* dock = window.workbench().findChild<QDockWidget*>("matrix");
    dock->show();
    dock->raise();
    window.workbench().planPanel()->chart()->setCurrent(2);
    MatrixPanel* matrix = window.workbench().content<MatrixPanel>();
    QTRY_VERIFY_WITH_TIMEOUT(matrix->map()->view().has_value(), kJobMs);
    QVERIFY(qAbs(matrix->map()->view()->kept - 0.5) < 0.1);
    // The matrices of a block are told apart by what their names do not share.
    auto* choice = matrix->findChild<QComboBox*>();
    QVERIFY(choice->count() > 1);
    for (int i = 0; i < choice->count(); ++i) {
      QVERIFY2(!choice->itemText(i).contains("layers."), qPrintable(choice->itemText(i)));
      QVERIFY(choice->itemData(i).toString().endsWith(choice->itemText(i)));
      QCOMPARE(choice->itemData(i, Qt::ToolTipRole), choice->itemData(i));
    }
    const auto cut = matrix->scoreHistogram()->threshold();
    QVERIFY(cut.has_value());
    session.plan().beginDrag(session.plan().plan().groups[2].name);
    session.plan().dragTo(0.2);
    QVERIFY(*matrix->scoreHistogram()->threshold() < *cut);
    session.plan().cancelDrag();

    // The search shows every step it accepts, and stops when it is told to with what it has found.
    auto* sensitivity = window.workbench().findChild<QDockWidget*>("sensitivity");
    sensitivity->show();
    sensitivity->raise();
    session.plan().setGranularity(Granularity::Component);
    // Far from good, and nothing pinned: there is something to find.
    session.plan().setPlan("Bad", [&] {
      Plan bad = session.plan().plan();
      bad.cap = 0.9;
      bad = edited(bad, {{bad.groups[0].name, 0.8}}).plan;
      bad.groups[0].pinned = false;
      return bad;
    }());
    const auto before = session.plan().plan().sparsities();
    ImproveSteps* steps = window.workbench().content<SensitivityPanel>()->steps();
    QVERIFY(!steps->isVisible());
    window.actions().improve->trigger();
    QVERIFY(session.isImproving());
    auto* stop = [&]() -> QToolButton* {
      for (auto* button : window.workbench().content<SensitivityPanel>()->findChildren<QToolButton*>())
        if (button->accessibleName() == "Stop the search") return button;
      return nullptr;
    }();
    QVERIFY(stop && stop->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(steps->isVisible() && steps->count() >= 2, kJobMs);
    QTest::mouseClick(stop, Qt::LeftButton);
    QVERIFY(!session.isImproving());
    QVERIFY(!stop->isVisible());
    WAIT_FOR_JOBS(window);
    QVERIFY(session.plan().plan().sparsities() != before);
    QVERIFY(steps->item(1, 0)->text().contains(QChar(0x2192)) && !steps->item(1, 1)->text().isEmpty());
    QCOMPARE(session.plan().history().undoText(), QString("Improve plan"));
    session.plan().history().undo();
    QVERIFY(session.plan().plan().sparsities() == before);
    QCOMPARE(session.prediction().sensitivities().size(), session.plan().plan().groups.size());
    QVERIFY(!window.workbench().content<JobsPanel>()->log().isEmpty());
  }

  void aSweepIsStoppedAndGoesOn() {
    Session session;
    ModelController models(session);
    SweepController sweeps(session);
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel(), kJobMs);
    StudyOptions options;
    options.methods = {"Uniform magnitude"};
    options.sparsities = {0.5, 0.6, 0.7};
    options.seeds = {0};
    Dataset few = session.pairs();
    few.samples.resize(8);
    session.setPairs(few);
    sweeps.run(options);
    QTRY_VERIFY_WITH_TIMEOUT(!session.sweep().empty(), kJobMs);
    sweeps.stop();
    const size_t stopped = session.sweep().size();
    QVERIFY(!sweeps.runner().isBusy());
    sweeps.run(options);
    QTRY_COMPARE_WITH_TIMEOUT(session.sweep().size(), size_t(3), kJobMs);
    QVERIFY(stopped <= 3);
    QCOMPARE(SweepController::missing(session.sweep(), options), 0);
    sweeps.loadPlan(session.sweep().back());
    QCOMPARE(session.plan().plan().target, session.sweep().back().sparsity);
    QCOMPARE(session.pruneOptions().criterion, std::string("magnitude"));
  }

  // What waits can be put into another order, left out and paused; the plan's own curve and methods made up
  // of parts are measured like others.
  void theQueueOfASweepIsAPersons() {
    Session session;
    ModelController models(session);
    SweepController sweeps(session);
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel(), kJobMs);
    Dataset few = session.pairs();
    few.samples.resize(4);
    session.setPairs(few);
    const std::string pinned = session.plan().plan().groups[1].name;
    session.plan().setSparsity(pinned, 0.1);
    StudyOptions options;
    options.methods = {"Uniform magnitude", "uniform + magnitude + int8", kThisPlan};
    options.sparsities = {0.5, 0.6};
    options.seeds = {3};
    options.prune.criterion = "magnitude";
    options.plan = session.plan().settledPlan();
    PruneOptions prune = session.pruneOptions();
    prune.criterion = "magnitude";
    session.setPruneOptions(prune);
    sweeps.setPaused(true);
    sweeps.run(options);
    QVERIFY(sweeps.isPaused() && sweeps.runner().isBusy());
    sweeps.run(options);  // what waits is not asked for twice
    const auto names = [&] {
      std::vector<std::string> out;
      for (const auto& part : sweeps.waiting()) out.push_back(part.method);
      return out;
    };
    QCOMPARE(names(), options.methods);
    sweeps.move(2, -1);
    sweeps.move(0, -1);  // is the first already
    QCOMPARE(names(),
             (std::vector<std::string>{"Uniform magnitude", kThisPlan, "uniform + magnitude + int8"}));
    sweeps.drop(0);
    QTest::qWait(100);
    QVERIFY(session.sweep().empty());  // nothing while it is paused
    sweeps.setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(session.sweep().size(), size_t(4), kJobMs);
    QCOMPARE(session.sweep()[0].method, std::string(kThisPlan));
    QCOMPARE(session.sweep()[3].method, std::string("uniform + magnitude + int8"));
    QVERIFY(std::abs(session.sweep()[0].achieved - 0.5) < 0.01);
    // int8 takes less room at the same sparsity.
    QVERIFY(10 * session.sweep()[3].bytes < 7 * session.sweep()[1].bytes);
    QTRY_VERIFY(!sweeps.runner().isBusy());
    QCOMPARE(session.sweepNow().size(), size_t(4));
    // Its curve is that of the plan whatever its target, but not of one with other pins.
    session.plan().setTarget(0.6);
    QCOMPARE(session.sweepNow().size(), size_t(4));
    sweeps.loadPlan(session.sweep()[0]);
    QCOMPARE(session.plan().plan().target, 0.5);
    session.plan().setPinned(pinned, false);
    QCOMPARE(session.sweepNow().size(), size_t(2));
  }

  void listsOfNumbersAreRead() {
    QCOMPARE(*sparsitiesIn("62.5, 0,50"), (std::vector<double>{0, 0.5, 0.625}));
    QCOMPARE(*seedsIn("5, 0-2"), (std::vector<uint64_t>{5, 0, 1, 2}));
    for (const char* wrong : {"", "x", "50, 50", "100", "-1", "0.5.1"}) QVERIFY2(!sparsitiesIn(wrong), wrong);
    for (const char* wrong : {"", "1.5", "2, 0-4", "4-0", "0-1000", "1-2-3"})
      QVERIFY2(!seedsIn(wrong), wrong);
  }
};

QTEST_MAIN(ToolsTest)
#include "tools_test.moc"
