#include "core/allocate/official.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/allocate/allocate.h"
#include "core/allocate/ecoflap.h"
#include "core/allocate/grouping.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using nlohmann::json;

namespace {

struct ReferenceCase {
  std::string name;
  std::vector<BudgetGroup> groups;
  double target = 0;
  double cap = 0;
  int64_t total = 0;
  int64_t toKeep = 0;
  std::vector<double> released;  // NaN where the reference is
  std::vector<double> subtracting;
};

std::vector<double> numbers(const json& list) {
  std::vector<double> out;
  for (const auto& v : list) out.push_back(v.is_null() ? std::nan("") : v.get<double>());
  return out;
}

// Every file of cases in the folder; files of another form (an object) are not cases.
std::vector<ReferenceCase> cases() {
  std::vector<ReferenceCase> out;
  for (const auto& path : test::entriesOf(test::fixturesRoot() / "sparsity")) {
    if (path.extension() != ".json") continue;
    const json file = test::readJson(path);
    if (!file.is_array()) continue;
    for (const auto& c : file) {
      ReferenceCase r;
      r.name = path.stem().string() + ": " + c.at("desc").get<std::string>();
      for (const auto& g : c.at("groups"))
        r.groups.push_back({g.at("name"), g.at("num_parameters"), g.at("score"), {}});
      r.target = c.at("target_sparsity");
      r.cap = c.at("max_sparsity_per_layer");
      r.total = c.at("total_parameters");
      r.toKeep = c.at("total_parameters_to_keep");
      r.released = numbers(c.at("official"));
      r.subtracting = numbers(c.at("official_with_minus"));
      out.push_back(std::move(r));
    }
  }
  return out;
}

// The reference's results are float32; sums above 2^24 depend on the order in which its machine added them.
constexpr double kFloat32 = 1e-6;

}  // namespace

class OfficialTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void reproducesTheReleasedCode() {
    const auto all = cases();
    QVERIFY2(!all.empty(), "no fixtures were found");
    int exact = 0, compared = 0;
    for (const auto& c : all)
      for (const auto variant : {OfficialVariant::Released, OfficialVariant::Subtracting}) {
        const auto& expected = variant == OfficialVariant::Released ? c.released : c.subtracting;
        const auto got = officialSparsities(c.groups, c.toKeep, c.cap, variant);
        QCOMPARE(got.size(), expected.size());
        bool same = true;
        for (size_t i = 0; i < got.size(); ++i) {
          QCOMPARE(std::isnan(got[i]), std::isnan(expected[i]));
          if (std::isnan(got[i])) continue;
          QVERIFY2(std::abs(got[i] - expected[i]) <= kFloat32, c.name.c_str());
          same = same && got[i] == expected[i];
        }
        exact += same;
        ++compared;
      }
    qInfo("%d of %d cases agree bit for bit", exact, compared);
  }

  void countsAsTheReleasedCode() {
    for (const auto& c : cases()) QCOMPARE(officialTotalToKeep(c.total, c.target), c.toKeep);
  }

  // Ours against the corrected code. In weights, a group may differ by
  //  - one for each round's rounding up (rounds: at most one more than groups that filled, and the floor's),
  //  - the surplus of one round, less than one weight a group, taken from whichever group keeps most,
  //  - one, because the reference truncates its total and ours rounds it,
  //  - float32: the total and its sums carry an error of 2^-24 each, a few of them in a row.
  void oursAgreesWithTheCorrectedCode() {
    for (const auto& c : cases()) {
      if (std::any_of(c.groups.begin(), c.groups.end(), [](const auto& g) { return g.score < 0; })) continue;
      const auto ours = allocateByScore(c.groups, {c.target, c.cap});
      const auto full = std::count(ours.sparsity.begin(), ours.sparsity.end(), 0.0);
      const double weights =
          double(c.groups.size()) + double(full) + 3 + 4 * std::ldexp(double(c.total), -24);
      for (size_t i = 0; i < c.groups.size(); ++i) {
        if (std::isnan(c.subtracting[i])) continue;
        const double n = double(c.groups[i].parameters);
        QVERIFY2(std::abs(ours.sparsity[i] - c.subtracting[i]) <= weights / n + kFloat32,
                 (c.name + ", " + c.groups[i].name).c_str());
      }
      QVERIFY2(std::abs(ours.achieved - c.target) <= 1.0 / double(c.total) + 1e-12, c.name.c_str());
    }
  }

  // The per-matrix numbers released for BLIP-2, summed over blocks, are the scores of its "sum" cases.
  void sumsMatricesToBlocks() {
    for (const auto& path : test::entriesOf(test::fixturesRoot() / "sparsity")) {
      const std::string stem = path.stem().string(), suffix = "_layer_values";
      if (!stem.ends_with(suffix)) continue;
      const json values = test::readJson(path);
      const auto all = cases();
      const std::string prefix = stem.substr(0, stem.size() - suffix.size()) + "_scores:";
      const auto reference = std::find_if(all.begin(), all.end(), [&](const ReferenceCase& c) {
        return c.name.starts_with(prefix) && c.name.ends_with("aggregate=sum");
      });
      QVERIFY2(reference != all.end(), stem.c_str());
      std::vector<MatrixScore> matrices;
      for (const auto& g : reference->groups)
        for (const auto& [name, value] : values.items())
          if (name.find(g.name + ".") != std::string::npos)
            matrices.push_back({name, g.name, "model", 1, value.get<double>(), 0.0, {}});
      const auto groups = groupsOf(matrices, Granularity::Block, Aggregate::Sum);
      QCOMPARE(groups.size(), reference->groups.size());
      for (size_t i = 0; i < groups.size(); ++i)
        QVERIFY(std::abs(groups[i].score - reference->groups[i].score) <= 1e-5 * reference->groups[i].score);
    }
  }

  void asAnAllocator() {
    const auto official = officialEcoflapAllocator();
    QVERIFY(official.reproduction);
    for (const auto& c : cases()) {
      const Budget budget{c.target, c.cap};
      if (std::isnan(c.released.front())) {
        QVERIFY_EXCEPTION_THROWN(allocate(official, c.groups, budget), Error);
        continue;
      }
      const auto a = allocate(official, c.groups, budget);
      for (size_t i = 0; i < c.groups.size(); ++i)
        QVERIFY(std::abs(a.sparsity[i] - c.released[i]) <= kFloat32);
    }
    QVERIFY_EXCEPTION_THROWN(allocate(official, {{"a", 100, 1, 0.5}, {"b", 100, 1}}, {0.5, 0.6}), Error);
  }
};

QTEST_APPLESS_MAIN(OfficialTest)
#include "official_test.moc"
