// The pane of runs: what it shows of a file, what it writes, and what a click does.
#include "ui/panels/runs_panel.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QToolButton>
#include <QtTest/QtTest>

#include "core/base/file.h"
#include "tests/ui/plan_sample.h"
#include "ui/base/format.h"
#include "ui/controllers/runs_controller.h"
#include "ui/plot/runs_chart.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

class RunsPanelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  QString tableFile() {
    RunsTable table;
    for (int i = 0; i < 3; ++i) {
      Run run;
      run.id = "id" + std::to_string(i), run.name = "run " + std::to_string(i), run.criterion = "wanda";
      run.sparsity = 0.3 * i, run.fileBytes = (100 - 30 * i) << 20, run.denseBytes = 100 << 20;
      run.data = "pairs", run.right = 9 - i, run.total = 10;
      table.runs.push_back(run);
    }
    // No other run is as bad and as large.
    table.runs[1].right = 5;
    table.runs[2].right = 6;
    for (const auto& group : sampleState().plan.groups) table.runs[2].plan[group.name] = 0.25;
    const QString file = m_dir.filePath("runs.json");
    writeRuns(toPath(file), table);
    return file;
  }
  static QToolButton* buttonNamed(const RunsPanel& panel, const QString& name) {
    for (auto* b : panel.findChildren<QToolButton*>())
      if (b->text() == name) return b;
    return nullptr;
  }
  static QString said(const RunsPanel& panel) {
    QStringList all;
    for (const auto* label : panel.findChildren<QLabel*>()) all << label->text();
    return all.join(' ');
  }

 private Q_SLOTS:
  void aFileIsShown() {
    Session session;
    RunsPanel panel(session);
    panel.resize(900, 300);
    panel.show();
    QVERIFY(said(panel).contains("No runs yet"));
    panel.controller()->open(tableFile());
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    QCOMPARE(panel.table()->item(2, 0)->text(), QString("run 2"));
    QVERIFY2(panel.table()->item(0, 4)->text().startsWith(percent(0.9)),
             qPrintable(panel.table()->item(0, 4)->text()));
    QCOMPARE(panel.chart()->shown(), (std::vector<size_t>{0, 1, 2}));
    QCOMPARE(panel.chart()->front(), (std::vector<size_t>{0, 2}));
    // Nobody measured the time.
    panel.findChild<QComboBox*>()->setCurrentIndex(2);
    QVERIFY(panel.chart()->shown().empty());
  }

  // Columns are fitted to a table that is filled, not to each cell that is put in.
  void manyRunsAreFittedOnce() {
    struct Counting : QStyledItemDelegate {
      mutable int asked = 0;
      QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        ++asked;
        return QStyledItemDelegate::sizeHint(option, index);
      }
    } counting;
    Session session;
    RunsPanel panel(session);
    panel.resize(900, 300);
    panel.show();
    panel.table()->setItemDelegate(&counting);
    const int runs = 100;
    session.changeRuns([&](RunsTable& table) {
      for (int i = 0; i < runs; ++i) {
        Run run;
        run.id = "id" + std::to_string(i), run.name = "run " + std::to_string(i);
        table.put(run);
      }
    });
    QCOMPARE(panel.table()->rowCount(), runs);
    QTest::qWait(50);
    QVERIFY(panel.table()->columnWidth(0) >= panel.table()->fontMetrics().horizontalAdvance("run 99"));
    QVERIFY2(counting.asked <= 3 * runs * panel.table()->columnCount(),
             qPrintable(QString::number(counting.asked)));
  }

  // Another program may have written it meanwhile.
  void theSameFileIsReadAgain() {
    Session session;
    RunsPanel panel(session);
    panel.show();
    const QString file = tableFile();
    panel.controller()->open(file);
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    QTRY_VERIFY(!panel.controller()->runner().isBusy());
    auto table = readRuns(toPath(file));
    table.runs.pop_back();
    writeRuns(toPath(file), table);
    panel.controller()->open(file);
    QTRY_COMPARE(panel.table()->rowCount(), 2);
  }

  void aClickChoosesAndTwoRowsAreCompared() {
    Session session;
    RunsPanel panel(session);
    panel.resize(900, 300);
    panel.show();
    panel.controller()->open(tableFile());
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QTest::qWait(50);
    auto* plot = panel.chart()->childAt(panel.chart()->pixelOf(2));
    QVERIFY(plot);
    QTest::mouseClick(plot, Qt::LeftButton, {}, plot->mapFrom(panel.chart(), panel.chart()->pixelOf(2)));
    QCOMPARE(panel.chart()->current(), 2);
    QVERIFY(panel.table()->item(2, 0)->isSelected());
    QTest::keyClick(panel.chart(), Qt::Key_Right);
    QCOMPARE(panel.chart()->current(), 1);
    QVERIFY(panel.table()->item(1, 0)->isSelected());
    panel.table()->clearSelection();
    panel.table()->selectRow(0);
    panel.table()->setSelectionMode(QAbstractItemView::MultiSelection);
    panel.table()->selectRow(2);
    QVERIFY2(said(panel).contains("run 2 beside run 0") && said(panel).contains(percent(0.4)),
             qPrintable(said(panel)));
  }

  void aPlanIsTakenAndUndone() {
    Session session;
    session.plan().begin(sampleState());
    RunsPanel panel(session);
    panel.show();
    panel.controller()->open(tableFile());
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    const auto before = session.plan().plan().sparsities();
    panel.table()->selectRow(2);
    buttonNamed(panel, "Use This Plan")->click();
    for (const auto& group : session.plan().plan().groups) QCOMPARE(group.sparsity, 0.25);
    session.plan().history().undo();
    QVERIFY(session.plan().plan().sparsities() == before);
    // One without a plan is told.
    panel.table()->selectRow(0);
    buttonNamed(panel, "Use This Plan")->click();
    QVERIFY2(said(panel).contains("other groups"), qPrintable(said(panel)));
    QVERIFY(session.plan().plan().sparsities() == before);
  }

  void notesAreWrittenAndCsvToo() {
    Session session;
    RunsPanel panel(session);
    panel.show();
    const QString file = tableFile();
    panel.controller()->open(file);
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    panel.table()->item(1, 12)->setText("for the talk");
    QTRY_COMPARE(readRuns(toPath(file)).runs[1].notes, std::string("for the talk"));
    QTRY_VERIFY(!panel.controller()->runner().isBusy());
    // One after the other without waiting: none is lost.
    panel.table()->item(2, 11)->setText(" small,, for the talk ,");
    panel.controller()->setNotes(0, "first");
    panel.controller()->setNotes(2, "last");
    QTRY_COMPARE(readRuns(toPath(file)).runs[2].notes, std::string("last"));
    QCOMPARE(readRuns(toPath(file)).runs[0].notes, std::string("first"));
    QTRY_COMPARE(readRuns(toPath(file)).runs[2].tags, (std::vector<std::string>{"small", "for the talk"}));
    QTRY_VERIFY(!panel.controller()->runner().isBusy());
    panel.controller()->exportTo(m_dir.filePath("runs.csv"));
    QTRY_VERIFY(QFile::exists(m_dir.filePath("runs.csv")));
    QVERIFY(readTextFile(toPath(m_dir.filePath("runs.csv"))).find("for the talk") != std::string::npos);
  }

  // The session's own table: kept with the project, filled by import, drop and the window's results.
  void theProjectsRunsNeedNoFile() {
    Session session;
    RunsPanel panel(session);
    panel.resize(900, 300);
    panel.show();
    QSignalSpy changed(&session, &Session::runsChanged);
    // A table that is dropped, and one that is none.
    writeFileAtomically(toPath(m_dir.filePath("none.json")), "{");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(tableFile()), QUrl::fromLocalFile(m_dir.filePath("none.json"))});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&panel, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&panel, &drop);
    QTRY_COMPARE(session.runs().runs.size(), size_t(3));
    QTRY_VERIFY2(said(panel).contains("none.json"), qPrintable(said(panel)));
    QCOMPARE(panel.table()->rowCount(), 3);
    // Nothing that goes on by itself takes the sentence away.
    QTRY_VERIFY(!panel.controller()->runner().isBusy());
    QCoreApplication::processEvents();
    QVERIFY2(said(panel).contains("none.json"), qPrintable(said(panel)));
    QVERIFY2(said(panel).contains("3 runs, kept with the project"), qPrintable(said(panel)));
    // Again: they are there once. The sentence is over.
    panel.controller()->importFrom(tableFile());
    QVERIFY2(!said(panel).contains("none.json"), qPrintable(said(panel)));
    QTRY_VERIFY(!panel.controller()->runner().isBusy());
    QCOMPARE(session.runs().runs.size(), size_t(3));
    // Notes of the project's runs, and none is lost.
    panel.controller()->setNotes(0, "first");
    panel.controller()->setNotes(1, "second");
    QTRY_COMPARE(session.runs().runs[1].notes, std::string("second"));
    QCOMPARE(session.runs().runs[0].notes, std::string("first"));
    // A file in its place, and back.
    panel.controller()->open(m_dir.filePath("empty.json"));
    QTRY_COMPARE(panel.table()->rowCount(), 0);
    buttonNamed(panel, "Project's Runs")->click();
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    // Written for others to import.
    panel.controller()->exportTo(m_dir.filePath("others.json"));
    QTRY_VERIFY(QFile::exists(m_dir.filePath("others.json")));
    QTRY_VERIFY(!panel.controller()->runner().isBusy());
    QCOMPARE(readRuns(toPath(m_dir.filePath("others.json"))).runs[1].notes, std::string("second"));
    panel.table()->selectRow(1);
    buttonNamed(panel, "Remove")->click();
    QTRY_COMPARE(session.runs().runs.size(), size_t(2));
    QCOMPARE(session.runs().runs[1].id, std::string("id2"));
    // What was not written cannot be measured; without results nothing can be kept.
    QVERIFY(!buttonNamed(panel, "Keep Result")->isEnabled());
    panel.controller()->measure(0);
    QVERIFY2(said(panel).contains("was not written"), qPrintable(said(panel)));
  }

  // Beside every difference: how often chance parts two equally good models as far.
  void differencesSayWhatChanceExplains() {
    Session session;
    RunsTable table;
    for (int i = 0; i < 3; ++i) {
      Run run;
      run.id = "id" + std::to_string(i), run.name = "run " + std::to_string(i), run.data = "pairs";
      run.answers.assign(40, true);
      for (int wrong = 0; wrong < 10 * i; ++wrong) run.answers[size_t(wrong)] = false;
      run.right = 40 - 10 * i, run.total = 40;
      table.runs.push_back(run);
    }
    table.runs[2].answers.clear();  // of an older file
    table.runs[1].folder = "/models/one", table.runs[2].from = "/models/one/";
    session.changeRuns([&](RunsTable& now) { now = table; });
    RunsPanel panel(session);
    panel.show();
    QCOMPARE(panel.table()->item(0, 5)->text(), QString("best"));
    // Ten answers lost and none won: 2 / 1024.
    QVERIFY2(panel.table()->item(1, 5)->text().contains(percent(2.0 / 1024)),
             qPrintable(panel.table()->item(1, 5)->text()));
    QVERIFY(!panel.table()->item(2, 5)->text().contains("chance"));
    QCOMPARE(panel.table()->item(2, 10)->text(), QString("run 1"));
    panel.table()->selectRow(0);
    panel.table()->setSelectionMode(QAbstractItemView::MultiSelection);
    panel.table()->selectRow(1);
    QVERIFY2(said(panel).contains("more than chance explains (" + percent(2.0 / 1024)),
             qPrintable(said(panel)));
  }

  void whatCannotBeReadIsTold() {
    Session session;
    RunsPanel panel(session);
    panel.show();
    writeFileAtomically(toPath(m_dir.filePath("bad.json")), "{");
    panel.controller()->open(m_dir.filePath("bad.json"));
    QTRY_VERIFY2(said(panel).contains("bad.json"), qPrintable(said(panel)));
    panel.controller()->open(tableFile());
    QTRY_COMPARE(panel.table()->rowCount(), 3);
    panel.controller()->addFolder(m_dir.path());
    QTRY_VERIFY2(said(panel).contains("holds no espalier-recipe.json"), qPrintable(said(panel)));
    QCOMPARE(panel.table()->rowCount(), 3);
  }
};

QTEST_MAIN(RunsPanelTest)
#include "runs_panel_test.moc"
