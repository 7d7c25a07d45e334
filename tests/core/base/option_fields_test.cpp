#include "core/base/option_fields.h"

#include <QtTest/QtTest>

#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

struct Oven {
  std::string mode = "bake";
  int64_t minutes = 30;
  double heat = 180.5;
  uint64_t seed = 0;
  bool light = false;
  std::string note;
};

const std::vector<Method>& modes() {
  static const std::vector<Method> all{{.name = "bake", .title = "Bake"},
                                       {.name = "grill", .title = "Grill"}};
  return all;
}

const OptionFields<Oven>& fields() {
  static const OptionFields<Oven> all{
      {.key = "mode", .flag = "--mode", .title = "Mode", .member = &Oven::mode, .methods = modes},
      {.key = "bakeMinutes", .flag = "--minutes", .title = "Minutes", .member = &Oven::minutes, .least = 1},
      {.key = "heat", .title = "Heat", .member = &Oven::heat, .least = 50, .most = 250},
      {.key = "seed", .title = "Seed", .member = &Oven::seed, .onlyIfChosen = true},
      {.key = "light",
       .title = "Light",
       .member = &Oven::light,
       .valueTitles = {{"true", "on"}, {"false", "off"}}},
      {.key = "note", .title = "Note", .member = &Oven::note, .aside = true}};
  return all;
}

}  // namespace

// A table of options gives JSON, ranges, equality and words, whatever the options are.
class OptionFieldsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void jsonGoesThereAndBack() {
    Oven oven{"grill", 5, 200, 7, true, "x"};
    const auto j = option_fields::toJson(fields(), oven);
    QCOMPARE(j.at("bakeMinutes").get<int>(), 5);
    Oven read;
    option_fields::takeJson(fields(), j, "The recipe", read);
    QVERIFY(option_fields::differing(fields(), oven, read).empty());
    QCOMPARE(read.note, oven.note);
    QVERIFY(!option_fields::toJson(fields(), Oven()).contains("seed"));
  }

  void keysOfOlderFilesAreRead() {
    Oven oven;
    option_fields::takeJson(fields(), {{"bake_minutes", 9}}, "The project", oven);
    QCOMPARE(oven.minutes, int64_t(9));
  }

  void valuesOfTheWrongKindAreNamed() {
    for (const auto& j : std::vector<nlohmann::json>{{{"mode", 3}},
                                                     {{"bakeMinutes", "x"}},
                                                     {{"bakeMinutes", 1.5}},
                                                     {{"bakeMinutes", uint64_t(1) << 63}},
                                                     {{"seed", -1}},
                                                     {{"heat", "hot"}},
                                                     {{"light", 1}}}) {
      Oven oven;
      const auto error = errorOf([&] { option_fields::takeJson(fields(), j, "The recipe", oven); });
      QVERIFY2(error.startsWith("The recipe has \"" + QString::fromStdString(j.begin().key())),
               qPrintable(error));
    }
  }

  void rangesAreKept() {
    const auto errorFor = [](const Oven& oven) {
      return errorOf([&] { option_fields::check(fields(), oven); });
    };
    QVERIFY(errorFor({}).isEmpty());
    QCOMPARE(errorFor({.minutes = 0}), QString("--minutes is 0; at least 1 was expected."));
    QCOMPARE(errorFor({.heat = 300}), QString("\"heat\" is 300.0; a number from 50 to 250 was expected."));
    QCOMPARE(errorFor({.mode = "boil"}), QString("--mode is \"boil\"; known are bake, grill."));
    QVERIFY(!errorFor({.heat = std::nan("")}).isEmpty());
  }

  void differencesHaveWords() {
    const Oven plain, other{.mode = "grill", .light = true, .note = "aside"};
    const auto changed = option_fields::differing(fields(), plain, other);
    QCOMPARE(changed.size(), size_t(2));
    QCOMPARE(option_fields::titleOfValue(*changed[0], other), std::string("Grill"));
    QCOMPARE(option_fields::titleOfValue(*changed[1], other), std::string("on"));
  }
};

QTEST_APPLESS_MAIN(OptionFieldsTest)
#include "option_fields_test.moc"
