#include "core/allocate/allocate.h"

#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/allocate/level.h"
#include "tests/core/allocate/random_budget.h"

using namespace espalier;
using namespace espalier::test;

namespace {

constexpr int kCases = 400;

using Rule = std::function<Allocation(const std::vector<BudgetGroup>&, const Budget&)>;

double floorOf(const BudgetGroup& g, double cap) {
  return std::ceil(double(g.parameters) * (1 - cap) - 1e-9);
}

std::vector<double> profileFor(const std::vector<BudgetGroup>& groups) {
  std::vector<double> out;
  for (const auto& g : groups) out.push_back(std::abs(std::sin(double(g.parameters))));
  return out;
}

std::vector<std::pair<std::string, Rule>> rules() {
  return {{"score", allocateByScore},
          {"uniform", allocateUniformly},
          {"shift", [](auto& g, auto& b) { return fitProfile(g, b, profileFor(g), ProfileFit::Shift); }},
          {"stretch", [](auto& g, auto& b) { return fitProfile(g, b, profileFor(g), ProfileFit::Stretch); }}};
}

std::string messageOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

class AllocateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void sharesInProportionAboveTheFloor() {
    // Floors 40 and 160; 50 of the 250 that stay are left to share, 3 : 2.
    const auto a = allocateByScore({{"a", 100, 3}, {"b", 400, 2}}, {0.5, 0.6});
    QCOMPARE(a.kept, (std::vector<int64_t>{70, 180}));
    QCOMPARE(a.sparsity[0], 1 - 0.70);
    QCOMPARE(a.sparsity[1], 1 - 0.45);
    QCOMPARE(a.achieved, 0.5);
  }

  void fullGroupsLeaveAndTheRestIsSharedAgain() {
    // Floors 40, 40, 120; 100 to share. b is full with 60 of them, the 40 left go to a and c by 1 : 3.
    const auto a = allocateByScore({{"a", 100, 1}, {"b", 100, 1000}, {"c", 300, 3}}, {0.4, 0.6});
    QCOMPARE(a.kept, (std::vector<int64_t>{50, 100, 150}));
  }

  void defaultCapIsATenthAboveTheTarget() {
    QCOMPARE(defaultCap(0.5), 0.6);
    QCOMPARE(defaultCap(0.95), 1.0);
    const auto a = allocateByScore({{"a", 1000, 1}, {"b", 1000, 0}}, {0.5, {}});
    QCOMPARE(a.kept, (std::vector<int64_t>{600, 400}));
  }

  void totalIsMetWithinOneWeight() {
    for (int seed = 0; seed < kCases; ++seed)
      for (const auto& [name, rule] : rules()) {
        const auto b = randomBudget(seed);
        const auto a = rule(b.groups, b.budget);
        QVERIFY2(std::abs(excess(b, a)) <= 1, (name + " " + std::to_string(seed)).c_str());
        QVERIFY(std::abs(a.achieved - b.budget.target) <= 1 / totalOf(b.groups) + 1e-12);
      }
  }

  void sparsitiesLieBetweenZeroAndTheCap() {
    for (int seed = 0; seed < kCases; ++seed)
      for (const auto& [name, rule] : rules()) {
        const auto b = randomBudget(seed);
        const auto a = rule(b.groups, b.budget);
        // Where the cap leaves less than a weight a group of play, a group may pass it by less than one
        // weight.
        const double cap = b.budget.capOrDefault();
        const bool tight = (cap - b.budget.target) * totalOf(b.groups) < double(b.groups.size()) + 1;
        for (size_t i = 0; i < a.sparsity.size(); ++i) {
          const double n = double(b.groups[i].parameters);
          QVERIFY(a.sparsity[i] >= 0);
          QVERIFY2(a.sparsity[i] <= cap + (tight ? 1 / n : 1e-9 / n) + 1e-12,
                   (name + std::to_string(seed)).c_str());
          QCOMPARE(keptWeights(b.groups[i].parameters, a.sparsity[i]), a.kept[i]);
        }
      }
  }

