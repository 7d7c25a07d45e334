#include "core/allocate/kept_plan.h"

#include <QtTest/QtTest>
#include <cmath>
#include <limits>

using namespace espalier;

namespace {

Plan somePlan() {
  Plan plan;
  plan.target = 0.4;
  plan.options = {{"lambda", 0.1}};
  plan.extra = {{"by", "somebody"}};
  for (int i = 0; i < 5; ++i) {
    PlanGroup group;
    group.name = "layer." + std::to_string(i);
    group.component = "language";
    group.parameters = 100 + i;
    group.score = i / 3.0;
    group.standardError = i == 2 ? std::numeric_limits<double>::quiet_NaN() : 0.1;
    group.sparsity = 0.1 + i / 7.0;
    group.pinned = i % 2 == 1;
    group.matrices = {group.name + ".q", group.name + ".k"};
    group.extra = {{"note", i}};
    group.statistics = {{"owl", 0.5 * i}};
    plan.groups.push_back(group);
  }
  return plan;
}

// A standard error that is not known is null there, and equals none as a number.
std::string textOf(const Plan& plan) {
  return toJson(plan).dump();
}

}  // namespace

class KeptPlanTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aPlanComesBackToTheLastBit() {
    const Plan plan = somePlan();
    Plan moved = plan;
    moved.target = 0.45;
    moved.groups[3].sparsity = std::nextafter(moved.groups[3].sparsity, 1.0);
    moved.groups[0].pinned = true;
    const KeptPlan first(plan), second(moved, &first);
    QVERIFY(second.sharesGroupsWith(first));
    QCOMPARE(textOf(first.plan()), textOf(plan));
    QCOMPARE(textOf(second.plan()), textOf(moved));
    QVERIFY(second.plan().groups[3].sparsity == moved.groups[3].sparsity);
    QCOMPARE(textOf(KeptPlan().plan()), textOf(Plan()));
  }

  // Whatever a group says beside its sparsity and its pin is kept with it.
  void otherGroupsAreNotShared() {
    const KeptPlan first(somePlan());
    const std::vector<std::function<void(Plan&)>> changes{
        [](Plan& p) { p.groups[1].name = "other"; },
        [](Plan& p) { p.groups[1].component = "vision"; },
        [](Plan& p) { p.groups[1].parameters = 7; },
        [](Plan& p) { p.groups[1].score = 7; },
        [](Plan& p) { p.groups[1].standardError = 7; },
        [](Plan& p) { p.groups[1].matrices.pop_back(); },
        [](Plan& p) { p.groups[1].extra["note"] = "x"; },
        [](Plan& p) { p.groups[1].statistics["owl"] = 7; },
        [](Plan& p) { p.groups.pop_back(); },
    };
    for (const auto& change : changes) {
      Plan other = somePlan();
      change(other);
      const KeptPlan kept(other, &first);
      QVERIFY(!kept.sharesGroupsWith(first));
      QCOMPARE(textOf(kept.plan()), textOf(other));
      QVERIFY(kept.plan().groups[1].statistics == other.groups[1].statistics);
    }
  }
};

QTEST_APPLESS_MAIN(KeptPlanTest)
#include "kept_plan_test.moc"
