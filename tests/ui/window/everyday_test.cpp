// What hands do every day in the real window: keys that walk, the right button, copying, finding, the manual.
#include <QClipboard>
#include <QDockWidget>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>
#include <QtTest/QtTest>

#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/last_folder.h"
#include "ui/base/theme.h"
#include "ui/items/copy_rows.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/plot/sweep_chart.h"
#include "ui/window/command_palette.h"
#include "ui/window/main_window.h"
#include "ui/window/manual_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

StudyPoint point(const char* method, double sparsity) {
  return {method, sparsity, sparsity, 0, {{"colour", 3, 4, 0.5}}, {}};
}

// Where the right button was pressed, as the window system tells it: to the widget under the pointer, then
// up.
QStringList menuAt(QWidget& widget, const QPoint& at) {
  QStringList entries;
  QTimer look;
  QObject::connect(&look, &QTimer::timeout, [&] {
    if (auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget())) {
      for (const auto* action : menu->actions()) entries << action->text().remove('&');
      menu->close();
    }
  });
  look.start(20);
  QWidget* under = widget.childAt(at) ? widget.childAt(at) : &widget;
  const QPoint inside = under->mapFrom(&widget, at);
  QTest::mousePress(under, Qt::RightButton, {}, inside);
  QContextMenuEvent event(QContextMenuEvent::Mouse, inside, under->mapToGlobal(inside));
  QApplication::sendEvent(under, &event);
  QTest::mouseRelease(under, Qt::RightButton, {}, inside);
  return entries;
}

}  // namespace

class EverydayTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  std::unique_ptr<MainWindow> m_window;

  QDockWidget* pane(const char* name) { return m_window->workbench().findChild<QDockWidget*>(name); }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_settings.path());
    applyAppearance(*qApp, Appearance::Light);
    m_window = std::make_unique<MainWindow>();
    m_window->actions().live->setChecked(false);
    m_window->resize(1280, 800);
    m_window->show();
    m_window->openSample();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session().hasModel(), kJobMs);
    m_window->actions().stop->trigger();
    m_window->session().addSweepPoint(point("Uniform magnitude", 0.5));
    m_window->session().addSweepPoint(point("Uniform magnitude", 0.7));
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
  }
  void cleanupTestCase() { m_window.reset(); }

  void tabGoesThroughWhatIsSeenAlone() {
    for (const char* front : {"results", "sweep", "jobs"}) {
      pane(front)->raise();
      QTest::qWait(50);
      m_window->workbench().planPanel()->chart()->setFocus();
      const QWidget* first = QApplication::focusWidget();
      QSet<const QDockWidget*> visited;
      int steps = 0;
      do {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        const QWidget* now = QApplication::focusWidget();
        QVERIFY(now);
        for (const auto* dock : m_window->workbench().findChildren<QDockWidget*>())
          if (dock->isAncestorOf(now)) {
            QVERIFY2(!dock->visibleRegion().isEmpty(), qPrintable(dock->objectName()));
            visited << dock;
          }
      } while (QApplication::focusWidget() != first && ++steps < 400);
      QVERIFY2(steps < 400, front);
      QVERIFY2(visited.contains(pane(front)), front);
      QVERIFY(visited.contains(pane("budget")));
    }
  }

  void theKeyboardLeavesAPaneThatGoesBehind() {
    pane("sweep")->raise();
    QTest::qWait(50);
    auto* box = pane("sweep")->findChild<QLineEdit*>();
    box->setFocus();
    QVERIFY(box->hasFocus());
    pane("blocks")->raise();
    QTRY_VERIFY(!pane("sweep")->isAncestorOf(QApplication::focusWidget()));
    QVERIFY(QApplication::focusWidget());
    // F6 does not go there, either.
    for (int i = 0; i < 8; ++i) {
      m_window->actions().nextPane->trigger();
      QVERIFY(!pane("sweep")->isAncestorOf(QApplication::focusWidget()));
    }
  }

  void theRightButtonHasAMenu() {
    PlanChart* chart = m_window->workbench().planPanel()->chart();
    chart->setCurrent(0);
    const QStringList plan = menuAt(*chart, chart->handleOf(3) + QPoint(0, 20));
    QVERIFY2(plan.contains("Pin or Unpin") && plan.contains(QString::fromUtf8("Export Chart\u2026")),
             qPrintable(plan.join(", ")));
    QCOMPARE(chart->current(), 3);  // it is about the block under the pointer
    pane("sweep")->raise();
    QTest::qWait(50);
    SweepChart* sweep = m_window->workbench().content<SweepPanel>()->chart();
    const QStringList swept = menuAt(*sweep, sweep->pixelOf(1));
    QVERIFY2(swept.contains("Use This Plan") && swept.contains("Run Sweep"), qPrintable(swept.join(", ")));
    QCOMPARE(sweep->current(), 1);
  }

  // A click chooses; the plan changes by a visible button alone, and the ring stands where the plan is.
  void aPointOfTheSweepIsTakenOnPurpose() {
    pane("sweep")->raise();
    QTest::qWait(50);
    SweepChart* chart = m_window->workbench().content<SweepPanel>()->chart();
    PlanDocument& plan = m_window->session().plan();
    const auto before = plan.plan().sparsities();
    const QPoint at = chart->pixelOf(1);
    QWidget* surface = chart->childAt(at);
    QTest::mouseClick(surface, Qt::LeftButton, {}, surface->mapFrom(chart, at));
    QCOMPARE(chart->current(), 1);
    QVERIFY(plan.plan().sparsities() == before);
    QCOMPARE(chart->planPlace(), -1);
    QToolButton* use = nullptr;
    for (auto* button : pane("sweep")->findChildren<QToolButton*>())
      if (button->text() == "Use This Plan") use = button;
    QVERIFY(use && use->isVisible() && use->isEnabled());
    QTest::mouseClick(use, Qt::LeftButton);
    QCOMPARE(plan.plan().target, 0.7);
    QCOMPARE(chart->planPlace(), 1);
    // Points that arrive before it in order move neither.
    m_window->session().addSweepPoint(point("Global magnitude", 0.3));
    QCOMPARE(chart->places()[size_t(chart->planPlace())].sparsity, 0.7);
    QCOMPARE(chart->places()[size_t(chart->current())].sparsity, 0.7);
    plan.history().undo();
    QVERIFY(plan.plan().sparsities() == before);
    QCOMPARE(chart->planPlace(), -1);
    plan.history().redo();
    QVERIFY(chart->planPlace() >= 0);
    plan.history().undo();
  }

  void thePlanOfASweepPointIsAJobLikeOthers() {
    const StudyPoint global = point("Global magnitude", 0.3);
    m_window->session().addSweepPoint(global);
    SweepChart* chart = m_window->workbench().content<SweepPanel>()->chart();
    Q_EMIT chart->taken(global.method, global.sparsity);
    QVERIFY(m_window->isBusy());
    m_window->actions().stop->trigger();
    QVERIFY(!m_window->isBusy());
  }

  void rowsAreCopiedAsATable() {
    pane("blocks")->raise();
    QTest::qWait(50);
    auto* view = pane("blocks")->findChild<QTableView*>();
    view->setFocus();
    view->clearSelection();
    const int rows = view->model()->rowCount();
    QVERIFY(rows > 3);
    view->selectRow(1);
    view->selectionModel()->select(view->model()->index(3, 0),
                                   QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().chopped(1).split('\n');
    QCOMPARE(lines.size(), 3);
    int shown = 0;
    for (int column = 0; column < view->model()->columnCount(); ++column)
      shown += !view->isColumnHidden(column);
    for (const QString& line : lines) QCOMPARE(line.count('\t'), shown - 1);
    QVERIFY(lines[0].contains("Sparsity"));
    QVERIFY(lines[1].startsWith(view->model()->index(1, 0).data().toString()));
    QVERIFY(lines[2].startsWith(view->model()->index(3, 0).data().toString()));
    QVERIFY(menuAt(*view->viewport(), QPoint(20, 20)).contains("Copy Rows"));
  }

  void thePaletteFindsOptionsAndOtherWords_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("found");
    for (const auto& [typed, found] : {std::pair{"wanda", "Criterion: Wanda"},
                                       {"dark", "Appearance: Dark"},
                                       {"night", "Appearance: Dark"},
                                       {"seed", "Seed"},
                                       {"language", "Language"},
                                       {"copy", "Copy Rows: "},
                                       {"threads", "Threads"},
                                       {"cores", "Threads"},
                                       {"sparsegpt", "Criterion: SparseGPT"},
                                       {"cap", "Cap"},
                                       {"manual", "Manual"}})
      QTest::addRow("%s", typed) << typed << found;
  }
  void thePaletteFindsOptionsAndOtherWords() {
    QFETCH(QString, typed);
    QFETCH(QString, found);
    m_window->actions().palette->trigger();
    auto* palette = m_window->findChild<CommandPalette*>();
    QTest::keyClicks(palette->field(), typed);
    QStringList listed;
    for (int i = 0; i < palette->list()->count(); ++i) listed << palette->list()->item(i)->text();
    palette->close();
    QTRY_VERIFY(!m_window->findChild<CommandPalette*>());
    QVERIFY2(std::any_of(listed.begin(), listed.end(), [&](const auto& l) { return l.startsWith(found); }),
             qPrintable(listed.join(", ")));
  }

  void thePaletteSetsAnOption() {
    QVERIFY(m_window->session().pruneOptions().criterion != "magnitude");
    m_window->actions().palette->trigger();
    auto* palette = m_window->findChild<CommandPalette*>();
    QTest::keyClicks(palette->field(), "criterion magnitude");
    QVERIFY2(palette->list()->count() > 0, "nothing found");
    QTest::keyClick(palette->field(), Qt::Key_Return);
    QTRY_COMPARE(m_window->session().pruneOptions().criterion, std::string("magnitude"));
    m_window->actions().undo->trigger();
  }

  void f1OpensTheManual() {
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTest::keyClick(m_window.get(), Qt::Key_F1);
    auto* manual = m_window->findChild<ManualWindow*>();
    QVERIFY(manual && manual->isVisible());
    QVERIFY(manual->page()->toPlainText().size() > 5000);
    QVERIFY(manual->contents()->count() > 5);
    // Every page it links to is in the program, and so are the pictures.
    QVERIFY(QFile::exists(":/manual/data.md"));
    const QDir docs(ESPALIER_SOURCE_DIR "/docs");
    for (const auto& picture : QDir(docs.filePath("images")).entryList({"*.png"}))
      QVERIFY2(QFile::exists(":/manual/images/" + picture), qPrintable(picture));
    manual->search()->setText("sensitivity");
    QVERIFY(!manual->page()->textCursor().selectedText().isEmpty());
    const int first = manual->page()->textCursor().position();
    manual->findNext();
    QVERIFY(manual->page()->textCursor().position() > first);
    manual->search()->setText("no such word anywhere");
    QVERIFY(manual->page()->extraSelections().isEmpty());
    manual->page()->setSource(QUrl("method.md"));
    QVERIFY(manual->page()->toPlainText().size() > 2000);
    manual->close();
  }

  void dialogsBeginWhereTheLastOneWas() {
    QTemporaryDir a, b;
    QSettings().clear();
    QCOMPARE(lastFolder(FolderOf::Models), QDir::homePath());
    rememberFolder(FolderOf::Models, a.filePath("model"));
    QCOMPARE(lastFolder(FolderOf::Models), a.path());
    QCOMPARE(lastFolder(FolderOf::Exports), a.path());  // nothing was exported yet
    rememberFolder(FolderOf::Exports, b.filePath("plan.json"));
    QCOMPARE(lastFolder(FolderOf::Exports), b.path());
    QCOMPARE(lastFolder(FolderOf::Models), a.path());
    QVERIFY(b.remove());
    QVERIFY(QFileInfo(lastFolder(FolderOf::Exports)).isDir());
  }

  void theFirstWindowFitsItsScreen() {
    for (const QSize& screen : {QSize(1024, 640), QSize(1280, 800), QSize(1920, 1080), QSize(3840, 2160)})
      for (const QSize& wanted : {QSize(1280, 800), QSize(2048, 1280)}) {
        const QRect room(QPoint(0, 24), screen - QSize(0, 24));
        const QRect place = MainWindow::firstPlace(wanted, room);
        QVERIFY(room.contains(place.adjusted(-4, -28, 4, 4)));
        QVERIFY(place.width() == wanted.width() || place.width() >= screen.width() - 8);
      }
    MainWindow window;
    QVERIFY(window.minimumWidth() <= window.screen()->availableGeometry().width());
  }
};

QTEST_MAIN(EverydayTest)
#include "everyday_test.moc"