  void higherScorePerParameterIsNeverPrunedMore() {
    for (int seed = 0; seed < kCases; ++seed) {
      const auto b = randomBudget(seed);
      const auto a = allocateByScore(b.groups, b.budget);
      for (size_t i = 0; i < b.groups.size(); ++i)
        for (size_t j = 0; j < b.groups.size(); ++j) {
          const double ni = double(b.groups[i].parameters), nj = double(b.groups[j].parameters);
          if (b.groups[i].score / ni > b.groups[j].score / nj)
            // The lesser one's floor is rounded up, then both counts to whole weights.
            QVERIFY(a.sparsity[i] <= a.sparsity[j] + 1 / ni + 2 / nj);
        }
    }
  }

  void sharesAreProportionalWhereNothingFills() {
    for (int seed = 0; seed < kCases; ++seed) {
      const auto b = randomBudget(seed);
      const auto a = allocateByScore(b.groups, b.budget);
      const double cap = b.budget.capOrDefault();
      // share_i / share_j = score_i / score_j for any two groups that are neither full nor without a score.
      for (size_t i = 1; i < b.groups.size(); ++i) {
        const auto &g = b.groups[0], &h = b.groups[i];
        if (a.kept[0] >= g.parameters || a.kept[i] >= h.parameters || g.score == 0 || h.score == 0) continue;
        const double shareG = double(a.kept[0]) - floorOf(g, cap);
        const double shareH = double(a.kept[i]) - floorOf(h, cap);
        const double scale = std::max(g.score, h.score);
        QVERIFY(std::abs(shareG * (h.score / scale) - shareH * (g.score / scale)) <= 2.001);
      }
    }
  }

  void scaleOfScoresDoesNotMatter() {
    for (int seed = 0; seed < 100; ++seed) {
      auto b = randomBudget(seed);
      const auto a = allocateByScore(b.groups, b.budget);
      for (auto& g : b.groups) g.score *= 0x1p-900;
      QCOMPARE(allocateByScore(b.groups, b.budget).kept, a.kept);
    }
  }

  void sameInputSameOutput() {
    for (int seed = 0; seed < 100; ++seed)
      for (const auto& [name, rule] : rules()) {
        const auto b = randomBudget(seed);
        QCOMPARE(rule(b.groups, b.budget).sparsity, rule(b.groups, b.budget).sparsity);
      }
  }

  void pinsAreUntouchedAndTheTotalHolds() {
    for (int seed = 0; seed < kCases; ++seed)
      for (const auto& [name, rule] : rules()) {
        auto b = randomBudget(seed);
        if (b.groups.size() < 4) continue;
        CounterRandom random(seed, streamOf("pins"));
        int pins = 0;
        for (auto& g : b.groups)
          if (random.below(4) == 0) g.pin = random.uniform(), ++pins;
        const auto [lowest, highest] = possibleTargets(b.groups, b.budget);
        if (b.budget.target < lowest || b.budget.target > highest) continue;
        const auto a = rule(b.groups, b.budget);
        for (size_t i = 0; i < b.groups.size(); ++i)
          if (b.groups[i].pin) QCOMPARE(a.sparsity[i], *b.groups[i].pin);
        // Only where all others are at a bound do the pins' own half weights show.
        const bool atBounds = b.budget.target - lowest < 1e-9 || highest - b.budget.target < 1e-9;
        QVERIFY(std::abs(excess(b, a)) <= 1 + (atBounds ? 0.5 * pins : 0));
      }
  }

  void pinningWhatItGaveChangesNothing() {
    for (int seed = 0; seed < 100; ++seed) {
      auto b = randomBudget(seed);
      const auto a = allocateByScore(b.groups, b.budget);
      for (size_t i = 0; i < b.groups.size(); i += 2) b.groups[i].pin = a.sparsity[i];
      const auto again = allocateByScore(b.groups, b.budget);
      for (size_t i = 0; i < a.kept.size(); ++i) QVERIFY(std::abs(double(a.kept[i] - again.kept[i])) <= 1);
    }
  }

