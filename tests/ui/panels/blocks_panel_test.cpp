#include "ui/panels/blocks_panel.h"

#include <QAbstractItemModelTester>
#include <QDoubleSpinBox>
#include <QTableView>
#include <QtTest/QtTest>

#include "tests/ui/plan_sample.h"
#include "ui/items/block_model.h"
#include "ui/items/fraction_delegate.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

namespace {

struct Bench {
  Session session;
  PlanDocument& plan = session.plan();
  BlocksPanel panel{session};
  QTableView& table = *panel.table();

  Bench() {
    plan.begin(sampleState());
    panel.resize(700, 420);
    panel.show();
    QTest::qWait(20);
  }
  QModelIndex cell(int row, int column) { return table.model()->index(row, column); }
};

}  // namespace

class BlocksPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theModelIsSound() {
    PlanDocument plan;
    BlockModel model(plan);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    plan.begin(sampleState());
    QCOMPARE(model.rowCount(), 12);
    plan.setGranularity(Granularity::Component);
    QCOMPARE(model.rowCount(), 2);
    plan.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void aBarIsDraggedAndTheTargetHolds() {
    Bench bench;
    const auto before = sparsitiesOf(bench.plan.plan());
    const QRect bar = FractionDelegate::barIn(bench.table.visualRect(bench.cell(2, BlockModel::Sparsity)),
                                              bench.table.fontMetrics());
    const QPoint end(int(bar.left() + bar.width() * before[2]), bar.center().y());
    QTest::mousePress(bench.table.viewport(), Qt::LeftButton, {}, end);
    for (int i = 1; i <= 6; ++i) QTest::mouseMove(bench.table.viewport(), end - QPoint(2 * i, 0));
    QVERIFY(bench.plan.isDragging());
    QTest::mouseRelease(bench.table.viewport(), Qt::LeftButton, {}, end - QPoint(12, 0));
    QVERIFY(sparsitiesOf(bench.plan.plan())[2] < before[2] - 0.02);
    QVERIFY(weightsOff(bench.plan.plan()) <= 2);
    QCOMPARE(bench.plan.history().count(), 1);
    QCOMPARE(bench.session.selection().current(), std::string("vision.layers.2"));
  }

  void aNumberIsTyped() {
    Bench bench;
    const QModelIndex at = bench.cell(3, BlockModel::Sparsity);
    bench.table.setCurrentIndex(at);
    bench.table.edit(at);
    auto* spin = bench.table.findChild<QDoubleSpinBox*>();
    QVERIFY(spin);
    spin->selectAll();
    QTest::keyClicks(spin, QLocale().toString(42.0, 'f', 1));
    QTest::keyClick(spin, Qt::Key_Return);
    QTRY_VERIFY(qAbs(bench.plan.plan().groups[3].sparsity - 0.42) < 1e-9);
    QVERIFY(!bench.table.model()->setData(at, 400));
    QVERIFY(!bench.table.model()->setData(at, "many"));
  }

  void aTickPins() {
    Bench bench;
    QVERIFY(bench.table.model()->setData(bench.cell(5, BlockModel::Pinned), Qt::Checked, Qt::CheckStateRole));
    QVERIFY(bench.plan.plan().groups[5].pinned);
    bench.plan.history().undo();
    QCOMPARE(bench.cell(5, BlockModel::Pinned).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
  }

  void theSelectionIsShared() {
    Bench bench;
    bench.session.selection().set({"vision.layers.1", "vision.layers.4"}, "vision.layers.4");
    QCOMPARE(bench.table.selectionModel()->selectedRows().size(), 2);
    QCOMPARE(bench.table.currentIndex().row(), 4);
    QTest::mouseClick(bench.table.viewport(), Qt::LeftButton, {},
                      bench.table.visualRect(bench.cell(0, BlockModel::Name)).center());
    QCOMPARE(bench.session.selection().current(), std::string("vision.layers.0"));
    QCOMPARE(bench.session.selection().groups().size(), size_t(1));
  }

  void sortsByNumbers() {
    Bench bench;
    bench.table.sortByColumn(BlockModel::Importance, Qt::DescendingOrder);
    QVERIFY(bench.cell(0, BlockModel::Name).data().toString().endsWith("layers.5"));
    QVERIFY(bench.cell(11, BlockModel::Name).data().toString().endsWith("layers.0"));
  }
};

QTEST_MAIN(BlocksPanelTest)
#include "blocks_panel_test.moc"
