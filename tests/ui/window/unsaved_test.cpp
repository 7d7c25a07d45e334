// Nothing that a person made goes without a question, and what was let go can be had back.
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QtTest/QtTest>

#include "tests/support/test_settings.h"
#include "tests/ui/answer.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/panels/message_bar.h"
#include "ui/window/main_window.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

StudyPoint point(double sparsity) {
  return {"Uniform Wanda", sparsity, sparsity, 0, {{"colour", 3, 4, 0.5}}, {}};
}

QMenu* menuTitled(const QWidget& in, const QString& title) {
  for (auto* menu : in.findChildren<QMenu*>())
    if (menu->title().remove('&') == title) return menu;
  return nullptr;
}

QPushButton* buttonNamed(const QWidget& in, const QString& text) {
  for (auto* button : in.findChildren<QPushButton*>())
    if (button->text() == text && !button->isHidden()) return button;
  return nullptr;
}

}  // namespace

class UnsavedTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

  // The sample with as little as can be to run.
  void open(MainWindow& window, const QString& copies = {}) {
    window.show();
    window.actions().live->setChecked(false);
    if (!copies.isEmpty()) window.keepCopiesIn(copies);
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kJobMs);
  }

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }
  void init() { QSettings().clear(); }

  void theTitleShowsUnsavedWork() {
    MainWindow window;
    open(window);
    QVERIFY(window.windowTitle().contains("[*]"));
    QVERIFY(!window.isWindowModified());  // opened and looked at
    window.session().plan().setTarget(0.6);
    QVERIFY(window.isWindowModified());
  }

  void everyWayToAnotherModelAsks_data() {
    QTest::addColumn<int>("way");
    QTest::addColumn<bool>("discard");
    const char* ways[] = {"sample", "emoji sample", "folder", "project", "close", "modern sample"};
    for (int way = 0; way < 6; ++way)
      for (bool discard : {false, true})
        QTest::addRow("%s %s", ways[way], discard ? "discard" : "cancel") << way << discard;
  }
  void everyWayToAnotherModelAsks() {
    QFETCH(int, way);
    QFETCH(bool, discard);
    QTemporaryDir copies, projects;
    MainWindow window;
    open(window, copies.path());
    const QString project = projects.filePath("mine.espalier");
    if (way == 3) writeProject(toPath(project), window.session().project());
    const QString folder = text(window.session().info().folder);
    window.session().plan().setTarget(0.61);
    window.session().savePlan("careful");
    window.session().addSweepPoint(point(0.5));
    const auto plan = window.session().plan().plan().sparsities();
    QSignalSpy changed(&window.session(), &Session::modelChanged);
    {
      Answer answer(discard ? QMessageBox::Discard : QMessageBox::Cancel);
      switch (way) {
        case 0:
          window.actions().openSample->trigger();
          break;
        case 1:
          window.actions().openEmojiSample->trigger();
          break;
        case 2:
          window.open(folder);
          break;
        case 3:
          window.open(project);
          break;
        case 5:
          window.actions().openVlmSample->trigger();
          break;
        default:
          QCOMPARE(window.close(), discard);
      }
      QVERIFY(answer.wasAsked());
      // What is at stake, by count.
      for (const char* said : {"1 changes of the plan", "1 plans that were kept", "1 measured points"})
        QVERIFY2(answer.text().contains(said), qPrintable(answer.text()));
    }
    if (!discard) {
      QTest::qWait(50);
      QVERIFY(!window.isBusy());
      QCOMPARE(changed.count(), 0);
      QVERIFY(window.session().plan().plan().sparsities() == plan);
      QVERIFY(window.isVisible() && window.isWindowModified());
      return;
    }
    if (way != 4) {
      QTRY_VERIFY_WITH_TIMEOUT(changed.count() > 0, kJobMs);
      QVERIFY(!window.isWindowModified());
      QVERIFY(window.session().savedPlans().empty());
      window.actions().stop->trigger();
    }
    // All of it is still to be had, by the menu.
    MainWindow other;
    other.show();
    other.actions().live->setChecked(false);
    other.keepCopiesIn(copies.path());
    QMenu* menu = menuTitled(other, "Discarded Work");
    QVERIFY(menu);
    QTRY_VERIFY_WITH_TIMEOUT(
        (Q_EMIT other.menuBar()->actions().first()->menu()->aboutToShow(), menu->actions().size() == 1),
        10000);
    menu->actions().first()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(other.session().hasModel(), kJobMs);
    QVERIFY(other.session().plan().plan().sparsities() == plan);
    QCOMPARE(other.session().savedPlans().size(), size_t(1));
    QCOMPARE(other.session().sweep().size(), size_t(1));
    QVERIFY(other.isWindowModified());
    // It is this window's unsaved work now, with a copy aside of its own.
    QCOMPARE(QDir(copies.filePath("discarded")).entryList({"*.espalier"}).size(), 0);
    QCOMPARE(QDir(copies.path()).entryList({"*.espalier"}, QDir::Files).size(), 1);
    other.actions().stop->trigger();
  }

  void savingInTheQuestionGoesOn() {
    QTemporaryDir dir;
    const QString file = dir.filePath("mine.espalier");
    MainWindow window;
    open(window);
    QVERIFY(window.projects().saveNow(file));
    QVERIFY(!window.isWindowModified());
    {
      Answer none(QMessageBox::Cancel);
      window.actions().openSample->trigger();  // nothing to ask about
      QTRY_VERIFY_WITH_TIMEOUT(window.projects().file().isEmpty(), kJobMs);
      QVERIFY(!none.wasAsked());
    }
    window.actions().stop->trigger();
    window.open(file);
    QTRY_COMPARE_WITH_TIMEOUT(window.projects().file(), file, kJobMs);
    window.session().plan().setTarget(0.72);
    Answer answer(QMessageBox::Save);
    QVERIFY(window.close());
    QVERIFY(answer.text().contains("mine.espalier"));
    QCOMPARE(readProject(toPath(file)).steps.back().plan.target, 0.72);
  }

  // A model that cannot be opened takes nothing with it, though a person said Discard.
  void aFailedOpeningLosesNothing() {
    QTemporaryDir empty, copies;
    MainWindow window;
    open(window, copies.path());
    window.session().plan().setTarget(0.61);
    Answer answer(QMessageBox::Discard);
    window.open(empty.path());
    QVERIFY(answer.wasAsked());
    QTRY_VERIFY(!window.findChild<MessageBar*>()->errors().isEmpty());
    QCOMPARE(window.session().plan().plan().target, 0.61);
    QVERIFY(window.isWindowModified());
  }

  void aJobThatAPersonBeganIsAskedAbout() {
    MainWindow window;
    open(window);
    ScoreOptions longer = window.session().scoreOptions();
    longer.method = "zeroth-order";
    longer.draws = 400;
    window.session().setScoreOptions(longer);
    window.session().plan().history().undo();
    window.session().plan().history().clear();
    window.actions().score->trigger();
    QVERIFY(window.isBusy());
    {
      Answer answer(QMessageBox::Cancel);
      QTest::keyClick(&window, Qt::Key_W, Qt::ControlModifier);
      QTRY_VERIFY(answer.wasAsked());
      QVERIFY2(answer.text().contains("Scoring"), qPrintable(answer.text()));
    }
    QVERIFY(window.isVisible() && window.isBusy());
    Answer answer(QMessageBox::Ok);  // there is none: the button that goes on
    QVERIFY(window.close());
    QVERIFY(answer.wasAsked());
  }

  void discardTakesTheCopyThatIsNamedAlone() {
    QTemporaryDir copies;
    for (double target : {0.61, 0.62}) {
      MainWindow window;
      open(window, copies.path());
      for (auto* dismiss : window.findChild<MessageBar*>()->findChildren<QToolButton*>()) dismiss->click();
      window.session().plan().setTarget(target);
      // The program ends without closing its window.
    }
    QCOMPARE(QDir(copies.path()).entryList({"*.espalier"}, QDir::Files).size(), 2);
    MainWindow window;
    window.show();
    window.keepCopiesIn(copies.path());
    auto* messages = window.findChild<MessageBar*>();
    QCOMPARE(messages->texts().size(), 1);
    QVERIFY2(messages->texts()[0].contains("1 further"), qPrintable(messages->texts()[0]));
    QTRY_VERIFY(buttonNamed(*messages, "Discard"));
    QTest::mouseClick(buttonNamed(*messages, "Discard"), Qt::LeftButton);
    QCOMPARE(QDir(copies.path()).entryList({"*.espalier"}, QDir::Files).size(), 1);
    QCOMPARE(QDir(copies.filePath("discarded")).entryList({"*.espalier"}, QDir::Files).size(), 1);
    // The other one is offered now.
    QTRY_COMPARE(messages->texts().size(), 1);
    QVERIFY(!messages->texts()[0].contains("further"));
    QTRY_VERIFY(buttonNamed(*messages, "Restore"));
  }

  // What was measured with test pairs comes back with them.
  void otherTestPairsAskAndUndoBringsBack() {
    MainWindow window;
    open(window);
    Session& session = window.session();
    session.addSweepPoint(point(0.5));
    Evaluation answers;
    for (size_t i = 0; i < session.pairs().samples.size(); ++i) {
      answers.pairs.emplace_back();
      answers.pairs.back().sample = int64_t(i);
    }
    session.setDense(answers);
    session.keepPlan({"careful", session.plan().plan(), MeasuredPlan{answers, {}, 0.5}});
    PrunedModel pruned;
    pruned.model = session.model();
    pruned.plan = session.plan().plan();
    pruned.options = session.pruneOptions();
    session.setPruned(pruned, answers);
    QVERIFY(session.isUpToDate());
    Scores scores;
    scores.method = "magnitude";
    session.keepScores(scores);

    Dataset few = session.pairs();
    few.samples.resize(4);
    session.setPairs(few);
    window.actions().stop->trigger();
    QVERIFY(session.sweep().empty() && !session.savedPlans()[0].measured && !session.pruned());
    Dataset less = session.calibration();
    less.samples.resize(8);
    session.setCalibration(less);
    QVERIFY(session.scoresByMethod().empty());
    session.plan().history().undo();
    QCOMPARE(session.scoresByMethod().size(), size_t(1));
    session.plan().history().undo();
    QCOMPARE(session.sweep().size(), size_t(1));
    QVERIFY(session.savedPlans()[0].measured && session.pruned() && session.dense());
    QVERIFY(session.isUpToDate());
    window.actions().stop->trigger();
  }
};

QTEST_MAIN(UnsavedTest)
#include "unsaved_test.moc"
