// Texts and pictures that do not belong together, in every family that puts pictures into texts: one sentence
// with both counts, and nothing is computed.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/model/layers/config_value.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// The first call with pictures among tokens; null: the model has none.
std::shared_ptr<Batch> pictureCall(const std::filesystem::path& folder, int64_t token) {
  const auto described = readJson(folder / "io.json");
  const auto io = readTensors(folder / "io.safetensors");
  for (const auto& entry : described["calls"]) {
    auto batch = batchUnder(io, entry["name"].get<std::string>() + "/in/");
    if (batch->has("pixel_values") && batch->has("input_ids") &&
        (batch->at("input_ids") == token).sum().item<int64_t>() > 1)
      return batch;
  }
  return nullptr;
}

}  // namespace

class PictureCountsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void refusesWhatDoesNotBelongTogether_data() {
    QTest::addColumn<QString>("folder");
    int families = 0;
    for (const auto& folder : modelFolders()) {
      const auto token = configPictureToken(readJson(folder / "config.json"), -1);
      if (token < 0 || !pictureCall(folder, token)) continue;
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
      ++families;
    }
    QVERIFY(families > 3);
  }

  void refusesWhatDoesNotBelongTogether() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const ModelFixture f(folder.toStdString());
    // A Q-Former's pictures stand before texts without tokens, so that only the first of these is wrong
    // there.
    const bool queries = f.model->config().contains("num_query_tokens");
    const auto token = configPictureToken(f.model->config(), -1);
    const auto batch = pictureCall(folder.toStdString(), token);
    const auto isPicture = batch->at("input_ids") == token;
    const auto tokens = isPicture.sum().item<int64_t>();
    const auto said = [&](const Batch& changed) {
      return errorOf([&] { runModel(*f.model, Pass{f.weights}, std::make_shared<Batch>(changed)); });
    };
    const auto isSentence = [](const QString& text) { return text.endsWith('.') && !text.contains(". "); };

    auto fewer = *batch;
    auto ids = batch->at("input_ids").clone();
    ids.view({-1})[isPicture.view({-1}).nonzero()[0].item<int64_t>()] = 1;
    fewer.tensors["input_ids"] = ids;
    auto error = said(fewer);
    const auto inText = queries ? isPicture[0].sum().item<int64_t>() : tokens;
    QVERIFY2(error.contains(QString("%1 picture tokens (%2)").arg(inText - 1).arg(token)), qPrintable(error));
    QVERIFY2(isSentence(error), qPrintable(error));
    if (queries) return;

    auto none = *batch;
    for (const char* name : {"pixel_values", "pixel_attention_mask", "image_grid_thw", "image_sizes"})
      none.tensors.erase(name);
    error = said(none);
    QVERIFY2(error.contains(QString("%1 picture tokens (%2)").arg(tokens).arg(token)), qPrintable(error));
    QVERIFY2(isSentence(error), qPrintable(error));

    auto empty = *batch;
    empty.tensors["pixel_values"] = batch->at("pixel_values").slice(0, 0, 0);
    error = said(empty);
    QVERIFY2(error.contains("pixel_values without a picture") && isSentence(error), qPrintable(error));
  }
};

QTEST_APPLESS_MAIN(PictureCountsTest)
#include "picture_counts_test.moc"
