#include "ui/panels/result_panel.h"

#include <QAction>
#include <QLabel>
#include <QScrollBar>
#include <QTableView>
#include <QtTest/QtTest>

#include "ui/items/result_model.h"
#include "ui/session/session.h"

using namespace espalier;

class ResultPanelTest : public QObject {
  Q_OBJECT

  static Dataset eightPairs() {
    Dataset pairs;
    for (int i = 0; i < 8; ++i) pairs.samples.push_back({"", "is it?", "yes", "exists"});
    return pairs;
  }
  static Evaluation answered(const char* task, std::map<std::string, double> metrics = {}) {
    Evaluation e;
    e.task = task;
    for (int i = 0; i < 8; ++i) e.pairs.push_back({i, "yes", i % 4 != 0, 0.5});
    e.metrics = std::move(metrics);
    return e;
  }

 private Q_SLOTS:
  // In a narrow pane the loss is worth more than the interval, which the bars show too.
  void theIntervalGivesWay() {
    Session session;
    session.setPairs(eightPairs());
    QAction prune("Prune");
    ResultPanel panel(session, &prune);
    panel.resize(760, 300);
    panel.show();
    session.setDense(answered("vqa"));
    auto* view = panel.findChild<QTableView*>();
    QVERIFY(view->isVisible());
    QVERIFY(!view->isColumnHidden(ResultModel::IntervalColumn));
    panel.resize(380, 300);
    QTRY_VERIFY(view->isColumnHidden(ResultModel::IntervalColumn));
    QVERIFY(!view->isColumnHidden(ResultModel::Loss));
    panel.resize(760, 300);
    QTRY_VERIFY(!view->isColumnHidden(ResultModel::IntervalColumn));
  }

  // Nothing is left to scroll sideways for where columns can give way, whatever bars come and go.
  void noUselessScrollBar() {
    Session session;
    session.setPairs(eightPairs());
    QAction prune("Prune");
    ResultPanel panel(session, &prune);
    panel.resize(700, 90);  // lower than its rows
    panel.show();
    session.setDense(answered("vqa"));
    PrunedModel pruned;
    pruned.sparsity = 0.5;
    session.setPruned(pruned, answered("vqa"));
    auto* view = panel.findChild<QTableView*>();
    for (int width = 700; width >= 400; width -= 7) {
      panel.resize(width, 90);
      QTRY_VERIFY2(!view->horizontalScrollBar()->isVisible(), qPrintable(QString::number(width)));
      QVERIFY(!view->isColumnHidden(ResultModel::Loss));
    }
    QVERIFY(view->isColumnHidden(ResultModel::Pairs));
  }

  // Pictures without a label say how far a classifier agrees, not how often it is right; those that cannot be
  // read are counted and named.
  void agreementIsNotCalledRight() {
    Session session;
    session.setPairs(eightPairs());
    QAction prune("Prune");
    ResultPanel panel(session, &prune);
    panel.show();
    auto dense = answered("classification", {{"agreement", 1.0}});
    dense.onlyAgreement = true;
    dense.problems = {{"a.jpg", "is damaged"}};
    session.setDense(dense);
    QStringList said, tips;
    for (const auto* label : panel.findChildren<QLabel*>()) said << label->text(), tips << label->toolTip();
    QVERIFY2(said.join(' ').contains("agreement with the dense model is measured"),
             qPrintable(said.join(' ')));
    QVERIFY(!said.join(' ').contains("</b> right"));
    QVERIFY(said.join(' ').contains("picture"));
    QVERIFY(tips.contains("a.jpg is damaged"));
  }

  void aLanguageModelIsToldByItsPerplexity() {
    Session session;
    session.setPairs(eightPairs());
    QAction prune("Prune");
    ResultPanel panel(session, &prune);
    panel.show();
    session.setDense(answered("perplexity", {{"perplexity", 2.5}}));
    QStringList said;
    for (const auto* label : panel.findChildren<QLabel*>()) said << label->text();
    QVERIFY2(said.join(' ').contains("perplexity is <b>2.5</b>"), qPrintable(said.join(' ')));
    QVERIFY(!said.join(' ').contains("right"));
    // Nothing would follow the plan: what it takes is said.
    const auto headline = [&panel] {
      QString all;
      for (const auto* label : panel.findChildren<QLabel*>()) all += label->text();
      return all;
    };
    QVERIFY(headline().contains("Wanda needs calibration pairs"));
    session.setCalibration(eightPairs());
    QVERIFY(headline().contains("Prune to compare."));
    session.setCalibration({});
    PruneOptions magnitude;
    magnitude.criterion = "magnitude";
    session.setPruneOptions(magnitude);
    QVERIFY(headline().contains("Prune to compare."));
  }
};

QTEST_MAIN(ResultPanelTest)
#include "result_panel_test.moc"
