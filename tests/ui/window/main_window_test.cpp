// The whole job in the real window, on the bundled sample.
#include "ui/window/main_window.h"
#include "tests/support/test_settings.h"

#include <QDockWidget>
#include <QListView>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QToolButton>
#include <QtTest/QtTest>

#include "tests/ui/answer.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/items/pair_model.h"
#include "ui/items/result_model.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/welcome_page.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

template <typename Widget>
Widget* named(QWidget& in, const QString& accessibleName) {
  for (auto* w : in.findChildren<Widget*>())
    if (w->accessibleName() == accessibleName) return w;
  return nullptr;
}

}  // namespace

#define REQUIRE_SAMPLE() \
  if (!ModelController::hasSample()) QFAIL("the bundled sample is not here")
#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), kJobMs)

class MainWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_settings.path());
    applyAppearance(*qApp, Appearance::Light);
  }
  void init() { QSettings().clear(); }

  void showsTheWelcomePageFirst() {
    MainWindow window;
    window.show();
    QVERIFY(window.findChild<WelcomePage*>()->isVisible());
    QVERIFY(!window.workbench().isVisible());
    QVERIFY(!window.actions().score->isEnabled());
    QVERIFY(!window.actions().exportModel->isEnabled());
  }

  void theWelcomePageOffersTheSamples_data() {
    QTest::addColumn<QString>("button");
    QTest::addColumn<QString>("family");
    QTest::addColumn<int>("pairs");
    QTest::newRow("first") << "Try the sample"
                           << "blip-2" << 48;
    QTest::newRow("modern") << "Try a modern VLM"
                            << "idefics3" << 24;
    QTest::newRow("emoji") << "Try the emoji CLIP"
                           << "clip" << 96;
  }
  void theWelcomePageOffersTheSamples() {
    QFETCH(QString, button);
    QStandardPaths::setTestModeEnabled(true);
    MainWindow window;
    window.show();
    auto* welcome = window.findChild<WelcomePage*>();
    QPushButton* wanted = nullptr;
    for (auto* b : welcome->findChildren<QPushButton*>())
      if (b->text() == button) wanted = b;
    QVERIFY(wanted && wanted->isVisible());
    QTest::mouseClick(wanted, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), 120000);
    QTEST(QString::fromStdString(window.session().info().family), "family");
    QTEST(int(window.session().pairs().samples.size()), "pairs");
    QVERIFY(!window.session().calibration().samples.empty());
    QStandardPaths::setTestModeEnabled(false);
  }

  void whatTakesTheKeyboardHasAName() {
    MainWindow window;
    window.show();
    QStringList nameless;
    for (auto* w : window.findChildren<QWidget*>()) {
      if (!(w->focusPolicy() & Qt::TabFocus) || w->isHidden()) continue;
      if (w->objectName().startsWith("qt_") || qobject_cast<QMenu*>(w) || qobject_cast<QMenuBar*>(w))
        continue;
      if (w->inherits("QComboBoxListView")) continue;  // the list that drops down from a box that has a name
      // The line inside a spin or combo box speaks for its box.
      if (w->parentWidget() && !w->parentWidget()->accessibleName().isEmpty() && qobject_cast<QLineEdit*>(w))
        continue;
      QAccessibleInterface* face = QAccessible::queryAccessibleInterface(w);
      if (!face || face->text(QAccessible::Name).isEmpty())
        nameless << QString("%1 in %2")
                        .arg(w->metaObject()->className(), w->parentWidget()->metaObject()->className());
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join("; ")));
  }

  void noTwoActionsShareAShortcut() {
    MainWindow window;
    QMap<QString, QString> seen;
    for (auto* action : window.findChildren<QAction*>())
      for (const auto& keys : action->shortcuts()) {
        const QString name = keys.toString();
        QVERIFY2(!seen.contains(name), qPrintable(name + ": " + seen.value(name) + ", " + action->text()));
        seen[name] = action->text();
      }
    QVERIFY(seen.size() > 15);
    for (auto* action : window.actions().all())
      QVERIFY2(!action->statusTip().isEmpty() && !action->whatsThis().isEmpty(), qPrintable(action->text()));
  }

  void aFolderThatIsNoModelIsRefusedInPlace() {
    MainWindow window;
    window.show();
    window.open(m_settings.path());
    auto* messages = window.findChild<MessageBar*>();
    QTRY_COMPARE(messages->texts().size(), 1);
    QVERIFY(messages->texts().first().contains(m_settings.path()));
    QVERIFY(window.findChild<WelcomePage*>()->isVisible());
    auto* dismiss = named<QToolButton>(*messages, "Dismiss this message");
    QTest::mouseClick(dismiss, Qt::LeftButton);
    QVERIFY(messages->texts().isEmpty());
  }

  void aDroppedFolderIsOpenedOrRefused() {
    MainWindow window;
    window.show();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_settings.path())});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&window, &drop);
    QCOMPARE(window.findChild<MessageBar*>()->texts().size(), 1);
    QMimeData text;
    text.setText("hello");
    QDragEnterEvent other({10, 10}, Qt::CopyAction, &text, Qt::LeftButton, {});
    other.ignore();
    QCoreApplication::sendEvent(&window, &other);
    QVERIFY(!other.isAccepted());
  }

  void theWholeJob() {
    REQUIRE_SAMPLE();
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.actions().openSample->trigger();
    QTRY_VERIFY(window.session().hasModel());
    QVERIFY(window.workbench().isVisible());
    WAIT_FOR_JOBS(window);
    Session& session = window.session();
    QVERIFY(session.dense().has_value());
    QCOMPARE(session.dense()->pairs.size(), session.pairs().samples.size());

    // Score, by the button.
    auto* score = named<QToolButton>(window, "Score");
    QTest::mouseClick(score, Qt::LeftButton, {}, QPoint(12, score->height() / 2));
    QVERIFY(window.isBusy());
    QVERIFY(!window.actions().score->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!session.partialScores().empty() || session.plan().isScored(), kJobMs);
    WAIT_FOR_JOBS(window);
    QVERIFY(session.plan().isScored());
    QVERIFY(window.actions().score->isEnabled());

    // Prune, by the key.
    QTest::keyClick(&window, Qt::Key_F8);
    WAIT_FOR_JOBS(window);
    QVERIFY(session.prunedModel().has_value());
    QVERIFY(qAbs(session.prunedModel()->sparsity - 0.5) < 0.01);
    auto* gallery = named<QListView>(window, "Sample pairs");
    QCOMPARE(gallery->model()->rowCount(), int(session.pairs().samples.size()));
    for (int i = 0; i < gallery->model()->rowCount(); ++i)
      QVERIFY(gallery->model()->index(i, 0).data(PairModel::PrunedRole).isValid());
    auto* table = named<QTableView>(window, "Before and after");
    QVERIFY(table->isVisible());
    QVERIFY(!table->model()->index(0, ResultModel::Difference).data().toString().isEmpty());

    // Drag a bar: the results follow by themselves.
    PlanChart* chart = window.workbench().planPanel()->chart();
    const QPoint from = chart->handleOf(1);
    QWidget* surface = chart->childAt(from);
    const auto at = [&](int dy) { return surface->mapFrom(chart, from + QPoint(0, dy)); };
    QTest::mousePress(surface, Qt::LeftButton, {}, at(0));
    const int steps = session.plan().history().count();
    const auto answers = [&] {
      for (int i = 0; i < gallery->model()->rowCount(); ++i)
        if (!gallery->model()->index(i, 0).data(PairModel::PrunedRole).isValid()) return false;
      return table->isVisible() && session.pruned().has_value();
    };
    for (int i = 1; i <= 5; ++i) QTest::mouseMove(surface, at(2 * i));
    QVERIFY(session.plan().isDragging());
    QVERIFY(session.isStale());
    QVERIFY(window.isBusy());
    QVERIFY(answers());  // the last ones, until there are others
    // Held still, the real answer comes though the button is down.
    QTRY_VERIFY_WITH_TIMEOUT(!session.isStale(), kJobMs);
    QVERIFY(session.plan().isDragging());
    QCOMPARE(session.prunedModel()->plan.groups[1].sparsity, session.plan().plan().groups[1].sparsity);
    QVERIFY(session.prunedModel()->plan.groups[1].sparsity !=
            session.plan().settledPlan().groups[1].sparsity);
    QCOMPARE(session.plan().history().count(), steps);
    for (int i = 6; i <= 10; ++i) QTest::mouseMove(surface, at(2 * i));
    QVERIFY(session.isStale());
    QTest::mouseRelease(surface, Qt::LeftButton, {}, at(20));
    QCOMPARE(session.plan().history().count(), steps + 1);
    QVERIFY(session.isStale());
    QVERIFY(window.isBusy());
    QVERIFY(answers());
    WAIT_FOR_JOBS(window);
    QVERIFY(!session.isStale());
    QCOMPARE(session.prunedModel()->plan.groups[1].sparsity, session.plan().plan().groups[1].sparsity);
    window.actions().undo->trigger();
    WAIT_FOR_JOBS(window);
    QVERIFY(!session.isStale());
    QVERIFY(!session.plan().plan().groups[1].pinned);
  }

  void cancelLeavesEverythingAsItWas() {
    REQUIRE_SAMPLE();
    MainWindow window;
    window.show();
    window.openSample();
    QTRY_VERIFY(window.session().hasModel());
    WAIT_FOR_JOBS(window);
    window.actions().score->trigger();
    QVERIFY(window.isBusy());
    window.actions().stop->trigger();
    QVERIFY(!window.isBusy());
    QTest::qWait(200);
    QVERIFY(!window.session().plan().isScored());
    QVERIFY(window.session().partialScores().empty());
    QVERIFY(window.findChild<MessageBar*>()->texts().isEmpty());
    QVERIFY(window.actions().score->isEnabled());
  }

  void mayBeClosedWhileBusy() {
    REQUIRE_SAMPLE();
    {
      MainWindow window;
      window.show();
      window.openSample();
      QTRY_VERIFY(window.session().hasModel());
      window.actions().score->trigger();
      window.actions().prune->trigger();
      Answer answer(QMessageBox::Ok);  // there is none: the button that goes on
      QVERIFY(window.close());
      QVERIFY(answer.wasAsked());
    }
    QTest::qWait(50);
  }

  void exportsAFolderThatOpensAgain() {
    REQUIRE_SAMPLE();
    QTemporaryDir out;
    Session session;
    ModelController models(session);
    ExportController exports(session);
    models.openSample();
    QTRY_VERIFY(session.hasModel());
    PruneOptions options;
    options.criterion = "magnitude";
    session.setPruneOptions(options);
    QSignalSpy exported(&exports, &ExportController::exported);
    QSignalSpy failed(&exports, &ExportController::failed);
    exports.exportTo(out.filePath("pruned"));
    QVERIFY(exported.wait(kJobMs));
    const ModelPtr again = openModel(toPath(out.filePath("pruned")));
    QVERIFY(qAbs(infoOf(*again).sparsity - 0.5) < 0.01);
    // A second time into the same folder is refused.
    exports.exportTo(out.filePath("pruned"));
    QVERIFY(failed.wait(kJobMs));
    ExportOptions packed;
    packed.packed = true;
    exports.exportTo(out.filePath("packed"), packed);
    QVERIFY(exported.wait(kJobMs));
    QVERIFY(exported.last().at(1).toString().contains("once unpacked"));
    const ModelPtr small = openModel(toPath(out.filePath("packed")));
    QCOMPARE(infoOf(*small).sparsity, infoOf(*again).sparsity);
    QVERIFY(infoOf(*small).fileBytes < infoOf(*again).fileBytes * 6 / 10);
  }

  // The keys of a pane behind another bring it to front, with the keyboard in it; once there they hide it.
  void paneKeysShowRaiseAndHide() {
    REQUIRE_SAMPLE();
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.openSample();
    QTRY_VERIFY(window.workbench().isVisible());
    QVERIFY(QTest::qWaitForWindowActive(&window));
    auto* sweep = window.workbench().findChild<QDockWidget*>("sweep");
    auto* results = window.workbench().findChild<QDockWidget*>("results");
    const auto inFront = [](const QDockWidget* dock) { return !dock->visibleRegion().isEmpty(); };
    const QAction* keys = nullptr;
    for (const auto* action : window.workbench().paneActions())
      if (action->shortcut() == QKeySequence("Ctrl+6")) keys = action;
    QVERIFY(keys);
    QTRY_VERIFY(inFront(results) && !inFront(sweep));
    QVERIFY(keys->isChecked());
    QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
    QTRY_VERIFY(inFront(sweep) && !inFront(results));
    QVERIFY(keys->isChecked() && !sweep->isHidden() && !results->isHidden());
    QVERIFY(sweep->isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
    QTRY_VERIFY(sweep->isHidden());
    QVERIFY(!keys->isChecked());
    QTest::keyClick(&window, Qt::Key_6, Qt::ControlModifier);
    QTRY_VERIFY(inFront(sweep));
    QVERIFY(keys->isChecked());
  }

  void paneLayoutIsRemembered() {
    REQUIRE_SAMPLE();
    {
      MainWindow window;
      window.show();
      window.openSample();
      QTRY_VERIFY(window.workbench().isVisible());
      window.workbench().findChild<QDockWidget*>("results")->hide();
      window.close();
    }
    MainWindow window;
    window.show();
    window.openSample();
    QTRY_VERIFY(window.workbench().isVisible());
    QVERIFY(!window.workbench().findChild<QDockWidget*>("results")->isVisible());
    window.actions().resetLayout->trigger();
    QVERIFY(window.workbench().findChild<QDockWidget*>("results")->isVisible());
  }

 private:
  QTemporaryDir m_settings;
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
