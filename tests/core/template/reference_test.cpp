// Templates against Jinja itself: those written out in tests/reference/jinja_cases.py, and as many at random.
#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/template/template.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::ordered_json;

namespace {

// What ours makes of a template; nothing if it refuses it.
std::optional<std::string> rendered(const ordered_json& sample, std::string& error) {
  try {
    return Template(sample["template"].get<std::string>(), "t").render(sample["context"]);
  } catch (const Error& e) {
    error = e.what();
    return {};
  }
}

}  // namespace

class TemplateReferenceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void equalsJinja_data() {
    QTest::addColumn<int>("seed");
    for (const int seed : {1, 2, 3, 4}) QTest::addRow("seed %d", seed) << seed;
  }
  void equalsJinja() {
    QFETCH(int, seed);
    const int count = 500;
    QProcess python;
    const QString program = QStringLiteral(ESPALIER_SOURCE_DIR) + "/tests/reference/jinja_cases.py";
    python.start("python3", {program, QString::number(seed), QString::number(count)});
    QVERIFY2(python.waitForFinished(60'000) && python.exitStatus() == QProcess::NormalExit &&
                 python.exitCode() == 0,
             python.readAllStandardError().constData());
    int seen = 0, wrong = 0;
    for (const auto& line : python.readAllStandardOutput().split('\n')) {
      if (line.isEmpty()) continue;
      const auto sample = ordered_json::parse(line.toStdString());
      std::string error;
      const auto got = rendered(sample, error);
      ++seen;
      if (got ? sample.contains("text") && sample["text"] == *got : sample.contains("error")) continue;
      if (++wrong <= 20)
        qWarning("%s\n  Jinja: %s\n  ours:  %s", sample["template"].dump().c_str(),
                 (sample.contains("text") ? sample["text"].dump() : sample["error"].dump()).c_str(),
                 got ? ordered_json(*got).dump().c_str() : error.c_str());
    }
    QVERIFY(seen >= count + 200);
    QCOMPARE(wrong, 0);
  }
};

QTEST_APPLESS_MAIN(TemplateReferenceTest)
#include "reference_test.moc"
