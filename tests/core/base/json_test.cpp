#include "core/base/json.h"

#include <QtTest/QtTest>
#include <cmath>
#include <fstream>

#include "core/base/file.h"
#include "core/checkpoint/safetensors.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
using nlohmann::json;

class JsonTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void readsWhatTheLibraryReads() {
    for (const std::string text :
         {R"({"a": [1, -2, 2.5e-3, true, false, null], "b": {"c": {}, "d": []}, "": ""})", "0", "-0", "\"x\"",
          "\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9 \\u65e5 \\ud83d\\ude00 é日😀\"", "18446744073709551615",
          "-9223372036854775808", "18446744073709551616", "1e308", "4.9e-324",
          "123456789012345678901234567890", "  [ 1 , 2 ]\n", R"({"a": 1, "a": 2})", "0.1", "1E+2",
          "-1.7976931348623157e308"})
      QCOMPARE(parseJson(text, "x"), json::parse(text));
  }

  void readsWhatPythonWrites() {
    const auto j = parseJson(
        "\xEF\xBB\xBF{\"a\": NaN, \"b\": [Infinity, -Infinity], \"c\": 1e400, \"d\": -1e-400, "
        "\"e\": \"\\ud800x\\udc00\", \"f\": 1}",
        "x");
    QVERIFY(std::isnan(j["a"].get<double>()));
    QVERIFY(std::isinf(j["b"][0].get<double>()) && j["b"][1].get<double>() < 0);
    QVERIFY(std::isinf(j["c"].get<double>()));
    QCOMPARE(j["d"].get<double>(), 0.0);
    QCOMPARE(j["e"].get<std::string>(), std::string("\uFFFDx\uFFFD"));
    QCOMPARE(j["f"].get<int>(), 1);
    QVERIFY(std::isinf(parseJson("1e99999999999999999999", "x").get<double>()));
    // Exponents around the largest number of 64 bits, with digits before and behind the point.
    for (const std::string exponent : {"9223372036854775806", "9223372036854775807", "9223372036854775808"}) {
      QVERIFY(std::isinf(parseJson("12.5e" + exponent, "x").get<double>()));
      QCOMPARE(parseJson("0.0125e-" + exponent, "x").get<double>(), 0.0);
    }
    QCOMPARE(parseJson("0e99999999999999999999", "x").get<double>(), 0.0);
    QCOMPARE(parseJson("1e-99999999999999999999", "x").get<double>(), 0.0);
    QVERIFY(std::isinf(parseJson(std::string(400, '9'), "x").get<double>()));
  }

  void saysWhereAFaultIs_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& text, const char* says) {
      QTest::newRow(name) << QByteArray::fromStdString(text) << QString(says);
    };
    row("nothing", "", "line 1, column 1): the text ends where a value was expected");
    row("a word", "{\"a\":\n  nan}", "line 2, column 3): a value was expected");
    row("no comma", "[1 2]", "line 1, column 4): \",\" or \"]\" was expected");
    row("a comma too many", "[1,]", "column 4): a value was expected");
    row("no colon", "{\"a\" 1}", "\":\" was expected");
    row("no key", "{1: 2}", "a key in quotes was expected");
    row("open list", "[1", "a list is not closed");
    row("open object", "{\"a\": 1", "an object is not closed");
    row("open text", "\"abc", "a text is not closed");
    row("two values", "1 2", "something follows after the value");
    row("zero first", "01", "this is no number");
    row("a point alone", "1.", "a digit was expected");
    row("an exponent alone", "1e+", "a digit was expected");
    row("a plus", "+1", "a value was expected");
    row("a line end in a text", "\"a\nb\"", "another control character");
    row("an unknown escape", "\"\\x\"", "an escape that JSON does not have");
    row("half an escape", "\"\\u12\"", "four hexadecimal digits");
    row("not UTF-8", "\"\xff\"", "bytes that are not UTF-8");
    row("overlong UTF-8", "\"\xc0\x80\"", "bytes that are not UTF-8");
    row("mismatched", "[1}", "\",\" or \"]\" was expected");
  }
  void saysWhereAFaultIs() {
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto error = errorOf([&] { parseJson(text.toStdString(), "some file"); });
    QVERIFY2(error.startsWith("some file is not valid JSON") && error.contains(says), qPrintable(error));
    QVERIFY(!tryParseJson(text.toStdString()));
  }

  void refusesWhatIsNestedTooDeep() {
    for (const std::string open : {"[", "{\"a\":"}) {
      const auto nested = [&](int levels) {
        std::string out;
        for (int i = 0; i < levels; ++i) out += open;
        out += "1";
        for (int i = 0; i < levels; ++i) out += open == "[" ? "]" : "}";
        return out;
      };
      QVERIFY(errorOf([&] { parseJson(nested(512), "x"); }).isEmpty());
      const auto error = errorOf([&] { parseJson(nested(513), "x"); });
      QVERIFY2(error.contains("512 levels"), qPrintable(error));
      QVERIFY(errorOf([&] { parseJson(nested(2'000'000), "x"); }).contains("512 levels"));
    }
    // In a checkpoint's header as well.
    QTemporaryDir dir;
    const auto file = std::filesystem::path(dir.path().toStdString()) / "deep.safetensors";
    const std::string header(100'000, '[');
    const uint64_t length = header.size();
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(&length), 8) << header;
    out.close();
    QVERIFY(errorOf([&] { SafetensorsFile::open(file); }).contains("512 levels"));
  }

  void writesTextThatIsNotUtf8() {
    QCOMPARE(jsonText({{"name", "caf\xe9"}}), std::string("{\"name\":\"caf\uFFFD\"}"));
    QVERIFY(isUtf8("é日😀") && !isUtf8("caf\xe9") && !isUtf8("\xed\xa0\x80"));
  }
};

QTEST_MAIN(JsonTest)
#include "json_test.moc"
