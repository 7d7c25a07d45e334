// The table of layers on the bundled sample: what it shows is what the engine measures, and it follows.
#include "ui/panels/layers_panel.h"

#include <QComboBox>
#include <QToolButton>
#include <QtTest/QtTest>
#include <cmath>

#include "core/samples/sample_folder.h"
#include "ui/items/layer_model.h"
#include "ui/plot/architecture_view.h"
#include "ui/session/session.h"

using namespace espalier;

class LayersPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void showsWhatIsMeasured() {
    Session session;
    LayersPanel panel(session);
    panel.resize(700, 300);
    panel.show();
    const auto model = openModel(sampleFolder() / "model");
    session.setModel(model, {}, openDatasetFor(*model, sampleFolder() / "pairs"));
    auto& table = *panel.model();
    QCOMPARE(table.rowCount(), int(infoOf(*model).blocks.size()));
    int64_t weights = 0;
    for (int row = 0; row < table.rowCount(); ++row)
      weights += int64_t(table.index(row, LayerModel::Weights).data(LayerModel::SortRole).toDouble());
    int64_t expected = 0;
    for (const auto& b : infoOf(*model).blocks) expected += b.parameters();
    QCOMPARE(weights, expected);
    // Nothing is pruned: no change is known.
    QVERIFY(std::isnan(table.index(0, LayerModel::Cosine).data(LayerModel::SortRole).toDouble()));

    PruneOptions options;
    options.criterion = "magnitude";
    Plan plan = session.plan().settledPlan();
    for (auto& g : plan.groups) g.sparsity = 0.7;
    const auto pruned = pruneModel(*model, plan, {}, options, {});
    session.setPruned({pruned.model, plan, options, pruned.sparsity}, {});
    QTRY_VERIFY_WITH_TIMEOUT(!panel.runner().isBusy(), 60'000);
    QTRY_VERIFY(!std::isnan(table.index(0, LayerModel::Cosine).data(LayerModel::SortRole).toDouble()));
    const auto changes = layerChanges(*model, *pruned.model, session.pairs(), 8, {});
    for (const auto& c : changes) {
      const int row = table.rowOf(c.block);
      QVERIFY(row >= 0);
      QCOMPARE(table.index(row, LayerModel::Cosine).data(LayerModel::SortRole).toDouble(), c.cosine);
      QCOMPARE(table.index(row, LayerModel::Error).data(LayerModel::SortRole).toDouble(), c.relativeError);
      QCOMPARE(table.index(row, LayerModel::Cka).data(LayerModel::SortRole).toDouble(), c.cka);
    }
    // A click chooses the block for all views, and a choice elsewhere is shown here.
    panel.view()->setCurrentIndex(panel.view()->model()->index(2, 0));
    QVERIFY(!session.selection().current().empty());
    const auto last = session.plan().settledPlan().groups.back().name;
    session.selection().set({last}, last);
    QVERIFY(panel.view()->currentIndex().row() != 2);

    // The drawing has the same blocks, coloured by the plan, and chooses as the table does.
    auto& drawing = *panel.drawing();
    QCOMPARE(drawing.blocks().size(), infoOf(*model).blocks.size());
    QCOMPARE(drawing.current(), drawing.blocks().back().name);
    const auto sparsities = session.plan().plan().sparsities();
    for (const auto& block : drawing.blocks())
      for (const auto& part : block.parts)
        if (const auto it = sparsities.find(part.matrix); it != sparsities.end())
          QCOMPARE(part.value, it->second);
    QTest::mouseClick(&drawing, Qt::LeftButton, {}, drawing.blockRect(1).center());
    QCOMPARE(drawing.current(), drawing.blocks()[1].name);
    QCOMPARE(panel.view()->currentIndex().row(), 1);

    // By change of activations it shows the errors of the table.
    auto& colouring = *panel.findChild<QComboBox*>();
    colouring.setFocus();
    QTest::keyClick(&colouring, Qt::Key_Down);
    QTest::keyClick(&colouring, Qt::Key_Down);
    QCOMPARE(colouring.currentIndex(), 2);
    for (const auto& c : changes)
      QCOMPARE(drawing.blocks()[size_t(table.rowOf(c.block))].parts.front().value, c.relativeError);
  }

  // In the pane of a window of 1280 pixels the names and what pruning changes are in sight; what a block is
  // made of gives way.
  void whatCountsStaysInSight() {
    Session session;
    LayersPanel panel(session);
    panel.resize(450, 240);
    panel.show();
    const auto model = openModel(sampleFolder() / "model");
    session.setModel(model, {}, openDatasetFor(*model, sampleFolder() / "pairs"));
    auto* view = panel.view();
    for (auto* button : panel.findChildren<QToolButton*>())
      if (button->accessibleName() == "Table") button->click();
    QVERIFY(view->isVisible());
    for (int width = 450; width <= 1100; width += 50) {
      panel.resize(width, 240);
      QTRY_VERIFY(!view->horizontalScrollBar()->isVisible());
      for (int column : {int(LayerModel::Sparsity), int(LayerModel::Cosine), int(LayerModel::Error)})
        QVERIFY(!view->isColumnHidden(column));
      QVERIFY(view->columnWidth(LayerModel::Name) >=
              view->fontMetrics().horizontalAdvance(
                  view->model()->index(11, LayerModel::Name).data().toString()));
    }
    QVERIFY(!view->isColumnHidden(LayerModel::Matrices) && !view->isColumnHidden(LayerModel::Cka));
    // Blocks are called as in the charts; the tip has the name of the checkpoint.
    QStringList names;
    for (int row = 0; row < view->model()->rowCount(); ++row)
      names << view->model()->index(row, LayerModel::Name).data().toString();
    QVERIFY(names.contains("Vision 0"));
    QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), names.size());
    QVERIFY(view->model()->index(0, LayerModel::Name).data(Qt::ToolTipRole).toString().contains("layers.0"));
  }
};

QTEST_MAIN(LayersPanelTest)
#include "layers_panel_test.moc"
