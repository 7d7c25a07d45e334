// Pictures of different sizes in one batch are as many samples, and each what it is alone.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/model/layers/picture_grids.h"
#include "core/prune/calibration_flow.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;

std::vector<std::filesystem::path> modelsWithGrids() {
  std::vector<std::filesystem::path> out;
  for (const auto& folder : modelFolders())
    if (readTensors(folder / "io.safetensors").contains("get_image_features/in/image_grid_thw"))
      out.push_back(folder);
  return out;
}

std::shared_ptr<Batch> together(const std::filesystem::path& folder) {
  return batchUnder(readTensors(folder / "io.safetensors"), "get_image_features/in/");
}

Batches oneByOne(const Batch& all) {
  Batches out;
  int64_t begin = 0;
  for (int64_t p = 0; p < all.at("image_grid_thw").size(0); ++p) {
    const auto grid = all.at("image_grid_thw").narrow(0, p, 1);
    const int64_t patches = grid.prod().item<int64_t>();
    auto one = std::make_shared<Batch>();
    one->tensors["image_grid_thw"] = grid;
    one->tensors["pixel_values"] = all.at("pixel_values").narrow(0, begin, patches);
    begin += patches;
    out.push_back(one);
  }
  return out;
}

at::Tensor featuresOf(const ModelFixture& f, const std::shared_ptr<const Batch>& batch) {
  State state = begin(batch, f.weights);
  runBlocks(*f.model, Pass{f.weights}, state, 0, f.model->decoderStart());
  return state.hidden[0];
}

}  // namespace

class PackedPicturesTest : public QObject {
  Q_OBJECT

  void eachModel() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelsWithGrids())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

 private Q_SLOTS:
  void eachPictureIsWhatItIsAlone_data() { eachModel(); }
  void eachPictureIsWhatItIsAlone() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const ModelFixture f(folder.toStdString());
    const auto all = together(folder.toStdString());
    const auto alone = oneByOne(*all);
    QVERIFY(alone.size() > 1);
    std::vector<at::Tensor> features;
    for (const auto& one : alone) features.push_back(featuresOf(f, one));
    QVERIFY(at::allclose(featuresOf(f, all), at::cat(features), 1e-5, 1e-5));
  }

  void statisticsCountPictures_data() { eachModel(); }
  void statisticsCountPictures() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const ModelFixture f(folder.toStdString());
    const auto all = together(folder.toStdString());
    const auto statistics = [&](const Batches& batches) {
      CalibrationFlow flow(batches, f.weights, false, {});
      std::vector<std::shared_ptr<const InputStatistics>> out;
      for (size_t i = 0; i < f.model->decoderStart(); ++i) {
        const auto& block = *f.model->blocks()[i];
        std::vector<std::string> names;
        for (const auto& m : block.description().matrices) names.push_back(m.name);
        if (names.empty()) {
          flow.run(block, f.weights);
          continue;
        }
        for (auto& s : flow.gatherAndRun(block, f.weights, names, {.features = true, .hessian = true}))
          out.push_back(std::move(s));
      }
      return out;
    };
    const auto one = statistics({all}), several = statistics(oneByOne(*all));
    QCOMPARE(one.size(), several.size());
    for (size_t i = 0; i < one.size(); ++i) {
      QCOMPARE(one[i]->samples, all->at("image_grid_thw").size(0));
      QCOMPARE(one[i]->samples, several[i]->samples);
      QCOMPARE(one[i]->positions, all->at("pixel_values").size(0));
      QVERIFY(at::allclose(one[i]->squaredNorm, several[i]->squaredNorm, 1e-4, 1e-5));
      QVERIFY(at::allclose(one[i]->hessian, several[i]->hessian, 1e-4, 1e-3));
    }
  }

  void refusesWhatIsNoPatches_data() { eachModel(); }
  void refusesWhatIsNoPatches() {
    QFETCH(QString, folder);
    const ModelFixture f(folder.toStdString());
    auto batch = std::make_shared<Batch>(*together(folder.toStdString()));
    const auto patches = batch->at("pixel_values");
    batch->tensors["pixel_values"] = patches.slice(1, 1);
    const auto width = errorOf([&] { featuresOf(f, batch); });
    QVERIFY2(width.contains("pixel_values must be [patches, " + QString::number(patches.size(1)) + "]"),
             qPrintable(width));
    batch->tensors["pixel_values"] = patches.slice(0, 1);
    const auto rows = errorOf([&] { featuresOf(f, batch); });
    QVERIFY2(rows.contains(QString("tells of %1 patches").arg(patches.size(0))), qPrintable(rows));
    batch->tensors.erase("image_grid_thw");
    QVERIFY(errorOf([&] { featuresOf(f, batch); }).contains("image_grid_thw"));
  }
};

QTEST_APPLESS_MAIN(PackedPicturesTest)
#include "packed_pictures_test.moc"
