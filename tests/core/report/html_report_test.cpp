#include "core/report/html_report.h"

#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest/QtTest>

#include "core/allocate/planner.h"
#include "core/base/file.h"
#include "core/report/svg_chart.h"

using namespace espalier;

namespace {

Plan somePlan() {
  Scores s;
  s.method = "zeroth-order";
  for (const char* component : {"vision", "language decoder"})
    for (int b = 0; b < 4; ++b)
      s.matrices.push_back({std::string(component) + "." + std::to_string(b) + ".weight",
                            std::string(component) + "." + std::to_string(b),
                            component,
                            1000,
                            double(1 + b),
                            0.2,
                            {}});
  return makePlan(s, {});
}

ReportContent someContent() {
  ReportContent c;
  c.title = "A <model> & \"friends\"";
  c.date = "today";
  c.model.family = "blip-2";
  c.model.parameters = 1234567;
  c.plan = somePlan();
  c.scores = Scores{};
  c.scores->method = "zeroth-order";
  c.pairs.samples = {{"", "what colour?", "red", "colour"}, {"", "how many <b>?", "two", "count"}};
  c.dense = Evaluation{{{0, "red", true, 0.1}, {1, "two", true, 0.2}}, 1, {}, {}};
  c.pruned = Evaluation{{{0, "red", true, 0.2}, {1, "three & a half", false, 1.5}}, 1, {}, {}};
  c.sweep = {{"Uniform Wanda", 0.5, 0.5, 0, {{"colour", 3, 4, 0.5}}, {}},
             {"Uniform Wanda", 0.7, 0.7, 0, {{"colour", 1, 4, 2}}, {}}};
  c.recipe = {{"model", "m"}, {"prune", {{"criterion", "wanda"}}}};
  return c;
}

QString xmlProblem(const std::string& xml) {
  QXmlStreamReader reader(QByteArray::fromStdString(xml));
  while (!reader.atEnd()) reader.readNext();
  return reader.hasError() ? reader.errorString() : QString();
}

}  // namespace

class HtmlReportTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // A bridge is not pruned, and a block without matrices cannot be: neither is counted.
  void blocksAreThoseThatArePruned() {
    auto c = someContent();
    c.model.prunableParameters = 3000;
    for (int b = 0; b < 3; ++b)
      c.model.blocks.push_back({"b" + std::to_string(b), Component::Language, true, {{"w", 10, 100}}});
    c.model.blocks.push_back({"bridge", Component::Bridge, false, {{"w", 10, 100}}});
    c.model.blocks.push_back({"empty", Component::Language, true, {}});
    const auto html = htmlReport(c);
    QVERIFY(html.find("in 3 blocks") != std::string::npos);
  }

  void chartsAreWellFormed() {
    for (const auto& svg : {planSvg(somePlan(), true), planSvg(somePlan(), false), planSvg({}, true),
                            sweepSvg(someContent().sweep), sweepSvg({})})
      QVERIFY2(xmlProblem(svg).isEmpty(), qPrintable(xmlProblem(svg)));
    QVERIFY(planSvg(somePlan(), true).size() > planSvg(somePlan(), false).size());
  }

  void saysWhatThereIsAndEscapesIt() {
    const std::string html = htmlReport(someContent());
    const auto has = [&](const char* said) { return html.find(said) != std::string::npos; };
    QVERIFY(has("A &lt;model&gt; &amp; &quot;friends&quot;"));
    QVERIFY(has("how many &lt;b&gt;?"));
    QVERIFY(has("three &amp; a half"));
    QVERIFY(!has("three & a half"));
    QVERIFY(has("<svg"));
    QVERIFY(has("language decoder.3"));
    QVERIFY(has("&quot;criterion&quot;: &quot;wanda&quot;"));
    QVERIFY(has("keeps its size"));
    // Needs nothing beside it.
    QVERIFY(!has("src=\"chart") && !has("http-equiv") && !has("<script") && !has("<link"));
  }

  void anAnswerThatFlippedComesFirst() {
    auto c = someContent();
    c.examples = 1;
    const std::string html = htmlReport(c);
    QVERIFY(html.find("how many") != std::string::npos);
    QVERIFY(html.find("what colour?") == std::string::npos);
  }

  // Of a language model its perplexity counts; "0 % right" would be nonsense.
  void aLanguageModelIsToldByItsPerplexity() {
    auto c = someContent();
    c.dense->task = c.pruned->task = "perplexity";
    c.dense->metrics["perplexity"] = 2.5;
    c.pruned->metrics["perplexity"] = 3.75;
    const std::string html = htmlReport(c);
    const auto has = [&](const char* said) { return html.find(said) != std::string::npos; };
    QVERIFY(has("perplexity") && has(">2.5<") && has(">3.75<"));
    QVERIFY(!has("95 % interval") && !has("Example pairs"));
  }

  // For a reader that knows no boxes side by side every pair is a table of its own, with nothing that floats.
  void thePlainLayoutHasTables() {
    ReportOptions options;
    options.plainLayout = true;
    const std::string html = htmlReport(someContent(), options);
    QVERIFY(html.find("class=\"pair\"") == std::string::npos);
    QVERIFY(html.find("how many &lt;b&gt;?</b>") > html.find("<td width=\"108\">"));
    QVERIFY(htmlReport(someContent()).find("class=\"pair\"") != std::string::npos);
  }

  void isSpareWithWhatIsNotThere() {
    ReportContent c;
    c.plan = somePlan();
    const std::string html = htmlReport(c);
    QVERIFY(html.find("not been asked") != std::string::npos);
    QVERIFY(html.find("Accuracy against sparsity") == std::string::npos);
  }

  void sizesAreCounted() {
    Plan plan;
    plan.groups = {{"a", "vision", 8000, 0, 0, 0.5, false, {"a"}, {}}};
    const auto size = storageSize(plan, "unstructured");
    QCOMPARE(size.denseBytes, int64_t(16000));
    QCOMPARE(size.compressedBytes, int64_t(8000 + 1000));
    QCOMPARE(storageSize(plan, "2:4").compressedBytes, int64_t(8000 + 1000));
    plan.groups[0].sparsity = 0;
    QCOMPARE(storageSize(plan, "unstructured").compressedBytes, int64_t(16000));
  }

  void isWrittenWholeOrNotAtAll() {
    QTemporaryDir dir;
    const std::filesystem::path file = dir.filePath("report.html").toStdString();
    writeHtmlReport(file, someContent());
    QCOMPARE(readTextFile(file), htmlReport(someContent()));
    QVERIFY_THROWS_EXCEPTION(Error, writeHtmlReport("/proc/nothing/report.html", someContent()));
  }
};

QTEST_APPLESS_MAIN(HtmlReportTest)
#include "html_report_test.moc"
