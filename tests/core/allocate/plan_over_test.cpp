#include "core/allocate/plan_over.h"

#include <QtTest/QtTest>

using namespace espalier;

class PlanOverTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void weighsByParameters() {
    std::vector<MatrixScore> matrices(3);
    const int64_t sizes[] = {100, 300, 50};
    for (int i = 0; i < 3; ++i)
      matrices[i].matrix = std::string(1, char('a' + i)), matrices[i].parameters = sizes[i];
    Plan plan;
    plan.groups.resize(3);
    const double sparsities[] = {0.2, 0.6, 0.9};
    for (int i = 0; i < 3; ++i) {
      plan.groups[i].name = matrices[i].matrix;
      plan.groups[i].matrices = {matrices[i].matrix};
      plan.groups[i].sparsity = sparsities[i];
    }
    std::vector<PlanGroup> groups(3);
    groups[0].matrices = {"a", "b"};
    groups[1].matrices = {"c", "unknown"};
    groups[2].matrices = {"unknown"};
    const auto over = sparsitiesOver(groups, plan, matrices);
    QCOMPARE(over.size(), size_t(3));
    QCOMPARE(over[0], (0.2 * 100 + 0.6 * 300) / 400);
    QCOMPARE(over[1], 0.9);
    QCOMPARE(over[2], 0.0);
  }
};

QTEST_MAIN(PlanOverTest)
#include "plan_over_test.moc"
