// Numbers of files of others: what fits comes as it is, all else is refused, and nothing is cut or wrapped.
#include "core/base/json_numbers.h"

#include <QtTest/QtTest>

#include "core/base/json.h"

using namespace espalier;

class JsonNumbersTest : public QObject {
  Q_OBJECT

  template <typename T>
  static std::optional<T> whole(const char* text) {
    try {
      return wholeOf<T>(parseJson(text, "x"));
    } catch (const nlohmann::json::exception&) {
      return {};
    }
  }

 private Q_SLOTS:
  void wholeNumbersAreWholeAndInRange() {
    QCOMPARE(whole<int64_t>("64"), std::optional<int64_t>(64));
    QCOMPARE(whole<int64_t>("64.0"), std::optional<int64_t>(64));
    QCOMPARE(whole<int64_t>("-9223372036854775808"), std::optional<int64_t>(INT64_MIN));
    QCOMPARE(whole<uint64_t>("18446744073709551615"), std::optional<uint64_t>(UINT64_MAX));
    QCOMPARE(whole<int>("2147483647"), std::optional<int>(2147483647));
    for (const char* text :
         {"1.5", "1e300", "-1e300", "1e400", "NaN", "9223372036854775808", "\"1\"", "true", "null", "[1]"})
      QVERIFY2(!whole<int64_t>(text), text);
    for (const char* text : {"-1", "-1.0", "18446744073709551616"}) QVERIFY2(!whole<size_t>(text), text);
    for (const char* text : {"2147483648", "-2147483649", "3e9"}) QVERIFY2(!whole<int>(text), text);
  }

  void absentOnesHaveTheirDefault() {
    const auto object = parseJson(R"({"a": 3, "b": 0.5})", "x");
    QCOMPARE(wholeOr(object, "a", int64_t(7)), int64_t(3));
    QCOMPARE(wholeOr(object, "c", int64_t(7)), int64_t(7));
    QVERIFY_EXCEPTION_THROWN(wholeOr(object, "b", int64_t(7)), nlohmann::json::exception);
  }

  void anIdIsNoLargerThanItsType() {
    for (const char* text : {"0", "-5", "9223372036854775807"}) QVERIFY2(isWhole(parseJson(text, "x")), text);
    for (const char* text : {"9223372036854775808", "1.0", "\"1\"", "null"})
      QVERIFY2(!isWhole(parseJson(text, "x")), text);
  }

  // What is infinite or no number is written as null, and comes back as no number.
  void whatIsNoNumberIsReadAgain() {
    const double infinite = std::numeric_limits<double>::infinity();
    const nlohmann::json written{{"a", 0.5}, {"b", infinite}, {"c", std::nan("")}};
    const auto read = parseJson(jsonText(written), "x");
    QVERIFY(read["b"].is_null());
    QCOMPARE(numberOrUnknown(read["a"]), 0.5);
    QVERIFY(std::isnan(numberOrUnknown(read["b"])) && std::isnan(numberOrUnknown(read["c"])));
    const auto byName = numbersByName(read);
    QVERIFY(byName.size() == 3 && byName.at("a") == 0.5 && std::isnan(byName.at("c")));
    const auto list = numbersOrUnknown(parseJson("[1, null]", "x"));
    QVERIFY(list.size() == 2 && list[0] == 1 && std::isnan(list[1]));
    QVERIFY_EXCEPTION_THROWN(numberOrUnknown(parseJson("\"1\"", "x")), nlohmann::json::exception);
    QVERIFY_EXCEPTION_THROWN(numbersOrUnknown(parseJson("{}", "x")), nlohmann::json::exception);
    QVERIFY_EXCEPTION_THROWN(numbersByName(parseJson("[]", "x")), nlohmann::json::exception);
  }
};

QTEST_APPLESS_MAIN(JsonNumbersTest)
#include "json_numbers_test.moc"
