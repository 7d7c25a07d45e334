#include "core/allocate/allocator.h"

#include <QtTest/QtTest>
#include <cmath>
#include <set>

#include "core/allocate/alpha_pruning.h"
#include "core/allocate/atp.h"
#include "core/allocate/dlp.h"
#include "core/allocate/owl.h"
#include "tests/core/allocate/random_budget.h"

using namespace espalier;
using namespace espalier::test;

namespace {

bool near(const std::vector<double>& a, const std::vector<double>& b, double tolerance = 1e-12) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= tolerance)) return false;
  return true;
}

std::vector<BudgetGroup> equalBlocks(const std::vector<double>& scores, int64_t parameters = 1'000'000) {
  std::vector<BudgetGroup> out;
  for (double s : scores) out.push_back({"b" + std::to_string(out.size()), parameters, s, {}});
  return out;
}

}  // namespace

class AllocatorTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void namesAreUniqueAndFound() {
    std::set<std::string> names;
    for (const auto& a : allocators()) {
      QVERIFY(names.insert(a.name).second);
      QCOMPARE(allocatorNamed(a.name).title, a.title);
      QVERIFY(!a.title.empty());
      for (const auto& o : a.options) QVERIFY(o.minimum <= o.defaultValue && o.defaultValue <= o.maximum);
    }
    for (const char* name : {"ecoflap", "uniform", "owl", "dlp", "alpha-pruning", "atp"})
      QVERIFY(names.contains(name));
    try {
      allocatorNamed("owls");
      QFAIL("an unknown name was taken");
    } catch (const Error& e) {
      QVERIFY2(QString(e.what()).contains("owls") && QString(e.what()).contains("alpha-pruning"), e.what());
    }
  }

  void optionsAreChecked() {
    const auto groups = equalBlocks({0.1, 0.2});
    QVERIFY_EXCEPTION_THROWN(allocate(allocatorNamed("owl"), groups, {0.5, {}}, {{"lamda", 0.1}}), Error);
    QVERIFY_EXCEPTION_THROWN(allocate(allocatorNamed("owl"), groups, {0.5, {}}, {{"lambda", 2}}), Error);
    QVERIFY_EXCEPTION_THROWN(allocate(allocatorNamed("owl"), groups, {0.5, {}}, {{"lambda", std::nan("")}}),
                             Error);
    QVERIFY_EXCEPTION_THROWN(allocate(allocatorNamed("uniform"), groups, {0.5, {}}, {{"lambda", 0.1}}),
                             Error);
  }

  // By hand: D = 0.01, 0.03, 0.02 is 0, 1, 1/2 of its range; times 2 * 0.08, less the mean 0.08.
  void owlFormula() {
    QVERIFY(near(owlSparsities({0.01, 0.03, 0.02}, 0.7, 0.08), {0.78, 0.62, 0.70}));
    QVERIFY(near(owlSparsities({0.02, 0.02}, 0.7, 0.08), {0.7, 0.7}));
    const auto a = allocate(allocatorNamed("owl"), equalBlocks({0.01, 0.03, 0.02}), {0.7, {}});
    QVERIFY(near(a.sparsity, {0.78, 0.62, 0.70}, 1e-6));
    QVERIFY_EXCEPTION_THROWN(allocate(allocatorNamed("owl"), equalBlocks({0.1, 1.5}), {0.7, {}}), Error);
  }

  // By hand: u = 1, 3, 6 gives I = 0.9, 0.7, 0.4, of its range 1, 0.6, 0; times 0.3, less the mean 0.16.
  void dlpFormula() {
    QVERIFY(near(dlpSparsities({1, 3, 6}, 0.7, 0.15), {0.56, 0.68, 0.86}));
    QVERIFY(near(dlpSparsities({0, 0}, 0.7, 0.15), {0.7, 0.7}));
    const auto a = allocate(allocatorNamed("dlp"), equalBlocks({1, 3, 6}), {0.7, 0.9});
    QVERIFY(near(a.sparsity, {0.56, 0.68, 0.86}, 1e-6));
    QVERIFY_EXCEPTION_THROWN(allocate(allocatorNamed("dlp"), equalBlocks({-1, 3}), {0.7, {}}), Error);
  }

  // By hand: q = 2, 4, 3 maps to 0.7, 1.3, 1.0; with 1, 1, 2 million weights eta = 0.6 * 4 / 4.
  void alphaPruningFormula() {
    QVERIFY(near(alphaPruningProfile({2, 4, 3}, 0.3), {0.7, 1.3, 1.0}));
    QVERIFY(near(alphaPruningProfile({3, 3}, 0.3), {1, 1}));
    auto groups = equalBlocks({2, 4, 3});
    groups[2].parameters = 2'000'000;
    const auto& alpha = allocatorNamed("alpha-pruning");
    QVERIFY(near(allocate(alpha, groups, {0.6, 1.0}).sparsity, {0.42, 0.78, 0.60}, 1e-6));
    // The default cap of 0.7 stops block 1; the others' 2.7 parts take what is left of 0.6 * 4.
    const double eta = (0.6 * 4 - 0.7) / 2.7;
    QVERIFY(near(allocate(alpha, groups, {0.6, {}}).sparsity, {0.7 * eta, 0.7, eta}, 1e-6));
    QVERIFY_EXCEPTION_THROWN(allocate(alpha, equalBlocks({2, std::nan("")}), {0.6, {}}), Error);
  }

  void atpFormula() {
    QVERIFY(near(atpSparsities(5, 0.7, 0.01), {0.68, 0.69, 0.70, 0.71, 0.72}));
    QCOMPARE(largestAtpBeta(5, 0.7), 2 * (1 - 0.7) / 4);
    QCOMPARE(largestAtpBeta(5, 0.2), 0.4 / 4);
    QCOMPARE(largestAtpBeta(1, 0.5), 0.0);
    const auto& atp = allocatorNamed("atp");
    const auto groups = equalBlocks({0, 0, 0, 0, 0});
    QVERIFY(near(allocate(atp, groups, {0.7, {}}, {{"beta", 0.01}}).sparsity, {0.68, 0.69, 0.70, 0.71, 0.72},
                 1e-6));
    QVERIFY(near(allocate(atp, groups, {0.7, {}}).sparsity, {0.6, 0.65, 0.70, 0.75, 0.8}, 1e-6));
    try {
      allocate(atp, groups, {0.7, {}}, {{"beta", 0.2}});
      QFAIL("a beta beyond the bound was taken");
    } catch (const Error& e) {
      QVERIFY2(QString(e.what()).contains("0.15"), e.what());
    }
  }

  void allMeetTheBudgetWithCapAndPins() {
    for (int seed = 0; seed < 200; ++seed)
      for (const auto& allocator : allocators()) {
        if (allocator.reproduction) continue;
        auto b = randomBudget(seed);
        double most = 0;
        for (const auto& g : b.groups) most = std::max(most, g.score);
        for (auto& g : b.groups)
          g.score = most > 0 ? g.score / most : 0;  // a ratio is a fit for every one of them
        if (b.groups.size() > 3) b.groups[seed % b.groups.size()].pin = 0.9;
        const auto [lowest, highest] = possibleTargets(b.groups, b.budget);
        const double room = 2 / totalOf(b.groups);
        if (b.budget.target < lowest + room || b.budget.target > highest - room) continue;
        const auto a = allocate(allocator, b.groups, b.budget);
        QVERIFY2(std::abs(excess(b, a)) <= 1, (allocator.name + " " + std::to_string(seed)).c_str());
        for (size_t i = 0; i < b.groups.size(); ++i) {
          const auto& g = b.groups[i];
          if (g.pin) {
            QCOMPARE(a.sparsity[i], 0.9);
          } else {
            QVERIFY(a.sparsity[i] >= 0);
            QVERIFY(a.sparsity[i] <= b.budget.capOrDefault() + 1 / double(g.parameters) + 1e-12);
          }
        }
      }
  }

  void equalStatisticsGiveTheUniformPlan() {
    for (const char* name : {"uniform", "owl", "dlp", "alpha-pruning", "ecoflap"})
      QVERIFY2(near(allocate(allocatorNamed(name), equalBlocks({0.5, 0.5, 0.5}), {0.4, {}}).sparsity,
                    {0.4, 0.4, 0.4}),
               name);
  }
};

QTEST_APPLESS_MAIN(AllocatorTest)
#include "allocator_test.moc"