  void impossiblePinsNameTheNearestTarget() {
    const std::vector<BudgetGroup> groups{{"a", 100, 1, 0.0}, {"b", 100, 1}};
    try {
      allocateByScore(groups, {0.5, 0.6});
      QFAIL("an impossible set of pins was taken");
    } catch (const BudgetError& e) {
      QCOMPARE(e.nearestTarget(), 0.3);
      QCOMPARE(e.lowestTarget(), 0.0);
      QCOMPARE(e.highestTarget(), 0.3);
      QVERIFY2(QString(e.what()).contains("nearest target that is possible is 0.3."), e.what());
      QVERIFY2(QString(e.what()).contains("1 pinned group"), e.what());
    }
    // What is named as nearest is possible.
    for (int seed = 0; seed < kCases; ++seed) {
      auto b = randomBudget(seed);
      CounterRandom random(seed, streamOf("tight"));
      for (auto& g : b.groups)
        if (random.below(3)) g.pin = random.below(2) ? 0.05 * random.uniform() : 1 - 0.05 * random.uniform();
      try {
        allocateByScore(b.groups, b.budget);
      } catch (const BudgetError& e) {
        b.budget = {e.nearestTarget(), b.budget.capOrDefault()};
        allocateByScore(b.groups, b.budget);
      }
    }
  }

  void targetAboveTheCapIsRefusedWithTheCap() {
    try {
      allocateByScore({{"a", 101, 1}, {"b", 57, 2}}, {0.7, 0.6});
      QFAIL("a target above the cap was taken");
    } catch (const BudgetError& e) {
      QVERIFY(std::abs(e.nearestTarget() - 0.6) < 1e-12);
      QVERIFY2(QString(e.what()).endsWith("is 0.6."), e.what());
    }
  }

  void allPinned() {
    const auto a = allocateByScore({{"a", 101, 1, 0.5}, {"b", 303, 1, 0.5}}, {0.5, 0.6});
    QCOMPARE(a.sparsity, (std::vector<double>{0.5, 0.5}));
    QVERIFY_EXCEPTION_THROWN(allocateByScore({{"a", 101, 1, 0.5}, {"b", 303, 1, 0.6}}, {0.5, 0.6}),
                             BudgetError);
  }

  void uniformCases() {
    const std::vector<std::vector<double>> scores{{101, 307, 55},       // equal per parameter
                                                  {0, 0, 0},            // no score at all
                                                  {1e-300, 1e300, 5}};  // under a cap equal to the target
    for (size_t k = 0; k < scores.size(); ++k) {
      const std::vector<BudgetGroup> groups{
          {"a", 101, scores[k][0]}, {"b", 307, scores[k][1]}, {"c", 55, scores[k][2]}};
      const auto a = allocateByScore(groups, {0.5, k == 2 ? 0.5 : 0.6});
      for (size_t i = 0; i < 3; ++i)
        QVERIFY(std::abs(double(a.kept[i]) - 0.5 * double(groups[i].parameters)) <= 1);
      QVERIFY(std::abs(double(a.kept[0] + a.kept[1] + a.kept[2]) - 231.5) <= 0.5);
    }
  }

  void zeroScoresStayAtTheCapUntilTheOthersAreFull() {
    QCOMPARE(allocateByScore({{"a", 10, 1}, {"b", 90, 0}}, {0.5, 0.6}).kept, (std::vector<int64_t>{10, 40}));
    QCOMPARE(allocateByScore({{"a", 100, 1}, {"b", 90, 0}}, {0.5, 0.6}).kept, (std::vector<int64_t>{59, 36}));
  }

