// Panes come from a list: one more entry is a pane of the window like all others.
#include "tests/support/test_settings.h"
#include "ui/panes/pane.h"

#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QUndoView>
#include <QtTest/QtTest>

#include "ui/actions/actions.h"
#include "ui/base/preferences.h"
#include "ui/controllers/recover_controller.h"
#include "ui/panels/jobs_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

// What a file under ui/panes/ holds.
Pane dummyPane() {
  Pane pane;
  pane.name = "dummy";
  pane.title = "Dummy";
  pane.shortcut = QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Y);
  pane.place = Pane::Place::BottomRight;
  pane.make = [](const PaneContext& context) -> QWidget* {
    return new QPushButton(context.session.hasModel() ? "a model" : "no model");
  };
  return pane;
}

}  // namespace

class PanesTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }
  void init() { QSettings().clear(); }

  void namesTitlesAndKeysAreTheirOwn() {
    QSet<QString> names, titles, keys;
    for (const auto& pane : panes()) {
      QVERIFY2(!pane.title.isEmpty() && pane.make, qPrintable(pane.name));
      names << pane.name;
      titles << pane.title;
      keys << pane.shortcut.toString();
    }
    for (const auto& all : {names, titles, keys}) QCOMPARE(size_t(all.size()), panes().size());
  }

  void oneMoreIsAPaneLikeAllOthers() {
    MainWindow window;  // for what panes are made of
    auto all = panes();
    all.push_back(dummyPane());
    ProbeController probes(window.session());
    SweepController sweeps(window.session());
    RecoverController recovery(window.session());
    Workbench workbench({window.session(), window.actions(), probes, sweeps, recovery}, all);
    workbench.resize(1280, 800);
    workbench.show();
    auto* dock = workbench.findChild<QDockWidget*>("dummy");
    QVERIFY(dock && dock->widget());
    QCOMPARE(dock->windowTitle(), QString("Dummy"));
    auto* content = workbench.content<QPushButton>();
    QVERIFY(content && content->text() == "no model");
    // In the View menu and the palette, which both list these.
    QAction* action = workbench.paneActions().last();
    QCOMPARE(action->text(), QString("Dummy"));
    QCOMPARE(action->shortcut(), dummyPane().shortcut);
    QCOMPARE(size_t(workbench.paneActions().size()), all.size());
    // It stands behind the results; its action brings it to front with the keyboard, and hides it from there.
    QVERIFY(workbench.tabifiedDockWidgets(workbench.findChild<QDockWidget*>("results")).contains(dock));
    QVERIFY(workbench.isBehind(content));
    action->trigger();
    QVERIFY(!workbench.isBehind(content));
    QVERIFY(content->isVisible());
    action->trigger();
    QVERIFY(dock->isHidden() && !action->isChecked());
    workbench.resetLayout();
    QVERIFY(!dock->isHidden());
    workbench.setPresenting(true);
    QVERIFY(dock->isHidden());
    QVERIFY(!workbench.findChild<QDockWidget*>("results")->isHidden());
    workbench.setPresenting(false);
    QVERIFY(!dock->isHidden());
    // A layout that was saved without it is no layout of these panes.
    workbench.saveLayout();
    Workbench plain({window.session(), window.actions(), probes, sweeps, recovery});
    plain.resize(1280, 800);
    plain.show();
    QVERIFY(!plain.findChild<QDockWidget*>("dummy"));
    for (const auto* each : plain.findChildren<QDockWidget*>())
      QVERIFY2(!each->isHidden(), qPrintable(each->objectName()));
  }

  // A pane behind another does nothing, keeps its room, and gives the keyboard to the one in front.
  void panesBehindRest() {
    MainWindow window;
    window.resize(1280, 800);
    window.actions().live->setChecked(false);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), 240000);
    window.actions().stop->trigger();
    QTest::qWait(50);
    const auto& workbench = window.workbench();
    int behind = 0;
    for (auto* dock : workbench.findChildren<QDockWidget*>()) {
      QCOMPARE(dock->widget()->isVisible(), !workbench.isBehind(dock->widget()));
      behind += workbench.isBehind(dock->widget());
      QVERIFY2(dock->minimumSizeHint().height() >= dock->widget()->minimumSizeHint().height(),
               qPrintable(dock->objectName()));
    }
    QVERIFY(behind > 3);
    auto* budget = workbench.findChild<QDockWidget*>("budget");
    auto* history = workbench.findChild<QDockWidget*>("history");
    const QSize before = budget->size();
    history->raise();
    QTRY_VERIFY(history->widget()->isVisible());
    QVERIFY(!budget->widget()->isVisible());
    QCOMPARE(history->size(), before);
    history->widget()->setFocus();
    budget->raise();
    QTRY_VERIFY(budget->widget()->isVisible() && !history->widget()->isVisible());
    QTRY_VERIFY(!window.isActiveWindow() || budget->isAncestorOf(QApplication::focusWidget()));
    // A pane that floats is in view wherever it is.
    history->setFloating(true);
    history->move(-200, -200);
    QTRY_VERIFY(history->widget()->isVisible());
  }

  // Whatever the size of the type, no pane is painted over another, and each has the room that it needs.
  void largeTypeLeavesPanesApart() {
    for (const QSize size : {QSize(1280, 800), QSize(1024, 640)})
      for (int percent : {100, 160, 200}) {
        QSettings().clear();
        applyFontPercent(*qApp, percent);
        MainWindow window;
        window.actions().live->setChecked(false);
        window.resize(size);
        window.show();
        window.openSample();
        QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), 240000);
        window.actions().stop->trigger();
        QTest::qWait(100);
        const QString at = QString("%1 x %2, %3 %").arg(size.width()).arg(size.height()).arg(percent);
        QList<QDockWidget*> shown;
        for (auto* dock : window.workbench().findChildren<QDockWidget*>())
          if (!window.workbench().isBehind(dock->widget())) shown << dock;
        QVERIFY2(shown.size() >= 2, qPrintable(at));
        for (auto* one : shown) {
          for (auto* other : shown)
            QVERIFY2(one == other || !one->geometry().intersects(other->geometry()),
                     qPrintable(at + ": " + one->objectName() + ", " + other->objectName()));
          QVERIFY2(one->width() >= one->minimumSizeHint().width(), qPrintable(at + ": " + one->objectName()));
        }
        // Type that grows while the window is open.
        if (percent == 100) {
          applyFontPercent(*qApp, 200);
          QTest::qWait(100);
          auto* pairs = window.workbench().findChild<QDockWidget*>("pairs");
          auto* results = window.workbench().findChild<QDockWidget*>("results");
          QVERIFY2(window.workbench().isBehind(pairs->widget()) !=
                           window.workbench().isBehind(results->widget()) ||
                       !pairs->geometry().intersects(results->geometry()),
                   qPrintable(at));
        }
      }
    applyFontPercent(*qApp, 100);
  }

  void theHistoryGoesBackToAStep() {
    MainWindow window;
    window.resize(1280, 800);
    window.actions().live->setChecked(false);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), 240000);
    auto* history = window.workbench().content<QUndoView>();
    QVERIFY(history);
    PlanDocument& plan = window.session().plan();
    plan.setTarget(0.6);
    plan.endGesture();
    plan.setTarget(0.7);
    const auto* steps = history->model();
    QCOMPARE(steps->rowCount(), 3);
    QCOMPARE(steps->index(0, 0).data().toString(), history->emptyLabel());
    QCOMPARE(steps->index(2, 0).data().toString(), plan.history().undoText());
    history->setCurrentIndex(steps->index(1, 0));
    QCOMPARE(plan.plan().target, 0.6);
    history->setCurrentIndex(steps->index(0, 0));
    QCOMPARE(plan.plan().target, 0.5);
    history->setCurrentIndex(steps->index(2, 0));
    QCOMPARE(plan.plan().target, 0.7);
    window.actions().stop->trigger();
  }
};

QTEST_MAIN(PanesTest)
#include "panes_test.moc"
