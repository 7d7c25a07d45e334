// What pruned matrices come to without their zeros, for every refinement that changes how numbers are stored.
#include "core/document/plan_storage.h"

#include <QtTest/QtTest>

#include "core/engine/engine.h"

using namespace espalier;

namespace {

// One matrix of 64 000 weights, half of them kept.
Plan halfPlan() {
  PlanGroup group;
  group.name = "layer";
  group.component = "vision";
  group.parameters = 64000;
  group.sparsity = 0.5;
  group.matrices = {"layer.weight"};
  Plan plan;
  plan.groups = {group};
  return plan;
}

// Of numbers of two bytes.
ModelInfo halfPrecision() {
  ModelInfo info;
  info.parameters = 64000;
  info.fileBytes = 128000;
  return info;
}

int64_t bytesWith(const std::string& refinement) {
  PruneOptions options;
  options.refinement = refinement;
  return storageOf(halfPlan(), options, halfPrecision()).compressedBytes;
}

}  // namespace

class PlanStorageTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // A bit for each place and the kept weights: two bytes each, or one as int8.
  void int8TakesAByteForEachKeptWeight() {
    QCOMPARE(bytesWith(""), int64_t(8000 + 2 * 32000));
    for (const char* refinement : {"int8", "int8-mse", "swaps,int8", "swaps,refit,int8-mse"})
      QCOMPARE(bytesWith(refinement), int64_t(8000 + 32000));
  }

  // No other refinement changes the size, whatever the list holds.
  void othersKeepTheNumberFormat() {
    int others = 0;
    for (const auto& refinement : pruneRefinements())
      if (!refinement.name.starts_with("int8")) {
        QCOMPARE(bytesWith(refinement.name), bytesWith(""));
        ++others;
      }
    QVERIFY(others >= 3);
  }
};

QTEST_APPLESS_MAIN(PlanStorageTest)
#include "plan_storage_test.moc"
