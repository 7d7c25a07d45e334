// Which answers of two plans are shown.
#include "ui/items/compare_model.h"

#include <QtTest/QtTest>

using namespace espalier;

class CompareModelTest : public QObject {
  Q_OBJECT

  static Evaluation answers(const std::string& right) {
    Evaluation out;
    for (size_t i = 0; i < right.size(); ++i) {
      out.pairs.emplace_back();
      out.pairs.back().sample = int64_t(i);
      out.pairs.back().right = right[i] == '1';
      out.pairs.back().answer = right[i] == '1' ? "yes" : "no";
    }
    return out;
  }
  static PlanSide side(const QString& name, const std::string& right) {
    PlanSide out{name, name, {}, MeasuredPlan{}};
    out.measured->evaluation = answers(right);
    return out;
  }

 private Q_SLOTS:
  void whatOnePlanAloneBreaks() {
    Dataset pairs;
    for (int i = 0; i < 8; ++i) {
      pairs.samples.emplace_back();
      pairs.samples.back().question = "question " + std::to_string(i);
    }
    // All eight ways in which three models can be right or wrong.
    const auto a = side("a", "00110011"), b = side("b", "01010101");
    CompareAnswerModel model;
    CompareAnswerFilter filter;
    filter.setSourceModel(&model);
    const auto shown = [&](CompareAnswerFilter::Show which) {
      filter.setShow(which);
      QStringList out;
      for (int row = 0; row < filter.rowCount(); ++row)
        out << filter.index(row, 0).data().toString().right(1);
      out.sort();
      return out.join(QString());
    };
    using Show = CompareAnswerFilter::Show;
    model.setSides(pairs, a, b, answers("00001111"));
    QCOMPARE(shown(Show::OnlyABreaks), QString("5"));
    QCOMPARE(shown(Show::OnlyBBreaks), QString("6"));
    QCOMPARE(shown(Show::BothBreak), QString("4"));
    QCOMPARE(shown(Show::OnlyA), QString("26"));
    QCOMPARE(shown(Show::OnlyB), QString("15"));
    QCOMPARE(shown(Show::All), QString("01234567"));
    // Nobody knows what was right before.
    model.setSides(pairs, a, b);
    QCOMPARE(shown(Show::OnlyABreaks) + shown(Show::OnlyBBreaks) + shown(Show::BothBreak), QString());
  }
};

QTEST_MAIN(CompareModelTest)
#include "compare_model_test.moc"
