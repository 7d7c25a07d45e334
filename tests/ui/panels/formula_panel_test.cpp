#include "ui/panels/formula_panel.h"

#include <QtTest/QtTest>

#include "tests/ui/plan_sample.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

class FormulaPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // What stands there is of the method that is chosen and of the block that is current, also while it is
  // dragged.
  void followsTheChoicesAndTheCurrentBlock() {
    Session session;
    FormulaPanel panel(session);
    panel.resize(280, 500);
    panel.show();
    session.plan().begin(sampleState());
    QVERIFY(panel.toPlainText().contains(QString::fromUtf8("L(W + εz)")));
    QVERIFY(panel.toPlainText().contains(QString::fromUtf8("‖X")));
    ScoreOptions scoring = session.scoreOptions();
    scoring.method = "magnitude";
    session.setScoreOptions(scoring);
    QVERIFY(!panel.toPlainText().contains(QString::fromUtf8("L(W + εz)")));
    PruneOptions pruning = session.pruneOptions();
    pruning.criterion = "sparsegpt";
    session.setPruneOptions(pruning);
    QVERIFY(panel.toPlainText().contains("H = XX"));
    session.plan().history().undo();
    QVERIFY(!panel.toPlainText().contains("H = XX"));

    const std::string name = session.plan().plan().groups[2].name;
    QVERIFY(!panel.toPlainText().contains(text(name)));
    session.selection().set({name}, name);
    QVERIFY(panel.toPlainText().contains(text(name)));
    session.plan().beginDrag(name);
    session.plan().dragTo(0.31);
    QVERIFY2(panel.toPlainText().contains(percent(session.plan().plan().groups[2].sparsity)),
             qPrintable(panel.toPlainText()));
    session.plan().endDrag();
    session.plan().setTarget(0.64);
    QVERIFY(panel.toPlainText().contains(percent(0.64)));
    session.plan().setAllocator("uniform");
    QVERIFY(!panel.toPlainText().contains("keep"));
  }
};

QTEST_MAIN(FormulaPanelTest)
#include "formula_panel_test.moc"
