// Every stage that `espalier-cli bench` measures, on an accelerator: no tensor is read where it does not lie.
// There is no accelerator here but the tests' own.
#include <QtTest/QtTest>

#include "tests/support/hidden_device.h"

#include "core/base/device.h"
#include "core/bench/bench.h"

using namespace espalier;

class DeviceBenchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cleanup() { setDefaultDevice({}); }

  void everyStageRuns_data() {
    QTest::addColumn<bool>("hidden");
    QTest::newRow("processor") << false;
    QTest::newRow("accelerator") << true;
  }

  void everyStageRuns() {
    QFETCH(bool, hidden);
    if (hidden) setDefaultDevice({"privateuseone", 0});
    BenchOptions options;
    options.shape = "llama-64";
    options.batches = 1;
    options.rows = {2};
    options.plainMatrices = 2;
    options.repeats = 1;
    for (const auto& stage : benchStages())
      if (stage.id != "selection") options.stages.push_back(stage.id);  // of no model
    const auto report = runBench(options, {});
    QCOMPARE(report.results.size(), size_t(1));
    QCOMPARE(report.results[0].matrices, int64_t(14));
    for (const auto& id : options.stages) QVERIFY2(report.results[0].stage(id), id.c_str());
  }
};

QTEST_APPLESS_MAIN(DeviceBenchTest)
#include "device_bench_test.moc"
