// Two windows beside each other, and two plans side by side in one.
#include "ui/window/windows.h"
#include "tests/support/test_settings.h"

#include <QComboBox>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTableView>
#include <QtTest/QtTest>

#include "tests/ui/answer.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/items/compare_model.h"
#include "ui/panels/message_bar.h"
#include "ui/plot/compare_chart.h"
#include "ui/window/compare_window.h"
#include "ui/window/main_window.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

// Few pairs and no data: what is tested is which plan is whose.
void openQuickly(MainWindow& window) {
  window.actions().live->setChecked(false);
  // Before there is a plan this is no step of its history.
  PruneOptions options = window.session().pruneOptions();
  options.criterion = "magnitude";
  window.session().setPruneOptions(options);
  window.openSample();
  QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
  window.actions().stop->trigger();
  Dataset few = window.session().pairs();
  few.samples.resize(6);
  window.session().setModel(window.session().model(), window.session().calibration(), few);
  QTRY_VERIFY_WITH_TIMEOUT(!window.isBusy(), kJobMs);
}

}  // namespace

#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), kJobMs)

class WindowsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }
  void init() { QSettings().clear(); }

  void eachHasASessionOfItsOwn() {
    QTemporaryDir copies;
    Windows windows(copies.path());
    MainWindow* first = windows.add();
    openQuickly(*first);
    QTest::keyClick(first, Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(windows.all().size(), 2);
    MainWindow* second = windows.all()[1];
    QVERIFY(!second->session().hasModel());
    QVERIFY(second->pos() != first->pos());
    openQuickly(*second);
    first->session().plan().setTarget(0.7);
    QCOMPARE(second->session().plan().plan().target, 0.5);
    QVERIFY(!second->actions().undo->isEnabled());
    QVERIFY(first->actions().undo->isEnabled());

    // A job in one is none in the other, and stopping all in one leaves the other's alone.
    second->actions().score->trigger();
    QVERIFY(second->isBusy());
    QVERIFY(!first->isBusy());
    first->actions().stop->trigger();
    QVERIFY(second->isBusy());
    second->actions().stop->trigger();

    // Presenting is one window's.
    const double before = first->font().pointSizeF();
    second->actions().presentation->setChecked(true);
    QVERIFY(second->font().pointSizeF() > before * 1.2);
    QCOMPARE(first->font().pointSizeF(), before);
    QVERIFY(first->menuBar()->isVisible());
    second->actions().presentation->setChecked(false);

    // Each keeps its own copy aside.
    second->session().plan().setTarget(0.3);
    first->projects().flushCopy();
    second->projects().flushCopy();
    QTRY_COMPARE(QDir(copies.path()).entryList({"*.espalier"}, QDir::Files).size(), 2);

    // Closing one, busy, leaves the other.
    QPointer<MainWindow> gone = second;
    second->actions().score->trigger();
    Answer answer(QMessageBox::Discard);
    QTest::keyClick(second, Qt::Key_W, Qt::ControlModifier);
    QTRY_VERIFY(!gone);
    QVERIFY(answer.text().contains("Scoring"));
    QCOMPARE(windows.all().size(), 1);
    QCOMPARE(first->session().plan().plan().target, 0.7);
    first->actions().prune->trigger();
    WAIT_FOR_JOBS(*first);
    QVERIFY(first->session().prunedModel().has_value());
  }

  void aForgottenPlanComesBack() {
    MainWindow window;
    window.show();
    openQuickly(window);
    window.session().savePlan("careful");
    const Plan kept = window.session().savedPlans().at(0).plan;
    QAction* forget = nullptr;
    for (auto* menu : window.menuBar()->findChildren<QMenu*>())
      for (auto* action : menu->actions())
        if (action->text() == "Forget It") forget = action;
    QVERIFY(forget);
    forget->trigger();
    QVERIFY(window.session().savedPlans().empty());
    window.session().plan().setTarget(0.7);
    QPushButton* back = nullptr;
    for (auto* button : window.findChild<MessageBar*>()->findChildren<QPushButton*>())
      if (button->text() == "Bring It Back") back = button;
    QVERIFY(back);
    QTest::mouseClick(back, Qt::LeftButton);
    QCOMPARE(window.session().savedPlans().size(), size_t(1));
    QVERIFY(toJson(window.session().savedPlans()[0].plan) == toJson(kept));
    QVERIFY(window.findChild<MessageBar*>()->texts().isEmpty());
  }

  void aProjectIsOpenInOneWindowAtATime() {
    QTemporaryDir dir;
    const QString file = dir.filePath("mine.espalier");
    Windows windows;
    MainWindow* first = windows.add();
    openQuickly(*first);
    first->projects().saveTo(file);
    QTRY_COMPARE(first->projects().file(), file);
    QCOMPARE(windows.open(file), first);
    QCOMPARE(windows.all().size(), 1);
    MainWindow* second = windows.add();
    second->open(file);
    QVERIFY(!second->isBusy());
    QVERIFY(!second->session().hasModel());
    // What one window opened stands among the recent ones of the other.
    auto* fileMenu = second->menuBar()->actions().first()->menu();
    Q_EMIT fileMenu->aboutToShow();
    QStringList recent;
    for (auto* menu : fileMenu->findChildren<QMenu*>())
      for (auto* action : menu->actions()) recent << action->toolTip();
    QVERIFY2(recent.contains(file), qPrintable(recent.join(", ")));
  }

  void quittingClosesAll() {
    Windows windows;
    windows.add();
    MainWindow* second = windows.add();
    second->actions().quit->trigger();
    QTRY_VERIFY(windows.all().isEmpty());
  }

  void twoPlansSideBySide() {
    QTemporaryDir dir;
    MainWindow window;
    window.resize(1200, 800);
    window.show();
    openQuickly(window);
    Session& session = window.session();
    session.plan().setTarget(0.9);
    session.savePlan("harsh");
    session.plan().setTarget(0.3);
    session.savePlan("mild");
    // Measured while it was the present one, a kept plan has its results with it.
    window.actions().prune->trigger();
    WAIT_FOR_JOBS(window);
    QVERIFY(session.savedPlans()[1].measured.has_value());
    QVERIFY(!session.savedPlans()[0].measured.has_value());

    QTest::keyClick(&window, Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    auto* compare = window.findChild<CompareWindow*>();
    QVERIFY(compare && compare->isVisible());
    QCOMPARE(compare->first()->currentText(), QString("mild"));
    compare->first()->setCurrentIndex(compare->first()->findText("harsh"));
    compare->second()->setCurrentIndex(compare->second()->findText("mild"));
    // By 90 % against 30 %, block by block.
    const QStringList lines = compare->chart()->csv().trimmed().split('\n');
    QCOMPARE(lines.size(), int(session.plan().plan().groups.size()) + 1);
    for (int i = 1; i < lines.size(); ++i) {
      const QStringList fields = lines[i].split(',');
      QVERIFY(qAbs(fields[3].toDouble() - 0.9) < 0.01);
      QVERIFY(qAbs(fields[5].toDouble() + 0.6) < 0.01);
    }
    // "harsh" has to be measured first, by the button.
    QVERIFY(compare->measureButton()->isVisible());
    QCOMPARE(compare->answers()->model()->rowCount(), 0);
    QTest::mouseClick(compare->measureButton(), Qt::LeftButton);
    QVERIFY(window.isBusy());
    WAIT_FOR_JOBS(window);
    QTRY_VERIFY(!compare->measureButton()->isVisible());
    QVERIFY(session.savedPlans()[0].measured.has_value());
    QVERIFY(qAbs(session.savedPlans()[0].measured->sparsity - 0.9) < 0.01);
    QCOMPARE(compare->answers()->model()->rowCount(), 6);
    const auto *table = compare->results()->model(), *answers = compare->answers()->model();
    QCOMPARE(table->headerData(ResultModel::Dense, Qt::Horizontal).toString(), QString("harsh"));
    QVERIFY(table->rowCount() > 1);
    // The filters part the answers into what they say.
    int differing = 0, agreeing = 0;
    compare->shown()->setCurrentIndex(int(CompareAnswerFilter::Show::Differing));
    differing = answers->rowCount();
    for (int r = 0; r < differing; ++r)
      QVERIFY(answers->index(r, CompareAnswerModel::AnswerA).data() !=
              answers->index(r, CompareAnswerModel::AnswerB).data());
    compare->shown()->setCurrentIndex(int(CompareAnswerFilter::Show::Agreeing));
    agreeing = answers->rowCount();
    QCOMPARE(differing + agreeing, 6);
    QVERIFY(differing > 0);  // nine of ten weights gone
    compare->shown()->setCurrentIndex(0);

    // A click in the chart chooses the block everywhere.
    const QPoint at = compare->chart()->pixelOf(2);
    QWidget* surface = compare->chart()->childAt(at);
    QTest::mouseClick(surface, Qt::LeftButton, {}, surface->mapFrom(compare->chart(), at));
    QCOMPARE(session.selection().current(), session.plan().plan().groups[2].name);

    // What was measured is in the project, and another window's project is a side as well.
    const QString file = dir.filePath("other.espalier");
    window.projects().saveTo(file);
    QTRY_COMPARE(window.projects().file(), file);
    const Project saved = readProject(toPath(file));
    QVERIFY(saved.savedPlans.at(0).measured.has_value());
    QCOMPARE(saved.savedPlans[0].measured->evaluation.pairs.size(), size_t(6));
    session.plan().setTarget(0.5);
    const int sides = compare->second()->count();
    CompareController other(session);
    QSignalSpy opened(&other, &CompareController::opened);
    other.openOther(file);
    QVERIFY(opened.wait(kJobMs));
    QCOMPARE(int(other.sides().size()), sides + 1);
    QCOMPARE(other.sides().back().plan.target, 0.3);
    QCOMPARE(other.sides().back().name, QString("other"));
    for (const char* suffix : {"svg", "pdf", "png", "csv"}) {
      const QString chart = dir.filePath(QString("compared.") + suffix);
      QVERIFY(compare->chart()->exportTo(chart).isEmpty());
      QVERIFY(QFileInfo(chart).size() > 100);
    }
    QTest::keyClick(compare, Qt::Key_Escape);
    QVERIFY(!compare->isVisible());
    window.projects().discardChanges();
  }
};

QTEST_MAIN(WindowsTest)
#include "windows_test.moc"
