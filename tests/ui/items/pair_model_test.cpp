#include "ui/items/pair_model.h"

#include <QAbstractItemModelTester>
#include <QtTest/QtTest>

#include "ui/items/pair_filter.h"

using namespace espalier;

namespace {

PairResult said(int64_t sample, const char* answer, bool right) {
  PairResult result;
  result.sample = sample;
  result.answer = answer;
  result.right = right;
  return result;
}

Dataset dataset() {
  Dataset d;
  d.samples = {{"a.png", "what colour?", "red", "colour"},
               {"b.png", "what colour?", "blue", "colour"},
               {"c.png", "how many?", "2", "count"},
               {"d.png", "how many?", "3", "count"}};
  return d;
}

std::vector<PairOutcome> outcomes() {
  return {{said(0, "red", true), said(0, "red", true)},
          {said(1, "red", false), said(1, "blue", true)},
          {said(2, "2", true), said(2, "5", false)},
          {said(3, "1", false), said(3, "1", false)}};
}

QList<int> order(const PairFilter& filter) {
  QList<int> out;
  for (int i = 0; i < filter.rowCount(); ++i) out << filter.mapToSource(filter.index(i, 0)).row();
  return out;
}

}  // namespace

class PairModelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void isAProperModel() {
    PairModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    PairFilter filter;
    QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    filter.setSourceModel(&model);
    model.setPairs(dataset(), {});
    QCOMPARE(model.rowCount(), 4);
    model.setOutcomes(outcomes(), {0, 1, 2, 3});
    model.settle();
    filter.setShow(PairFilter::Show::Flips);
    model.setOutdated(true);
    model.setPairs({}, {});
    QCOMPARE(filter.rowCount(), 0);
  }

  void flippedAnswersComeFirst() {
    PairModel model;
    PairFilter filter;
    filter.setSourceModel(&model);
    model.setPairs(dataset(), outcomes());
    QCOMPARE(order(filter), (QList<int>{2, 1, 3, 0}));
  }

  void rowsStayWhileAnswersComeIn() {
    PairModel model;
    PairFilter filter;
    filter.setSourceModel(&model);
    model.setPairs(dataset(), {{}, {}, {}, {}});
    model.setOutcomes(outcomes(), {0, 1, 2, 3});
    QCOMPARE(order(filter), (QList<int>{0, 1, 2, 3}));
    QCOMPARE(model.index(2).data(PairModel::ChangeRole).toInt(), int(Change::RightToWrong));
    model.settle();
    QCOMPARE(order(filter), (QList<int>{2, 1, 3, 0}));
  }

  void filtersByChangeKindAndWords() {
    PairModel model;
    PairFilter filter;
    filter.setSourceModel(&model);
    model.setPairs(dataset(), outcomes());
    QCOMPARE(model.kinds(), (QStringList{"colour", "count"}));
    filter.setShow(PairFilter::Show::Flips);
    QCOMPARE(order(filter), (QList<int>{2, 1}));
    filter.setShow(PairFilter::Show::RightToWrong);
    QCOMPARE(order(filter), (QList<int>{2}));
    filter.setShow(PairFilter::Show::WrongToRight);
    QCOMPARE(order(filter), (QList<int>{1}));
    filter.setShow(PairFilter::Show::All);
    filter.setKind("count");
    QCOMPARE(order(filter), (QList<int>{2, 3}));
    filter.setKind({});
    filter.setWords("RED colour");
    QCOMPARE(order(filter), (QList<int>{1, 0}));
    filter.setWords("nowhere");
    QCOMPARE(filter.rowCount(), 0);
  }

  void saysEverythingToAScreenReader() {
    PairModel model;
    model.setPairs(dataset(), outcomes());
    const QString words = model.index(2).data(Qt::AccessibleTextRole).toString();
    for (const char* part : {"how many?", "2", "5", "right", "wrong"}) QVERIFY2(words.contains(part), part);
  }
};

QTEST_MAIN(PairModelTest)
#include "pair_model_test.moc"
