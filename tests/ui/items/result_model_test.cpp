#include "ui/items/result_model.h"

#include <QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace espalier;

namespace {

Evaluation::Tally tally(const char* kind, int right, int total, double loss) {
  Evaluation::Tally t;
  t.kind = kind;
  t.right = right;
  t.total = total;
  t.loss = loss;
  return t;
}

QString cell(const ResultModel& model, int row, int column) {
  return model.index(row, column).data().toString();
}

}  // namespace

class ResultModelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale::c()); }

  void showsBothAndTheirDifference() {
    ResultModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setLines({{"All", tally("", 60, 64, 0.1234), tally("", 48, 64, 0.5)},
                    {"colour", tally("colour", 16, 16, 0.01), tally("colour", 16, 16, 0.02)}});
    QCOMPARE(cell(model, 0, ResultModel::Kind), "All");
    QCOMPARE(cell(model, 0, ResultModel::Pairs), "64");
    QCOMPARE(cell(model, 0, ResultModel::Dense), "93.8 %");
    QCOMPARE(cell(model, 0, ResultModel::Pruned), "75.0 %");
    QCOMPARE(cell(model, 0, ResultModel::Difference), QStringLiteral("\u221218.8"));
    QCOMPARE(cell(model, 0, ResultModel::IntervalColumn), QStringLiteral("63\u201384 %"));
    QCOMPARE(cell(model, 0, ResultModel::Loss), QStringLiteral("0.123 \u2192 0.500"));
    QCOMPARE(model.index(0, ResultModel::Difference).data(ResultModel::SignRole).toInt(), -1);
    QCOMPARE(cell(model, 1, ResultModel::Difference), "0.0");
    QCOMPARE(model.index(1, ResultModel::Difference).data(ResultModel::SignRole).toInt(), 0);
  }

  void leavesOutWhatIsNotKnown() {
    ResultModel model;
    model.setLines({{"All", tally("", 3, 4, 0.1), {}}});
    QCOMPARE(cell(model, 0, ResultModel::Dense), "75.0 %");
    QCOMPARE(cell(model, 0, ResultModel::Pruned), "");
    QCOMPARE(cell(model, 0, ResultModel::Difference), "");
    QVERIFY(!model.index(0, ResultModel::Pruned).data(ResultModel::AccuracyRole).isValid());
  }

  void whatIsMeasuredOverAllPairsHasItsOwnLine() {
    Dataset pairs;
    pairs.samples = {{"", "q", "a", ""}};
    Evaluation dense, pruned;
    dense.pairs = pruned.pairs = {{0, "", false, 1}};
    dense.metrics["perplexity"] = 8;
    pruned.metrics["perplexity"] = 9.5;
    ResultModel model;
    model.setLines(ResultModel::linesOf(dense, pruned, pairs));
    const int last = model.rowCount() - 1;
    QCOMPARE(cell(model, last, ResultModel::Kind), "perplexity");
    QCOMPARE(cell(model, last, ResultModel::Dense), "8");
    QCOMPARE(cell(model, last, ResultModel::Pruned), "9.5");
    QCOMPARE(cell(model, last, ResultModel::Difference), "+1.5");
    QCOMPARE(cell(model, last, ResultModel::Loss), "");
  }

  // Of a language model nothing is right or wrong: neither accuracies nor intervals are shown, its loss is.
  void aLanguageModelHasNoAccuracy() {
    Dataset pairs;
    pairs.samples = {{"", "", "Once upon a time", ""}, {"", "", "there was", ""}};
    Evaluation dense, pruned;
    dense.task = pruned.task = "perplexity";
    dense.pairs = {{0, "", false, 1}, {1, "", false, 2}};
    pruned.pairs = {{0, "", false, 2}, {1, "", false, 3}};
    dense.metrics["perplexity"] = 4.5;
    pruned.metrics["perplexity"] = 12;
    ResultModel model;
    model.setLines(ResultModel::linesOf(dense, pruned, pairs));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(cell(model, 0, ResultModel::Pairs), "2");
    for (int column :
         {ResultModel::Dense, ResultModel::Pruned, ResultModel::Difference, ResultModel::IntervalColumn})
      QCOMPARE(cell(model, 0, column), "");
    QCOMPARE(cell(model, 0, ResultModel::Loss), QStringLiteral("1.500 \u2192 2.500"));
    QVERIFY(!model.index(0, ResultModel::Pruned).data(ResultModel::AccuracyRole).isValid());
    QCOMPARE(cell(model, 1, ResultModel::Pruned), "12");
    // By their numbers, not by their letters.
    dense.metrics = {{"IR@1", 0.1}, {"IR@10", 0.3}, {"IR@5", 0.2}};
    pruned.metrics = {};
    model.setLines(ResultModel::linesOf(dense, pruned, pairs));
    QStringList names;
    for (int row = 1; row < model.rowCount(); ++row) names << cell(model, row, ResultModel::Kind);
    QCOMPARE(names, QStringList({"IR@1", "IR@5", "IR@10"}));
  }

  void talliesByKind() {
    Dataset pairs;
    pairs.samples = {{"", "q", "a", "colour"}, {"", "q", "a", "count"}, {"", "q", "a", "colour"}};
    Evaluation dense;
    for (int i = 0; i < 3; ++i) {
      PairResult result;
      result.sample = i;
      result.right = i != 1;
      dense.pairs.push_back(result);
    }
    const auto lines = ResultModel::linesOf(dense, {}, pairs);
    QCOMPARE(lines.size(), 3u);
    QCOMPARE(lines[0].dense->total, 3);
    QCOMPARE(lines[1].kind, "colour");
    QCOMPARE(lines[1].dense->right, 2);
    QCOMPARE(lines[2].dense->right, 0);
    QVERIFY(!lines[0].pruned);
    QVERIFY(ResultModel::linesOf({}, {}, pairs).empty());
  }
};

QTEST_MAIN(ResultModelTest)
#include "result_model_test.moc"
