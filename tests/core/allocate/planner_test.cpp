#include "core/allocate/planner.h"

#include <QtTest/QtTest>
#include <cmath>

#include "core/allocate/grouping.h"
#include "core/base/random.h"

using namespace espalier;

namespace {

// Two components of `blocks` blocks with three matrices each.
Scores sample(int blocks = 4) {
  Scores s;
  s.method = "zeroth-order";
  CounterRandom random(3, 1);
  for (const char* component : {"vision", "text"})
    for (int b = 0; b < blocks; ++b)
      for (const char* m : {"q", "fc1", "fc2"}) {
        const std::string block = std::string(component) + "." + std::to_string(b);
        s.matrices.push_back({block + "." + m + ".weight", block, component, 1000 + random.below(3000),
                              random.uniform(), 0.1, nlohmann::json::object()});
      }
  return s;
}

// Numbers that have nothing to do with the scores.
Scores withStatistics(Scores s) {
  CounterRandom random(3, 2);
  for (auto& m : s.matrices)
    m.statistics = {{"local", 100 * random.uniform()},
                    {"outliers", double(random.below(20))},
                    {"median", random.uniform()},
                    {"alpha", 2 + random.uniform()}};
  return s;
}

double off(const Plan& p) {
  return std::abs(p.achievedSparsity() - p.target) * double(p.parameters());
}

}  // namespace

class PlannerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Without a cap of its own a request's cap is 0.1 above its target: the nearest target that a refusal names
  // is possible with a cap of that one, and there is none beyond it.
  void theNearestTargetIsOneWithItsOwnCap() {
    for (double pin : {0.0, 0.2, 0.5, 0.85}) {
      PlanRequest request;
      const Plan free = makePlan(sample(), request);
      for (size_t g = 0; g < free.groups.size(); g += 2) request.pins[free.groups[g].name] = pin;
      request.target = 0.999;
      double nearest = 0;
      try {
        makePlan(sample(), request);
        QFAIL("it is not possible");
      } catch (const BudgetError& e) {
        nearest = e.nearestTarget();
      }
      request.target = nearest;
      const Plan plan = makePlan(sample(), request);
      QCOMPARE(plan.cap, defaultCap(nearest));
      QVERIFY(std::abs(plan.achievedSparsity() - nearest) < 1e-3);
      request.target = nearest + 2e-3;
      QVERIFY_EXCEPTION_THROWN(makePlan(sample(), request), BudgetError);
    }
  }
  void groupsByGranularity() {
    const auto s = sample();
    QCOMPARE(groupsOf(s.matrices, Granularity::Layer, Aggregate::Sum).size(), 24u);
    const auto blocks = groupsOf(s.matrices, Granularity::Block, Aggregate::Sum);
    QCOMPARE(blocks.size(), 8u);
    QCOMPARE(blocks[5].name, "text.1");
    QCOMPARE(blocks[5].component, "text");
    const auto components = groupsOf(s.matrices, Granularity::Component, Aggregate::Sum);
    QCOMPARE(components.size(), 2u);
    QCOMPARE(components[0].matrices.size(), 12u);
    QVERIFY_EXCEPTION_THROWN(groupsOf({}, Granularity::Block, Aggregate::Sum), Error);
    auto confused = s.matrices;
    confused.back().block = "vision.0";
    QVERIFY_EXCEPTION_THROWN(groupsOf(confused, Granularity::Block, Aggregate::Sum), Error);
  }

  void aggregates() {
    const std::vector<MatrixScore> matrices{{"a", "x", "c", 10, 2, 3, {}}, {"b", "x", "c", 30, 6, 4, {}}};
    const auto sum = groupsOf(matrices, Granularity::Block, Aggregate::Sum)[0];
    QCOMPARE(sum.score, 8.0);
    QCOMPARE(sum.standardError, 5.0);
    QCOMPARE(sum.parameters, 40);
    const auto average = groupsOf(matrices, Granularity::Block, Aggregate::Average)[0];
    QCOMPARE(average.score, 0.2);
    QCOMPARE(average.standardError, 5.0 / 40);
    const auto mean = groupsOf(matrices, Granularity::Block, Aggregate::Mean)[0];
    QCOMPARE(mean.score, 4.0);
    QCOMPARE(mean.standardError, 2.5);
  }

  void plansMeetTheTarget() {
    const auto s = sample();
    for (const auto granularity : {Granularity::Layer, Granularity::Block, Granularity::Component})
      for (const auto aggregate : {Aggregate::Sum, Aggregate::Average}) {
        PlanRequest request;
        request.target = 0.45;
        request.granularity = granularity;
        request.aggregate = aggregate;
        const Plan p = makePlan(s, request);
        QVERIFY(off(p) <= 1);
        QCOMPARE(p.cap, 0.55);
        checkPlan(p);
        for (const auto& m : s.matrices) QVERIFY(p.sparsityOf(m.matrix).has_value());
      }
  }

  void pinsHold() {
    PlanRequest request;
    request.pins = {{"text.1", 0.3}, {"vision.0", 0.7}};
    const Plan p = makePlan(sample(), request);
    QCOMPARE(*p.sparsityOf("text.1.fc1.weight"), 0.3);
    QCOMPARE(*p.sparsityOf("vision.0.q.weight"), 0.7);
    QVERIFY(off(p) <= 1);
    request.pins = {{"text.9", 0.3}};
    try {
      makePlan(sample(), request);
      QFAIL("a pin on nothing was taken");
    } catch (const Error& e) {
      QVERIFY2(QString(e.what()).contains("text.9") && QString(e.what()).contains("vision.0"), e.what());
    }
  }

  void allocatorBringsItsAggregateAndOptions() {
    PlanRequest request;
    request.allocator = "alpha-pruning";
    request.options = {{"epsilon", 0.1}};
    const Plan p = makePlan(withStatistics(sample()), request);
    QVERIFY(p.aggregate == Aggregate::Mean);
    QCOMPARE(p.options.at("epsilon"), 0.1);
    QVERIFY(off(p) <= 1);
    request.allocator = "none";
    QVERIFY_EXCEPTION_THROWN(makePlan(sample(), request), Error);
  }

  // Scores that carry all statistics can be shared by any allocator, and so can a plan made of them.
  void allocatorsShareByTheirStatistics() {
    const auto scores = withStatistics(sample());
    PlanRequest request;
    const Plan ecoflap = makePlan(scores, request);
    const auto& first = ecoflap.groups[0];
    double outliers = 0, alpha = 0;
    for (int m = 0; m < 3; ++m)
      outliers += scores.matrices[m].statistics.at("outliers"),
          alpha += scores.matrices[m].statistics.at("alpha");
    QCOMPARE(first.statistics.at("outliers"), outliers / double(first.parameters));
    QCOMPARE(first.statistics.at("alpha"), alpha / 3);
    for (const auto& a : allocators()) {
      if (a.reproduction) continue;
      QVERIFY(canShare(a, ecoflap.groups));
      request.allocator = a.name;
      const Plan made = makePlan(scores, request);
      QVERIFY2(off(made) <= 1, a.name.c_str());
      Plan switched = ecoflap;
      switched.allocator = a.name;
      switched = reallocated(planFromJson(toJson(switched), "a file"));
      for (size_t g = 0; g < made.groups.size(); ++g)
        QCOMPARE(switched.groups[g].sparsity, made.groups[g].sparsity);
      // Whatever the statistic: other numbers, another plan; and never by the score.
      auto changed = scores;
      for (auto& m : changed.matrices) m.score = a.key.empty() ? m.score : 1;
      const Plan again = makePlan(changed, request);
      for (size_t g = 0; g < made.groups.size(); ++g)
        QCOMPARE(again.groups[g].sparsity, made.groups[g].sparsity);
      if (a.key.empty()) continue;
      changed.matrices[4].statistics.at(a.key) *= 3;
      QVERIFY(makePlan(changed, request).groups[1].sparsity != made.groups[1].sparsity);
    }
  }

  void missingStatisticsAreNamed() {
    for (const char* name : {"owl", "dlp", "alpha-pruning", "local"}) {
      PlanRequest request;
      request.allocator = name;
      QVERIFY(
          !canShare(allocatorNamed(name), groupsOf(sample().matrices, Granularity::Block, Aggregate::Sum)));
      try {
        makePlan(sample(), request);
        QFAIL("scores of another kind were taken");
      } catch (const Error& e) {
        QVERIFY2(QString(e.what()).contains("--statistics") && QString(e.what()).contains("vision.0"),
                 e.what());
      }
    }
    // A group of which one matrix lacks it has none.
    auto scores = withStatistics(sample());
    scores.matrices[1].statistics.erase("median");
    const auto groups = groupsOf(scores.matrices, Granularity::Block, Aggregate::Sum);
    QVERIFY(!groups[0].statistics.contains("median") && groups[1].statistics.contains("median"));
    scores.matrices[1].statistics["median"] = std::nan("");
    QVERIFY_EXCEPTION_THROWN(checkScores(scores), Error);
  }

  void reallocationRepeatsItself() {
    Plan p = makePlan(sample(), {});
    const Plan again = reallocated(p);
    for (size_t i = 0; i < p.groups.size(); ++i) QVERIFY(again.groups[i].sparsity == p.groups[i].sparsity);
    p.target = 0.3;
    QVERIFY(off(reallocated(p)) <= 1);
    p.allocator.clear();
    for (const auto& g : reallocated(p).groups)
      QVERIFY(std::abs(g.sparsity - 0.3) * double(g.parameters) <= 1);
  }

  // A component's own cap holds where it is lower than the plan's; the rest is shared among the others, by
  // allocation and by hand, and a target that leaves no room is refused with the nearest that does.
  void componentsHaveCapsOfTheirOwn() {
    PlanRequest request;
    request.target = 0.6;
    const Plan usual = makePlan(sample(), request);
    double most = 0;
    for (const auto& g : usual.groups)
      if (g.component == "vision") most = std::max(most, g.sparsity);
    QVERIFY(most > 0.56);
    request.componentCaps = {{"vision", 0.55}};
    for (const auto& allocator : allocators()) {
      if (!allocator.key.empty() || allocator.reproduction) continue;
      request.allocator = allocator.name;
      const Plan capped = makePlan(sample(), request);
      QVERIFY2(off(capped) <= 1, allocator.name.c_str());
      double others = 0;
      for (const auto& g : capped.groups) {
        if (g.component == "vision") QVERIFY(g.sparsity <= 0.55);
        if (g.component != "vision") others = std::max(others, g.sparsity);
      }
      QVERIFY(others > 0.6 && others <= 0.7);
    }
    request.allocator = "ecoflap";
    const Plan capped = makePlan(sample(), request);
    const auto moved = edited(capped, {{"text.0", 0.5}});
    for (const auto& g : moved.plan.groups)
      if (g.component == "vision") QVERIFY(g.sparsity <= 0.55);
    // Files keep it.
    QVERIFY(planFromJson(toJson(capped), "plan").componentCaps == request.componentCaps);
    QVERIFY(!toJson(usual).contains("componentCaps"));
    request.componentCaps = {{"vision", 0.1}};
    try {
      makePlan(sample(), request);
      QFAIL("a target beyond the caps was taken");
    } catch (const BudgetError& e) {
      QVERIFY(e.nearestTarget() < 0.6 && e.nearestTarget() > 0.1);
      request.target = std::floor(e.nearestTarget() * 1e6) / 1e6;
      QVERIFY(off(makePlan(sample(), request)) <= 1);
    }
    request.componentCaps = {{"visoin", 0.5}};
    try {
      makePlan(sample(), request);
      QFAIL("a component that is not there was taken");
    } catch (const Error& e) {
      QVERIFY2(QString(e.what()).contains("\"visoin\"") && QString(e.what()).contains("\"vision\""),
               e.what());
    }
  }

  void editsKeepTheTarget() {
    const Plan p = makePlan(sample(), {});
    const auto e = edited(p, {{"text.0", 0.2}, {"vision.2", 0.65}});
    QCOMPARE(*e.plan.sparsityOf("text.0.q.weight"), 0.2);
    QVERIFY(off(e.plan) <= 1);
    QCOMPARE(e.unmetWeights, 0);
    QCOMPARE(e.achieved, e.plan.achievedSparsity());
    int pinned = 0;
    for (const auto& g : e.plan.groups) pinned += g.pinned;
    QCOMPARE(pinned, 2);
    // Everything dense but one: reported, not refused.
    std::map<std::string, double> dense;
    for (size_t i = 1; i < p.groups.size(); ++i) dense[p.groups[i].name] = 0;
    const auto impossible = edited(p, dense);
    QVERIFY(impossible.unmetWeights > 0);
    QVERIFY(std::abs(impossible.plan.groups[0].sparsity - p.cap) * double(p.groups[0].parameters) <= 1);
    QVERIFY_EXCEPTION_THROWN(edited(p, {{"no such", 0.5}}), Error);
  }
};

QTEST_APPLESS_MAIN(PlannerTest)
#include "planner_test.moc"
