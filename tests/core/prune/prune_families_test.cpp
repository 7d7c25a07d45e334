// Every family pruned block by block: the plan is met, what is left alone stays, and the result is a working
// model.
#include <c10/core/GradMode.h>
#include <QtTest/QtTest>

#include "core/base/parallel.h"
#include "core/prune/prune_model.h"
#include "core/sweep/run.h"
#include "tests/support/family_batches.h"

using namespace espalier;
using namespace espalier::test;

class PruneFamiliesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { setThreadCount(0); }

  void prunesEachModel_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void prunesEachModel() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const ModelFixture f(folder.toStdString());
    const auto batch = batchWithLoss(folder.toStdString(), *f.model);
    std::vector<std::shared_ptr<const Batch>> calibration{batch};
    if (const auto shared = sharedPictures(*batch)) calibration.push_back(shared);
    std::unordered_map<std::string, double> sparsities;
    for (const auto& block : f.model->blocks())
      for (const auto& m : block->description().matrices)
        sparsities[m.name] = block->description().prunedByDefault ? 0.5 : 0;
    QVERIFY(!sparsities.empty());
    for (const char* criterion : {"wanda", "sparsegpt", "magnitude"}) {
      PruneModelOptions options;
      options.criterion = criterion;
      setThreadCount(2);
      const auto pruned = pruneModel(*f.model, f.weights, calibration, sparsities, options, {});
      QCOMPARE(pruned.matrices.size(), sparsities.size());
      for (const auto& m : pruned.matrices)
        QVERIFY2(std::abs(m.achieved - sparsities[m.matrix]) <= 1.0 / double(m.parameters) + 1e-9,
                 (std::string(criterion) + " " + m.matrix + " " + std::to_string(m.achieved)).c_str());
      const auto state = runModel(*f.model, Pass{pruned.weights}, batch);
      if (f.model->task() != ModelTask::Embed) QVERIFY(std::isfinite(lossOfForks(state)[0].item<double>()));
      setThreadCount(1);
      const auto again = pruneModel(*f.model, f.weights, calibration, sparsities, options, {});
      for (const auto& [name, sparsity] : sparsities)
        QVERIFY(again.weights.get(name).equal(pruned.weights.get(name)));
    }
  }

  // Padding behind a picture's patches (SigLIP 2 naflex) is no calibration sample, whatever stands there.
  void paddingOfPatchesDoesNotCount() {
    c10::NoGradGuard noGrad;
    const auto folder = dataFile("families/models/siglip2-naflex");
    const ModelFixture f(folder);
    const auto batch = batchWithLoss(folder, *f.model);
    auto wider = std::make_shared<Batch>(*batch);
    const auto& pixels = batch->at("pixel_values");
    const auto& mask = batch->at("pixel_attention_mask");
    wider->tensors["pixel_values"] =
        at::cat({pixels, at::full({pixels.size(0), 7, pixels.size(2)}, 3, pixels.options())}, 1);
    wider->tensors["pixel_attention_mask"] = at::cat({mask, at::zeros({mask.size(0), 7}, mask.options())}, 1);
    std::unordered_map<std::string, double> sparsities;
    for (const auto& block : f.model->blocks())
      for (const auto& m : block->description().matrices) sparsities[m.name] = 0.5;
    for (const char* criterion : {"wanda", "sparsegpt"}) {
      PruneModelOptions options;
      options.criterion = criterion;
      const auto narrow = pruneModel(*f.model, f.weights, {batch}, sparsities, options, {}),
                 wide = pruneModel(*f.model, f.weights, {wider}, sparsities, options, {});
      for (const auto& [name, sparsity] : sparsities) {
        const auto a = narrow.weights.get(name), b = wide.weights.get(name);
        QVERIFY2((a != 0).equal(b != 0) && at::allclose(a, b, 1e-3, 1e-4), name.c_str());
      }
    }
  }
};

QTEST_APPLESS_MAIN(PruneFamiliesTest)
#include "prune_families_test.moc"
