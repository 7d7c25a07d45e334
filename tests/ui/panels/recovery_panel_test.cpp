// The pane of recovery, with mouse and keys, on the bundled sample.
#include "ui/panels/recovery_panel.h"

#include <QAction>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest/QtTest>

#include "ui/base/elided_label.h"
#include "ui/controllers/model_controller.h"
#include "ui/controllers/recover_controller.h"
#include "ui/controllers/result_controller.h"
#include "ui/panels/empty_state.h"
#include "ui/plot/recovery_chart.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

constexpr int kLong = 120000;

struct Pane {
  Session session;
  ModelController models{session};
  ResultController results{session};
  RecoverController recovery{session};
  QAction recover{"Recover"}, data{"Calibration pairs"};
  RecoveryPanel panel{session, recovery, &recover, &data};

  Pane() {
    QObject::connect(&recover, &QAction::triggered, &recovery, &RecoverController::recover);
    panel.resize(620, 320);
    panel.show();
  }
  void openSample() {
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel() && session.dense(), kLong);
    PruneOptions prune = session.pruneOptions();
    prune.samples = 8;
    session.setPruneOptions(prune);
    Dataset few = session.pairs();
    few.samples.resize(8);
    session.setPairs(few);
    RecoverOptions options = session.recoverOptions();
    options.samples = 8;
    options.batchSize = 4;
    session.setRecoverOptions(options);
    QTRY_VERIFY_WITH_TIMEOUT(session.isUpToDate() && session.pruned(), kLong);
  }
  QListWidget* list() { return panel.findChild<QListWidget*>(); }
  QSpinBox* number(const char* key) { return panel.findChild<QSpinBox*>(key); }
  QPushButton* button(const char* name) { return panel.findChild<QPushButton*>(name); }
  QComboBox* shown() { return panel.findChild<QComboBox*>(); }
  const std::string& methods() { return session.recoverOptions().methods; }
  int rowOf(const QString& title) {
    for (int i = 0; i < list()->count(); ++i)
      if (list()->item(i)->text() == title) return i;
    return -1;
  }
  void toggle(const QString& title) {
    list()->setFocus();
    list()->setCurrentRow(rowOf(title));
    QTest::keyClick(list(), Qt::Key_Space);
  }
  void clickStart() {
    for (auto* b : panel.findChildren<QToolButton*>())
      if (b->defaultAction() == &recover) QTest::mouseClick(b, Qt::LeftButton);
  }
};

}  // namespace

class RecoveryPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void methodsAreTickedAndOrderedByKeys() {
    Pane pane;
    pane.openSample();
    QCOMPARE(pane.list()->count(), int(recoveryMethods().size()));
    QCOMPARE(pane.methods(), std::string("rebuild"));
    pane.toggle("Distillation");
    QCOMPARE(pane.methods(), std::string("rebuild,distil"));
    const int steps = pane.session.plan().history().count();
    QTest::keyClick(pane.list(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(pane.methods(), std::string("distil,rebuild"));
    QCOMPARE(pane.list()->currentItem()->text(), QString("Distillation"));
    QVERIFY(pane.session.plan().history().undoText().contains("Distillation, Block rebuild"));
    pane.session.plan().history().undo();
    QCOMPARE(pane.methods(), std::string("rebuild,distil"));
    QCOMPARE(pane.rowOf("Block rebuild"), 0);
    QVERIFY(pane.session.plan().history().count() <= steps + 1);
    pane.toggle("Block rebuild");
    QCOMPARE(pane.methods(), std::string("distil"));
  }

  // Each row of the engine's table has its field; those of methods that are not ticked wait.
  void theFieldsAreThoseOfTheTable() {
    Pane pane;
    pane.openSample();
    for (const auto& field : recoverFields()) {
      if (field.methods) continue;
      auto* widget = pane.panel.findChild<QWidget*>(QString::fromStdString(field.key));
      QVERIFY2(widget && !widget->accessibleName().isEmpty() && !widget->toolTip().isEmpty(),
               field.key.c_str());
      QCOMPARE(widget->isEnabled(), usesOption(pane.session.recoverOptions(), field.key));
    }
    QVERIFY(pane.number("rebuildSteps")->isEnabled() && !pane.number("distilSteps")->isEnabled());
    pane.toggle("Distillation");
    QVERIFY(pane.number("distilSteps")->isEnabled());
    auto* steps = pane.number("rebuildSteps");
    steps->setFocus();
    steps->selectAll();
    QTest::keyClicks(steps, "7");
    QTest::keyClick(steps, Qt::Key_Return);
    QCOMPARE(pane.session.recoverOptions().rebuildSteps, int64_t(7));
    pane.session.plan().history().undo();
    QCOMPARE(steps->value(), 100);
  }

  void aRunShowsItsLossesAndIsStoppedAndKept() {
    Pane pane;
    pane.openSample();
    pane.toggle("Bias and norm correction");
    pane.toggle("Block rebuild");
    QCOMPARE(pane.methods(), std::string("correct"));
    QVERIFY(!pane.button("keepReached")->isEnabled());
    RecoverOptions options = pane.session.recoverOptions();
    options.rebuildSteps = 100000;
    pane.session.setRecoverOptions(options);
    pane.clickStart();
    QTRY_VERIFY_WITH_TIMEOUT(
        pane.panel.chart()->trainedPoints() > 2 && pane.panel.chart()->heldOutPoints() > 0, kLong);
    QVERIFY(pane.button("keepReached")->isEnabled() && pane.button("cancelRecovery")->isEnabled());
    QVERIFY(pane.shown()->currentText().startsWith("Bias and norm correction, "));
    QTest::mouseClick(pane.button("keepReached"), Qt::LeftButton);
    QVERIFY(!pane.button("keepReached")->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(pane.session.plan().recovered() && pane.session.isUpToDate(), kLong);
    QVERIFY(pane.session.plan().recovered()->record.stopped);
    QVERIFY(pane.panel.findChild<ElidedLabel*>()->fullText().contains("stopped"));
    // Its curve stays, with what became of it.
    QVERIFY(pane.panel.chart()->heldOutPoints() > 0);
    QVERIFY(pane.shown()->currentText().contains(QChar(0x2192)));
    pane.session.plan().history().undo();
    QVERIFY(pane.panel.chart()->trainedPoints() == 0 && pane.shown()->count() == 0);
  }

  // No empty chart and no empty box: a sentence, until there are losses.
  void aSentenceWhereThereIsNoCurve() {
    Pane pane;
    QVERIFY(!pane.panel.chart()->isVisible() && !pane.shown()->isVisible());
    QVERIFY(pane.panel.findChild<EmptyState*>()->isVisible());
    pane.openSample();
    QVERIFY(!pane.panel.chart()->isVisible());
    RecoverOptions options = pane.session.recoverOptions();
    options.methods = "correct";
    options.rebuildSteps = 100000;
    pane.session.setRecoverOptions(options);
    pane.clickStart();
    QTRY_VERIFY_WITH_TIMEOUT(!pane.recovery.points().empty(), kLong);
    QTRY_VERIFY(pane.panel.chart()->isVisible() && pane.shown()->isVisible());
    QVERIFY(!pane.panel.findChild<EmptyState*>()->isVisible());
    pane.recovery.runner().cancel();
  }

  void cancelLeavesThePlanAsItWas() {
    Pane pane;
    pane.openSample();
    RecoverOptions options = pane.session.recoverOptions();
    options.methods = "correct";
    options.rebuildSteps = 100000;
    pane.session.setRecoverOptions(options);
    pane.clickStart();
    QTRY_VERIFY_WITH_TIMEOUT(!pane.recovery.points().empty(), kLong);
    QTest::mouseClick(pane.button("cancelRecovery"), Qt::LeftButton);
    QVERIFY(!pane.recovery.runner().isBusy() && !pane.session.plan().recovered());
    QVERIFY(!pane.button("cancelRecovery")->isEnabled());
  }
};

QTEST_MAIN(RecoveryPanelTest)
#include "recovery_panel_test.moc"
