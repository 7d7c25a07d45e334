#include "ui/panels/formula_panel.h"

#include <QRegularExpression>
#include <QTextDocument>
#include <QtTest/QtTest>

#include "core/allocate/allocator.h"
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
    QVERIFY(panel.toPlainText().contains(QString::fromUtf8("L(W + tz)")));
    QVERIFY(panel.toPlainText().contains(QString::fromUtf8("‖X")));
    ScoreOptions scoring = session.scoreOptions();
    scoring.method = "magnitude";
    session.setScoreOptions(scoring);
    QVERIFY(!panel.toPlainText().contains(QString::fromUtf8("L(W + tz)")));
    PruneOptions pruning = session.pruneOptions();
    pruning.criterion = "sparsegpt";
    session.setPruneOptions(pruning);
    QVERIFY(panel.toPlainText().contains("H = 2/n"));
    session.plan().history().undo();
    QVERIFY(!panel.toPlainText().contains("H = 2/n"));

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

  // Every method shows its own arithmetic, and nothing is left of a place for a number.
  void everyMethodShowsItsOwnFormulas() {
    Session session;
    FormulaPanel panel(session);
    panel.resize(280, 500);
    panel.show();
    session.plan().begin(sampleState());
    const auto plainOf = [](const std::string& html) {
      QTextDocument document;
      document.setHtml(text(html));
      return document.toPlainText().simplified();
    };
    const auto shows = [&](const Method& method) {
      const QString shown = panel.toPlainText().simplified();
      for (const auto& f : method.formulas)
        if (!text(f.html).contains('{'))
          QVERIFY2(shown.contains(plainOf(f.html)), qPrintable(text(method.name) + ": " + shown));
      QVERIFY2(!shown.contains(QRegularExpression("\\{[a-zA-Z]+\\}")), qPrintable(shown));
    };
    for (const auto& method : scoreMethods()) {
      auto options = session.scoreOptions();
      options.method = method.name;
      session.setScoreOptions(options);
      shows(method);
    }
    for (const auto& method : pruneCriteria()) {
      auto options = session.pruneOptions();
      options.criterion = method.name;
      session.setPruneOptions(options);
      shows(method);
    }
    for (const auto& allocator : allocators()) {
      auto plan = sampleState();
      plan.plan.allocator = allocator.name;
      session.plan().begin(plan);
      shows(allocator);
    }
  }

  void patternsAndGroupsAreThoseOfTheCriterion() {
    Session session;
    FormulaPanel panel(session);
    panel.resize(280, 500);
    panel.show();
    session.plan().begin(sampleState());
    auto options = session.pruneOptions();
    const auto after = [&] {
      session.setPruneOptions(options);
      return panel.toPlainText();
    };
    options.criterion = "magnitude";
    QVERIFY(after().contains("The least of the whole matrix go."));
    QVERIFY(!after().contains("output row"));
    options.criterion = "sparsegpt";
    QVERIFY(after().contains("128 columns go, over all rows"));
    options.criterion = "wanda";
    QVERIFY(after().contains(
        "In vision towers: The least of the whole matrix go. Elsewhere: The least of each output row"));
    options.pattern = "2:4";
    QVERIFY(after().contains("of every 4 neighbours in a row the 2 "));
    QVERIFY(!after().contains("output row"));
  }
};

QTEST_MAIN(FormulaPanelTest)
#include "formula_panel_test.moc"
