// Each bundled lesson from start to end in the real window, by mouse and keys.
#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QImage>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QWidget>
#include <QtTest/QtTest>
#include <cmath>

#include "core/evaluate/chance.h"
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/translations.h"
#include "ui/lesson/bundled_lessons.h"
#include "ui/lesson/lesson_author.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"
#include "ui/window/windows.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 280'000;

template <class Widget>
Widget* named(const QWidget& parent, const QString& text) {
  for (auto* w : parent.findChildren<Widget*>())
    if (w->text().remove('&') == text) return w;
  return nullptr;
}

}  // namespace

class LessonTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings, m_out;

  // What is right in this run, given by mouse; a comparison whatever the run decides.
  void answer(LessonPanel& panel) {
    const auto& q = *panel.lesson().steps[size_t(panel.at())].question;
    if (q.kind == "number") {
      const auto measured = panel.run().number(q.value);
      QVERIFY2(measured, q.value.c_str());
      panel.findChild<QDoubleSpinBox*>()->setValue(*measured);
    } else {
      const auto right =
          q.kind == "compare" ? panel.run().betterOf(q.first, q.second) : std::optional<int>(int(q.answer));
      QVERIFY2(right, q.ask.c_str());
      const auto choices = panel.findChildren<QRadioButton*>();
      QVERIFY(*right < choices.size());
      QTRY_VERIFY(choices[*right]->isVisible());
      choices[*right]->click();
    }
    QTest::mouseClick(named<QPushButton>(panel, "Check"), Qt::LeftButton);
    QVERIFY2(panel.verdict().contains(QChar(0x2713)), qPrintable(panel.verdict()));
  }

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }
  void init() { QSettings().clear(); }

  void fromStartToEnd_data() {
    QTest::addColumn<QString>("name");
    for (const QString& name : bundledLessons()) QTest::newRow(qPrintable(name)) << name;
  }
  void fromStartToEnd() {
    QFETCH(QString, name);
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.startLesson(name);
    QPointer<LessonPanel> panel = window.findChild<LessonPanel*>();
    QVERIFY(panel);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel() && window.session().dense(), kJobMs);
    // Enough for a test.
    ScoreOptions score = window.session().scoreOptions();
    score.samples = 4, score.batchSize = 2;
    window.session().setScoreOptions(score);
    PruneOptions prune = window.session().pruneOptions();
    prune.samples = 16;
    window.session().setPruneOptions(prune);
    auto* next = named<QPushButton>(*panel, "Next");
    const int steps = int(panel->lesson().steps.size());
    for (int at = 0; at < steps; ++at) {
      QCOMPARE(panel->at(), at);
      const auto& step = panel->lesson().steps[size_t(at)];
      QTRY_VERIFY_WITH_TIMEOUT(panel->run().waitsFor(step.wait).isEmpty(), kJobMs);
      if (step.question) {
        QVERIFY(!panel->mayGoOn());
        auto* check = named<QPushButton>(*panel, "Check");
        QTRY_VERIFY_WITH_TIMEOUT(check->isEnabled(), kJobMs);
        answer(*panel);
      }
      QTRY_VERIFY_WITH_TIMEOUT(next->isEnabled(), kJobMs);
      // Every value is filled in, and known where the step has waited for it.
      QVERIFY2(!panel->text().contains('{'), qPrintable(panel->text()));
      if (at + 1 == steps) break;
      if (at % 2)
        QTest::keyClick(panel, Qt::Key_Right, Qt::AltModifier);
      else
        QTest::mouseClick(next, Qt::LeftButton);
    }
    // The handout tells all of it; the teacher's page only where it is wanted.
    const QString told = panel->handout(false);
    for (const auto& step : panel->lesson().steps)
      QVERIFY2(told.contains(QString::fromStdString(step.title).toHtmlEscaped()), step.title.c_str());
    QVERIFY(told.contains("data:image/png"));
    QVERIFY(!told.contains("For the teacher"));
    QVERIFY(panel->handout(true).contains("For the teacher"));
    const QString pdf = m_out.filePath(name + ".pdf");
    QCOMPARE(panel->writeHandout(pdf, true), QString());
    QFile file(pdf);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.read(5), QByteArray("%PDF-"));
    QTest::mouseClick(named<QPushButton>(*panel, "Done"), Qt::LeftButton);
    QTRY_VERIFY(!panel);
  }

  void wrongAnswersHintsAndProgress() {
    {
      MainWindow window;
      window.show();
      window.startLesson("weights");
      auto* panel = window.findChild<LessonPanel*>();
      QTRY_VERIFY_WITH_TIMEOUT(panel->mayGoOn(), kJobMs);
      panel->go(1);
      auto* check = named<QPushButton>(*panel, "Check");
      QTest::mouseClick(check, Qt::LeftButton);
      QVERIFY(panel->verdict().contains("Choose"));
      QTest::keyClick(panel, Qt::Key_F2);
      QVERIFY(panel->verdict().startsWith("Hint:"));
      panel->findChildren<QRadioButton*>()[0]->click();
      QTest::mouseClick(check, Qt::LeftButton);
      QVERIFY(panel->verdict().contains(QChar(0x2717)));
      // A wrong answer is an answer, and may be given again.
      QVERIFY(panel->mayGoOn());
      panel->findChildren<QRadioButton*>()[1]->click();
      QTest::mouseClick(check, Qt::LeftButton);
      QVERIFY(panel->verdict().contains(QChar(0x2713)));
    }
    MainWindow again;
    again.show();
    again.startLesson("weights");
    auto* panel = again.findChild<LessonPanel*>();
    QTRY_VERIFY_WITH_TIMEOUT(panel->mayGoOn(), kJobMs);
    panel->go(1);
    QVERIFY(panel->mayGoOn());  // answered in the run before
    QVERIFY(panel->verdict().contains("About half"));
  }

  // Work in a window stays: the lesson opens another one.
  void leavesWorkAlone() {
    Windows windows;
    MainWindow* mine = windows.add();
    mine->openSample();
    QTRY_VERIFY_WITH_TIMEOUT(mine->session().hasModel() && mine->session().dense(), kJobMs);
    mine->session().plan().setTarget(0.37);
    QTRY_VERIFY_WITH_TIMEOUT(!mine->isBusy(), kJobMs);
    mine->startLesson("budgets");
    QCOMPARE(windows.all().size(), 2);
    QVERIFY(!mine->findChild<LessonPanel*>());
    QVERIFY(windows.all().last()->findChild<LessonPanel*>());
    QCOMPARE(mine->session().plan().settledPlan().target, 0.37);
  }

  // In the language of the window, with the same steps and what is right.
  void speaksTheLanguageOfTheWindow() {
    QCOMPARE(spokenLanguage(), QString("en"));
    const Lesson english = openLesson("weights");
    loadTranslations(*qApp, QLocale("de_AT"));
    QCOMPARE(spokenLanguage(), QString("de"));
    const Lesson german = openLesson("weights");
    MainWindow window;
    QCOMPARE(window.findChild<QAction*>("lesson:weights")->text(), QString("Was ein Gewicht wert ist"));
    for (auto* translator : qApp->findChildren<QTranslator*>()) delete translator;
    QCOMPARE(german.steps.size(), english.steps.size());
    QCOMPARE(german.steps[1].question->answer, english.steps[1].question->answer);
    QVERIFY(german.steps[1].text != english.steps[1].text);
    QCOMPARE(openLesson("weights").title, english.title);
  }

  void everyLanguageHasEveryLesson() {
    std::map<QString, std::string> english;
    for (const QString& name : bundledLessons()) english[name] = openLesson(name).title;
    for (const auto& language : languages()) {
      if (language.code == "en") continue;
      loadTranslations(*qApp, QLocale(language.code));
      QCOMPARE(spokenLanguage(), language.code);
      for (const auto& [name, title] : english)
        QVERIFY2(openLesson(name).title != title, qPrintable(language.code + ' ' + name));
      for (auto* translator : qApp->findChildren<QTranslator*>()) delete translator;
    }
    loadTranslations(*qApp, QLocale("en"));
  }

  // Answers that are known, so that the verdict is: a difference within chance is called that.
  void claimsNothingWithinChance_data() {
    QTest::addColumn<int>("even");
    QTest::addColumn<int>("byScore");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("equal") << 20 << 20 << "do not show which is better";
    QTest::newRow("four more") << 20 << 24 << "do not show which is better";
    QTest::newRow("twelve more") << 20 << 32 << "\u201cshared by score\u201d is better here";
    QTest::newRow("twelve fewer") << 32 << 20 << "\u201cshared evenly\u201d is better here";
  }
  void claimsNothingWithinChance() {
    QFETCH(int, even);
    QFETCH(int, byScore);
    QFETCH(QString, verdict);
    MainWindow window;  // whose chart the lesson points at
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
    // In place of the engine: the answers of the test.
    const auto prune = [&] {
      PrunedModel pruned;
      pruned.model = session.model();
      pruned.plan = session.plan().plan();
      pruned.options = session.pruneOptions();
      pruned.sparsity = 0.7;
      const int right = session.plan().plan().allocator == "uniform" ? even : byScore;
      Evaluation answers;
      for (int i = 0; i < 40; ++i) {
        answers.pairs.emplace_back();
        answers.pairs.back().sample = i;
        answers.pairs.back().right = i < right;
      }
      session.setPruned(pruned, answers);
    };
    LessonRun run(LessonStage{session, window.workbench().planPanel()->chart(),
                              [](const char*) -> QWidget* { return nullptr; }, [] {},
                              [](const std::string&) {}, [] {}, [] {}, prune, [] {}});
    // The acts of the tour's last steps, in their order.
    const Lesson tour = openLesson("tour");
    for (size_t i = tour.steps.size() - 3; i < tour.steps.size(); ++i)
      for (const auto& act : tour.steps[i].acts) run.act(act);
    const QString said = run.filledIn(tour.steps.back().text);
    QVERIFY2(said.contains(QString("%1 of 40").arg(even)) && said.contains(verdict), qPrintable(said));
    QCOMPARE(said.contains("better here"), chanceOfDifference(0, qAbs(byScore - even)) < kChance);
  }

  // A lesson of two steps recorded from what is done in the window, with a question, saved, opened again and
  // gone through: the window is then where the author was.
  void aLessonIsWrittenByDoingIt() {
    const QString file = m_out.filePath("mine.lesson");
    QVERIFY(QImage(8, 8, QImage::Format_RGB32).save(m_out.filePath("a picture.png")));
    {
      MainWindow window;
      window.actions().live->setChecked(false);
      window.show();
      window.openSample();
      QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel() && window.session().dense(), kJobMs);
      window.findChild<QAction*>("writeLesson")->trigger();
      QPointer<LessonAuthor> author = window.findChild<LessonAuthor*>();
      QVERIFY(author && author->lesson().steps.empty());
      QVERIFY(!author->saveTo(file));  // without steps it is none
      QVERIFY2(author->problem().contains("no \"steps\""), qPrintable(author->problem()));
      window.session().plan().setTarget(0.4);
      named<QPushButton>(*author, "Record Step")->click();
      const auto groups = window.session().plan().plan().groups;
      window.workbench().planPanel()->chart()->setCurrent(2);
      window.session().plan().setSparsity(groups[2].name, 0.1);
      window.session().plan().setAllocator("uniform");
      QVERIFY(!window.session().measuredNow());
      named<QPushButton>(*author, "Record Step")->click();
      const auto& steps = author->lesson().steps;
      QCOMPARE(steps.size(), size_t(2));
      QCOMPARE(steps[0].acts.front().act, std::string("sample"));
      QCOMPARE(steps[0].wait, std::string("model"));
      // The second does what was done since, and no more.
      std::vector<std::string> done;
      for (const auto& act : steps[1].acts) done.push_back(act.act);
      QCOMPARE(done, (std::vector<std::string>{"allocator", "block", "set-block"}));
      // A question by the fields, its right answer the second choice.
      const auto field = [&](const QString& name) -> QWidget* {
        for (auto* w : author->findChildren<QWidget*>())
          if (w->accessibleName() == name) return w;
        return nullptr;
      };
      auto* kind = qobject_cast<QComboBox*>(field("Kind of question"));
      kind->setCurrentIndex(kind->findData("choice"));
      QTest::keyClicks(field("What it asks"), "Which?");
      QVERIFY(!author->saveTo(file));
      QVERIFY2(author->problem().contains("step 2") && author->problem().contains("two \"choices\""),
               qPrintable(author->problem()));
      qobject_cast<QPlainTextEdit*>(field("Choices"))->setPlainText("this\nthat");
      qobject_cast<QComboBox*>(field("Right answer"))->setCurrentIndex(1);
      qobject_cast<QPlainTextEdit*>(field("Text of the step"))->setPlainText("The target is {target}.");
      QTest::keyClicks(field("Picture"), "a picture.png");
      // Up and down again.
      named<QPushButton>(*author, "Move Up")->click();
      QCOMPARE(author->lesson().steps[0].text, std::string("The target is {target}."));
      named<QPushButton>(*author, "Move Down")->click();
      QVERIFY(author->isModified() && author->saveTo(file) && !author->isModified());
      // Tried in another window.
      QSignalSpy wanted(&window, &MainWindow::lessonWanted);
      named<QPushButton>(*author, "Try")->click();
      QCOMPARE(wanted.count(), 1);
      QCOMPARE(readLesson(wanted[0][0].toString().toStdString()).steps.size(), size_t(2));
      window.actions().stop->trigger();
      window.projects().discardChanges();
    }
    MainWindow window;
    window.actions().live->setChecked(false);
    window.show();
    window.startLesson(file);
    QPointer<LessonPanel> panel = window.findChild<LessonPanel*>();
    QVERIFY(panel);
    QTRY_VERIFY_WITH_TIMEOUT(panel->mayGoOn(), kJobMs);
    QTRY_COMPARE(window.session().plan().plan().target, 0.4);
    panel->go(1);
    QCOMPARE(window.session().plan().plan().allocator, std::string("uniform"));
    QCOMPARE(window.session().plan().plan().groups[2].sparsity, 0.1);
    QVERIFY(window.session().plan().plan().groups[2].pinned);
    QVERIFY2(panel->text().contains("40") && panel->text().contains("a%20picture.png"),
             qPrintable(panel->text()));
    answer(*panel);
    window.actions().stop->trigger();
  }

  void everyLessonIsInTheMenu() {
    MainWindow window;
    QStringList names{"tour"};
    for (const auto* action : window.findChildren<QAction*>(QRegularExpression("^lesson:")))
      names << action->objectName().mid(7);
    QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), int(bundledLessons().size()));
    for (const QString& name : bundledLessons()) QVERIFY2(names.contains(name), qPrintable(name));
    // The tour has a key, too.
    auto* lessons = window.findChild<QAction*>("lesson:" + names[1])->associatedObjects().value(0);
    QVERIFY(window.actions().tour->associatedObjects().contains(lessons));
    window.startLesson(m_out.filePath("none.lesson"));
    QVERIFY(!window.findChild<LessonPanel*>());
  }
};

QTEST_MAIN(LessonTest)
#include "lesson_test.moc"
