#include "ui/panels/sensitivity_panel.h"

#include <QAction>
#include <QtTest/QtTest>

#include "tests/ui/plan_sample.h"
#include "ui/controllers/probe_controller.h"
#include "ui/plot/sensitivity_grid.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

class SensitivityPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void curvesAppearAsTheyAreMeasuredAndFollowThePlan() {
    Session session;
    ProbeController probes(session);
    QAction measure("Measure"), improve("Improve");
    SensitivityPanel panel(session, probes, &measure, &improve);
    panel.resize(600, 300);
    panel.show();
    session.plan().begin(sampleState());
    QVERIFY(!panel.grid()->isVisible());
    session.addSensitivity("vision.layers.1", Curve{{0, 0.5, 1}, {0, 0.2, 2}});
    QVERIFY(panel.grid()->isVisible());
    QCOMPARE(panel.grid()->cells().size(), size_t(12));
    QVERIFY(panel.grid()->cells()[1].curve.has_value());
    QVERIFY(!panel.grid()->cells()[2].curve.has_value());
    QCOMPARE(panel.grid()->highest(), 2.0);
    session.plan().setSparsity("vision.layers.1", 0.3);
    QCOMPARE(panel.grid()->cells()[1].sparsity, session.plan().plan().groups[1].sparsity);
  }

  // Each measured cell says what its axes are: the loss that is added and the sparsity.
  void theAxesHaveNumbers() {
    SensitivityGrid grid;
    grid.resize(400, 200);
    grid.setCells({{"vision.layers.0", "vision", 0.5, Curve{{0, 0.5, 1}, {0, 0.2, 2}}}});
    QTemporaryDir dir;
    QCOMPARE(grid.exportTo(dir.filePath("grid.svg")), QString());
    QFile file(dir.filePath("grid.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString drawn = QString::fromUtf8(file.readAll());
    for (const QString said : {"+2", "100", "%"}) QVERIFY2(drawn.contains(said), qPrintable(said));
  }

  void aClickAndTheKeysSelect() {
    Session session;
    ProbeController probes(session);
    QAction measure("Measure"), improve("Improve");
    SensitivityPanel panel(session, probes, &measure, &improve);
    panel.resize(600, 300);
    panel.show();
    session.plan().begin(sampleState());
    session.addSensitivity("vision.layers.0", Curve{{0, 1}, {0, 1}});
    SensitivityGrid& grid = *panel.grid();
    QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.cellRect(1).center());
    QCOMPARE(session.selection().current(), std::string("vision.layers.1"));
    QTest::mouseClick(&grid, Qt::LeftButton, Qt::ControlModifier, grid.cellRect(2).center());
    QCOMPARE(session.selection().groups().size(), size_t(2));
    QTest::keyClick(&grid, Qt::Key_Right);
    QCOMPARE(session.selection().current(), std::string("vision.layers.3"));
    QCOMPARE(session.selection().groups().size(), size_t(1));
  }
};

QTEST_MAIN(SensitivityPanelTest)
#include "sensitivity_panel_test.moc"
