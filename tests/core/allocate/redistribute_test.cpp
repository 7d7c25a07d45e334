#include "core/allocate/redistribute.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/allocate/allocate.h"
#include "tests/core/allocate/random_budget.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// A plan as an editor has it: what the scores gave.
std::vector<EditedGroup> planOf(const RandomBudget& b) {
  const auto a = allocateByScore(b.groups, b.budget);
  std::vector<EditedGroup> out;
  for (size_t i = 0; i < b.groups.size(); ++i)
    out.push_back({b.groups[i].name, b.groups[i].parameters, a.sparsity[i], false});
  return out;
}

RandomBudget roomy(uint64_t seed) {
  auto b = randomBudget(seed);
  b.budget.target = 0.3 + 0.4 * b.budget.target;
  b.budget.cap = b.budget.target + 0.2;
  return b;
}

double keptSum(const Redistribution& r) {
  double sum = 0;
  for (int64_t k : r.kept) sum += double(k);
  return sum;
}

}  // namespace

class RedistributeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void othersGiveWayInProportion() {
    // Floors 40; b and c hold 20 and 10 above theirs. a takes 15 more: they are left with 15 = 10 + 5.
    const auto r =
        redistribute({{"a", 100, 0.45, true}, {"b", 100, 0.4, false}, {"c", 100, 0.5, false}}, {0.5, 0.6});
    QCOMPARE(r.kept, (std::vector<int64_t>{55, 50, 45}));
  }

  void settingNothingChangesNothing() {
    for (int seed = 0; seed < 200; ++seed) {
      const auto b = roomy(seed);
      const auto plan = planOf(b);
      const auto r = redistribute(plan, b.budget);
      for (size_t i = 0; i < plan.size(); ++i) QCOMPARE(r.sparsity[i], plan[i].sparsity);
      QCOMPARE(r.unmetWeights, 0);
    }
  }

  void keepsTheTotalAndTheHeldValues() {
    for (int seed = 0; seed < 400; ++seed) {
      const auto b = roomy(seed);
      auto plan = planOf(b);
      CounterRandom random(seed, streamOf("edit"));
      plan[random.below(int64_t(plan.size()))].held = true;
      auto& set = plan[random.below(int64_t(plan.size()))];
      set.held = true;
      const size_t index = size_t(&set - plan.data());
      const auto range = settableRange(plan, b.budget, index);
      if (!range) continue;
      set.sparsity = range->lowest + (range->highest - range->lowest) * random.uniform();
      const auto r = redistribute(plan, b.budget);
      const double off = keptSum(r) - (1 - b.budget.target) * totalOf(b.groups);
      // Half a weight more for each of the two held, where all others are at a bound.
      QVERIFY2(std::abs(off) <= 2, (std::to_string(seed) + ": " + std::to_string(off)).c_str());
      QVERIFY(std::abs(double(r.unmetWeights)) <= 2);
      for (size_t i = 0; i < plan.size(); ++i) {
        if (plan[i].held) {
          QCOMPARE(r.sparsity[i], plan[i].sparsity);
        } else {
          QVERIFY(r.sparsity[i] >= 0 && r.sparsity[i] <= *b.budget.cap + 1 / double(plan[i].parameters));
        }
      }
    }
  }

  void rangeIsWhereTheTargetStopsHolding() {
    const std::vector<EditedGroup> plan{{"a", 100, 0.5, true}, {"b", 100, 0.5, false}, {"c", 100, 0.4, true}};
    // 150 stay, c keeps 60, b keeps 40 ... 100: a keeps 50 ... -10, that is 0 ... 50.
    const auto range = settableRange(plan, {0.5, 0.6}, 0);
    QVERIFY(range.has_value());
    QVERIFY(std::abs(range->lowest - 0.5) < 1e-12);
    QCOMPARE(range->highest, 1.0);
    auto beyond = plan;
    beyond[0].sparsity = 0.3;
    const auto r = redistribute(beyond, {0.5, 0.6});
    QCOMPARE(r.kept, (std::vector<int64_t>{70, 40, 60}));
    QCOMPARE(r.unmetWeights, 20);
    QVERIFY(std::abs(r.achieved - (1 - 170.0 / 300)) < 1e-12);
    beyond = {{"a", 100, 1.0, true}, {"b", 100, 0.5, false}};
    QCOMPARE(redistribute(beyond, {0.4, 0.6}).unmetWeights, -20);
    // Held groups alone beyond the target: no value of b helps.
    QVERIFY(!settableRange({{"a", 1000, 0.0, true}, {"b", 100, 0.5, false}}, {0.5, 0.6}, 1));
  }

  void thereAndBackAgain() {
    for (int seed = 0; seed < 400; ++seed) {
      const auto b = roomy(seed);
      const auto plan = planOf(b);
      if (plan.size() < 3) continue;
      CounterRandom random(seed, streamOf("drag"));
      const auto index = size_t(random.below(int64_t(plan.size())));
      auto moved = plan;
      moved[index].held = true;
      const auto range = settableRange(moved, b.budget, index);
      if (!range) continue;
      // Half way to where the others would be at a bound: they are squeezed to about half of what they hold.
      const double end = random.below(2) ? range->lowest : range->highest;
      moved[index].sparsity = 0.5 * (plan[index].sparsity + end);
      const auto there = redistribute(moved, b.budget);
      bool filled = false;
      for (size_t i = 0; i < plan.size(); ++i) filled |= i != index && there.sparsity[i] == 0;
      if (filled) continue;
      auto back = moved;
      for (size_t i = 0; i < plan.size(); ++i) back[i].sparsity = there.sparsity[i];
      back[index].sparsity = plan[index].sparsity;
      const auto again = redistribute(back, b.budget);
      for (size_t i = 0; i < plan.size(); ++i) {
        // Rounding of two steps, the first magnified by up to two; groups at the cap with less than a weight
        // above it may be rounded to nothing and then stay there.
        const double off = double(again.kept[i]) - double(keptWeights(plan[i].parameters, plan[i].sparsity));
        QVERIFY2(std::abs(off) <= 4 + 0.02 * double(plan.size()),
                 (std::to_string(seed) + " group " + std::to_string(i) + ": " + std::to_string(off)).c_str());
      }
    }
  }

  void isTheSharePinningWouldGive() {
    for (int seed = 0; seed < 400; ++seed) {
      auto b = roomy(seed);
      auto plan = planOf(b);
      bool filled = false;
      for (const auto& g : plan) filled |= g.sparsity == 0;
      if (filled || plan.size() < 2) continue;
      plan[0].held = true;
      const auto range = settableRange(plan, b.budget, 0);
      plan[0].sparsity = 0.5 * (plan[0].sparsity + range->highest);
      b.groups[0].pin = plan[0].sparsity;
      bool scored = false;
      for (size_t i = 1; i < b.groups.size(); ++i) scored |= b.groups[i].score > 0;
      if (!scored) continue;
      const auto direct = allocateByScore(b.groups, b.budget);
      const auto given = redistribute(plan, b.budget);
      double rest = 0, before = 0;
      for (size_t i = 1; i < plan.size(); ++i) {
        rest += double(direct.kept[i]) - double(plan[i].parameters) * (1 - *b.budget.cap);
        before += double(keptWeights(plan[i].parameters, plan[i].sparsity)) -
                  double(plan[i].parameters) * (1 - *b.budget.cap);
      }
      const double grown = std::max(1.0, rest / std::max(before, 1.0));
      for (size_t i = 0; i < plan.size(); ++i) {
        if (direct.sparsity[i] == 0 || grown > 3) continue;
        // Each share was rounded once before it grew, and once after; what rounding adds to all is shared by
        // all.
        QVERIFY2(
            std::abs(double(direct.kept[i] - given.kept[i])) <= 2 + grown * (1 + 0.05 * double(plan.size())),
            (std::to_string(seed) + " " + std::to_string(i)).c_str());
      }
    }
  }

  void groupsAtTheCapTakeTheRestWhenAllOthersAreFull() {
    const auto r =
        redistribute({{"a", 100, 1.0, true}, {"b", 10, 0.2, false}, {"c", 200, 0.6, false}}, {0.5, 0.6});
    QCOMPARE(r.kept, (std::vector<int64_t>{0, 10, 145}));
  }

  void refusesNumbersOutOfRange() {
    QVERIFY_EXCEPTION_THROWN(redistribute({{"a", 100, 1.5, false}}, {0.5, 0.6}), Error);
    QVERIFY_EXCEPTION_THROWN(redistribute({{"a", 0, 0.5, false}}, {0.5, 0.6}), Error);
    QVERIFY_EXCEPTION_THROWN(redistribute({{"a", 100, std::nan(""), true}}, {0.5, 0.6}), Error);
  }
};

QTEST_APPLESS_MAIN(RedistributeTest)
#include "redistribute_test.moc"
