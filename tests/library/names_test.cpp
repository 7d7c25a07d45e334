// The library's choices are those of the engine, none missing and none more.
#include "library/names.h"

#include <QtTest/QtTest>
#include <set>

#include "core/allocate/allocator.h"
#include "core/engine/engine.h"

using namespace espalier;

namespace {

template <typename E, size_t N>
std::set<std::string> namesOf(const api::NameTable<E> (&table)[N],
                              std::initializer_list<const char*> without = {}) {
  std::set<std::string> out;
  std::set<E> values;
  for (const auto& [value, name] : table) {
    out.insert(std::string(name));
    values.insert(value);
  }
  if (values.size() != N || out.size() != N) return {"a value or name stands twice"};
  for (const char* name : without) out.erase(name);
  return out;
}

template <typename Methods>
std::set<std::string> namesOfMethods(const Methods& methods) {
  std::set<std::string> out;
  for (const auto& m : methods) out.insert(m.name);
  return out;
}

void compare(const std::set<std::string>& library, const std::set<std::string>& engine, const char* header) {
  for (const auto& name : engine)
    QVERIFY2(library.contains(name), (std::string(header) + " lacks \"" + name + "\"").c_str());
  for (const auto& name : library)
    QVERIFY2(engine.contains(name),
             (std::string(header) + " has \"" + name + "\", which the engine has not").c_str());
}

}  // namespace

class NamesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void methods() {
    compare(namesOf(api::kScoreMethods), namesOfMethods(scoreMethods()), "ScoreMethod");
    compare(namesOf(api::kCriteria), namesOfMethods(pruneCriteria()), "Criterion");
    compare(namesOf(api::kRefinements), namesOfMethods(pruneRefinements()), "Refinement");
    compare(namesOf(api::kAllocators, {"global-magnitude"}), namesOfMethods(allocators()), "Allocator");
    auto tasks = namesOfMethods(evaluationTasks());
    tasks.insert("auto");
    compare(namesOf(api::kTasks), tasks, "Task");
    compare(namesOf(api::kDataFormats, {""}), namesOfMethods(dataFormats()), "DataFormat");
  }

  void enumerations() {
    for (const auto& [value, name] : api::kComponents)
      QCOMPARE(nameOf(Component(int(value))), std::string(name));
    QCOMPARE(std::size(api::kComponents), size_t(Component::Language) + 1);
    for (const auto& [value, name] : api::kGranularities)
      QCOMPARE(nameOf(Granularity(int(value))), std::string(name));
    QCOMPARE(std::size(api::kGranularities), size_t(Granularity::Component) + 1);
    for (const auto& [value, name] : api::kAggregates)
      QCOMPARE(nameOf(Aggregate(int(value))), std::string(name));
    QCOMPARE(std::size(api::kAggregates), size_t(Aggregate::Mean) + 1);
    for (const auto& [value, name] : api::kPromptForms)
      QCOMPARE(nameOf(PromptForm(int(value))), std::string(name));
    QCOMPARE(std::size(api::kPromptForms), size_t(PromptForm::Chat) + 1);
  }

  // The values of options that are no methods.
  void options() {
    for (const auto& field : pruneFields()) {
      std::set<std::string> values;
      for (const auto& [value, title] : field.valueTitles) values.insert(value);
      if (field.key == "comparison") compare(namesOf(api::kComparisons), values, "Comparison");
      if (field.key == "fit") compare(namesOf(api::kFitTargets), values, "FitTarget");
      if (field.key == "inputs") compare(namesOf(api::kCalibrationInputs), values, "CalibrationInputs");
    }
  }

  void numbersOutsideAreRefused() {
    try {
      api::nameIn(api::kCriteria, api::Criterion(99));
      QFAIL("no error");
    } catch (const Error& e) {
      QCOMPARE(e.kind(), ErrorKind::InvalidInput);
      QVERIFY(std::string(e.what()).find("99") != std::string::npos);
    }
  }
};

QTEST_APPLESS_MAIN(NamesTest)
#include "names_test.moc"