  void endsOfTheScale() {
    const std::vector<BudgetGroup> groups{{"a", 777, 3}, {"b", 100, 1}};
    QCOMPARE(allocateByScore(groups, {0, {}}).kept, (std::vector<int64_t>{777, 100}));
    QCOMPARE(allocateByScore(groups, {1, {}}).kept, (std::vector<int64_t>{0, 0}));
    QCOMPARE(allocateByScore({{"a", 777, 3}}, {0.3, {}}).kept, (std::vector<int64_t>{544}));
  }

  void scoresFarApart() {
    // 1e-100 beside 1e100: the small ones still share by 2 : 1 once the large one is full.
    const auto a =
        allocateByScore({{"a", 1000, 1e100}, {"b", 1000, 2e-100}, {"c", 1000, 1e-100}}, {0.5, 0.8});
    QCOMPARE(a.kept, (std::vector<int64_t>{1000, 267, 233}));
  }

  void refusesByName() {
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    const auto message = [](double score, int64_t n = 10) {
      return messageOf([&] { allocateByScore({{"good", 10, 1}, {"vision.7", n, score}}, {0.5, 0.6}); });
    };
    for (const auto& said : {message(nan), message(inf), message(-1), message(1, 0), message(1, -5)})
      QVERIFY2(QString::fromStdString(said).contains("vision.7"), said.c_str());
    const std::vector<BudgetGroup> one{{"a", 10, 1}};
    for (const Budget& b :
         {Budget{nan, {}}, Budget{-0.1, {}}, Budget{1.1, {}}, Budget{0.5, nan}, Budget{0.5, 1.2}})
      QVERIFY_EXCEPTION_THROWN(allocateByScore(one, b), Error);
    QVERIFY_EXCEPTION_THROWN(allocateByScore({{"a", 10, 1, 1.5}}, {0.5, {}}), Error);
    QVERIFY_EXCEPTION_THROWN(allocateByScore({}, {0.5, {}}), Error);
    QVERIFY_EXCEPTION_THROWN(fitProfile(one, {0.5, {}}, {0.5, 0.5}, ProfileFit::Shift), Error);
    QVERIFY_EXCEPTION_THROWN(fitProfile(one, {0.5, {}}, {-0.5}, ProfileFit::Stretch), Error);
  }

  void fitKeepsAProfileThatFits() {
    const std::vector<BudgetGroup> groups{{"a", 1000, 0}, {"b", 2000, 0}, {"c", 1000, 0}};
    const std::vector<double> profile{0.6, 0.45, 0.5};
    for (auto fit : {ProfileFit::Shift, ProfileFit::Stretch})
      QCOMPARE(fitProfile(groups, {0.5, 1.0}, profile, fit).kept, (std::vector<int64_t>{400, 1100, 500}));
    // A shift adds the same to all, a stretch multiplies all.
    QCOMPARE(fitProfile(groups, {0.6, 1.0}, profile, ProfileFit::Shift).kept,
             (std::vector<int64_t>{300, 900, 400}));
    QCOMPARE(fitProfile(groups, {0.6, 1.0}, profile, ProfileFit::Stretch).kept,
             (std::vector<int64_t>{280, 920, 400}));
  }

  void levelTakesTheRestFromLinesThatStandStill() {
    const std::vector<LevelLine> lines{{0, 1, 0, 10}, {2, 0, 0, 12}, {1, 0, 0, 6}};
    QCOMPARE(fillToTotal(lines, 8), (std::vector<double>{5, 2, 1}));
    QCOMPARE(fillToTotal(lines, 28), (std::vector<double>{10, 12, 6}));
    QCOMPARE(fillToTotal(lines, 20.5), (std::vector<double>{10, 7, 3.5}));
    QCOMPARE(fillToTotal(lines, 1.5), (std::vector<double>{0, 1, 0.5}));
    QCOMPARE(fillToTotal({}, 3), (std::vector<double>{}));
  }
};

QTEST_APPLESS_MAIN(AllocateTest)
#include "allocate_test.moc"
