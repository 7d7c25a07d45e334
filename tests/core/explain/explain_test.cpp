// Where an answer comes from, against closed forms and against what the model says when asked.
#include "core/explain/explain.h"

#include <ATen/ATen.h>
#include <QtTest/QtTest>

#include <c10/core/GradMode.h>
#include <cmath>
#include <numeric>

#include "core/base/parallel.h"
#include "core/engine/open_model.h"
#include "core/explain/occlusion.h"
#include "core/explain/rollout.h"
#include "core/image/image.h"
#include "core/model/layers/attention.h"
#include "core/samples/sample_folder.h"
#include "core/sweep/run.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_model.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

double sharesOf(const Relevance& r) {
  double sum = r.elsewhere;
  for (const float v : r.attention.values) sum += double(v);
  for (const auto& w : r.attentionWords) sum += w.value;
  return sum;
}

}  // namespace

class ExplainTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  ModelPtr m_model, m_clip, m_vlm;
  Dataset m_pairs;

  ModelPtr fixture(const std::string& name) const {
    return openLetterModel(m_dir.path().toStdString(), name);
  }

 private Q_SLOTS:
  void initTestCase() {
    setThreadCount(2);
    m_model = openModel(sampleFolder() / "model");
    m_clip = openModel(sampleFolder().parent_path() / "sample-clip" / "model");
    m_vlm = openModel(sampleFolder().parent_path() / "sample-vlm" / "model");
    m_pairs = openDatasetFor(*m_model, sampleFolder() / "pairs");
    QVERIFY(m_pairs.samples.size() > 3);
  }

  // One head, keys that make the softmax known: rows [3/4, 1/4] and [1/2, 1/2].
  void watchSeesWeightsAndChangesNothing() {
    c10::NoGradGuard noGrad;
    const auto q = at::tensor({float(std::log(3.0)), 0.f}).view({1, 2, 1});
    const auto k = at::tensor({1.f, 0.f}).view({1, 2, 1}), v = at::tensor({4.f, 8.f}).view({1, 2, 1});
    const auto unseen = attend(q, k, v, 1, 1, {});
    AttentionWatch watch;
    const auto seen = attend(q, k, v, 1, 1, {});
    QVERIFY(at::equal(unseen, seen));
    QCOMPARE(watch.seen().size(), size_t(1));
    QVERIFY(at::allclose(watch.seen()[0], at::tensor({0.75f, 0.25f, 0.5f, 0.5f}).view({1, 2, 2})));
  }

  void cellsHoldWholePatches() {
    QCOMPARE(cellsOf(16, 8), 8);
    QCOMPARE(cellsOf(14, 8), 7);
    QCOMPARE(cellsOf(4, 8), 4);
    QCOMPARE(cellsOf(37, 8), 8);  // a prime: cells cut patches
    QCOMPARE(cellsOf(24, 8), 8);
  }

  // Every reference model whose attention can be followed: each position's shares sum to one and none is
  // negative; what cannot be followed is said.
  void sharesSumToOne_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }
  void sharesSumToOne() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const auto model = openModel(fs::path(folder.toStdString()));
    const auto& config = model->model->config();
    const auto image = config.value("vision_config", config).value("image_size", nlohmann::json(32));
    auto batch = std::make_shared<Batch>();
    const auto side =
        image.is_array() ? image.get<std::vector<int64_t>>() : std::vector<int64_t>(2, image.get<int64_t>());
    const bool known = model->model->family() == "clip" || model->model->family() == "vit" ||
                       model->model->family() == "t5" || model->model->family() == "llama" ||
                       model->model->family() == "opt" || model->model->family() == "blip-2";
    if (model->model->family() == "clip" || model->model->family() == "vit" ||
        model->model->family() == "blip-2")
      batch->tensors["pixel_values"] =
          at::linspace(-1, 1, 3 * side[0] * side[1]).view({1, 3, side[0], side[1]});
    batch->tensors["input_ids"] = at::tensor({5, 6, 7, 3}, at::kLong).view({1, 4});
    if (model->model->family() == "vit") batch->tensors.erase("input_ids");
    if (model->model->task() == ModelTask::Answer)
      batch->tensors["labels"] = at::tensor({4, 1}, at::kLong).view({1, 2});
    if (!known) return;  // their inputs are made by their processors; the sample models' test has these
    State state;
    const auto found = rollout(*model->model, {model->weights}, batch, state);
    if (!found.note.empty()) {
      QVERIFY(found.note.ends_with("."));
      QVERIFY2(model->model->family() != "clip" && model->model->family() != "t5", found.note.c_str());
      return;
    }
    const auto sums = found.shares.sum(1);
    QVERIFY(at::allclose(sums, at::ones_like(sums), 1e-5, 1e-5));
    QVERIFY(found.shares.min().item<float>() >= 0);
  }

  void probabilitiesAreThoseOfTheLoss() {
    Sample sample = m_pairs.samples[0];
    const auto e = explainPair(*m_model, sample, {.answer = sample.answer}, {});
    QVERIFY(!e.tokens.empty());
    QCOMPARE(e.answer, sample.answer);
    // The evaluation's mean loss is over the same tokens and the one that ends the answer.
    Dataset one = m_pairs;
    one.samples = {sample};
    const auto evaluated = evaluateModel(*m_model, one, {}).pairs[0];
    double sum = 0;
    for (const auto& t : e.tokens) {
      QVERIFY(t.probability > 0 && t.probability <= 1);
      sum -= std::log(t.probability);
      QCOMPARE(t.others.size(), size_t(4));
      double all = t.probability;
      for (size_t i = 0; i < t.others.size(); ++i) {
        all += t.others[i].probability;
        if (i) QVERIFY(t.others[i - 1].probability >= t.others[i].probability);
      }
      QVERIFY(all <= 1 + 1e-9);
    }
    QVERIFY(sum <= evaluated.loss * double(e.tokens.size() + 1) + 1e-6);
    // Without an answer it explains what the model says.
    QCOMPARE(explainPair(*m_model, sample, {}, {}).answer, evaluated.answer);
  }

  void sampleSharesSumToOne() {
    for (const auto& model : {m_model, m_clip, m_vlm}) {
      const auto e = explainPair(*model, m_pairs.samples[1], {}, {});
      QVERIFY2(e.attentionNote.empty(), e.attentionNote.c_str());
      QVERIFY(!e.tokens.empty());
      for (const auto& t : e.tokens) {
        QVERIFY(!t.relevance.attention.isEmpty());
        QVERIFY(!t.relevance.attentionWords.empty());
        if (!e.matches) QVERIFY(std::abs(sharesOf(t.relevance) - 1) < 1e-4);
      }
    }
  }

  // One cell is the whole picture: the fall is from what the model says to what it says of a blank one.
  void everythingOccludedIsABlankPicture() {
    for (const auto& model : {m_model, m_clip, m_vlm}) {
      const auto& sample = m_pairs.samples[2];
      const auto whole = explainPair(*model, sample, {.answer = sample.answer, .cells = 1}, {});
      const auto cells = explainPair(*model, sample, {.answer = sample.answer}, {});
      // Another number of rows in a batch rounds otherwise.
      QCOMPARE(whole.withoutPicture.size(), cells.withoutPicture.size());
      for (size_t t = 0; t < whole.withoutPicture.size(); ++t)
        QVERIFY(std::abs(whole.withoutPicture[t] - cells.withoutPicture[t]) < 1e-5);
      for (size_t t = 0; t < whole.tokens.size(); ++t) {
        const auto& map = whole.tokens[t].relevance.occlusion;
        QCOMPARE(map.values.size(), size_t(1));
        const double seen = whole.tokens[t].probability, blank = whole.withoutPicture[t];
        const double fall = whole.matches ? seen - blank : std::log(seen) - std::log(blank);
        QVERIFY(std::abs(double(map.values[0]) - fall) < 1e-4 * std::max(1.0, std::abs(fall)));
        const auto& fine = cells.tokens[t].relevance.occlusion;
        QCOMPARE(int64_t(fine.values.size()), fine.rows * fine.columns);
        QVERIFY(fine.rows > 1 && fine.rows <= 8);
      }
    }
  }

  // Leaving a word out is asking without it.
  void wordsAreLeftOut() {
    Sample sample = m_pairs.samples[0];
    const auto e = explainPair(*m_model, sample, {.answer = sample.answer}, {});
    std::istringstream in(sample.question);
    std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    const auto& found = e.tokens[0].relevance.occlusionWords;
    QCOMPARE(found.size(), words.size());
    std::string rest;
    for (size_t i = 1; i < words.size(); ++i) rest += (i > 1 ? " " : "") + words[i];
    QCOMPARE(found[0].word, words[0]);
    Sample without = sample;
    without.question = rest;
    const auto asked = explainPair(*m_model, without, {.answer = sample.answer}, {});
    const double fall = std::log(e.tokens[0].probability) - std::log(asked.tokens[0].probability);
    QVERIFY(std::abs(found[0].value - fall) < 1e-3 * std::max(1.0, std::abs(fall)));
  }

  void threadsDoNotMatter() {
    const auto& sample = m_pairs.samples[3];
    const auto two = explainPair(*m_model, sample, {}, {});
    setThreadCount(1);
    const auto one = explainPair(*m_model, sample, {}, {});
    setThreadCount(2);
    QCOMPARE(one.tokens.size(), two.tokens.size());
    for (size_t t = 0; t < one.tokens.size(); ++t) {
      QCOMPARE(one.tokens[t].probability, two.tokens[t].probability);
      QCOMPARE(one.tokens[t].relevance.occlusion.values, two.tokens[t].relevance.occlusion.values);
      QCOMPARE(one.tokens[t].relevance.attention.values, two.tokens[t].relevance.attention.values);
    }
  }

  // The sample's pictures are as large as it sees them: the colours are those of the file.
  void pictureIsTheOneSeen() {
    const auto e = explainPair(*m_model, m_pairs.samples[0], {}, {});
    const Image file = loadImage(m_pairs.samples[0].image);
    QCOMPARE(int64_t(file.width), e.picture.width);
    QCOMPARE(int64_t(file.height), e.picture.height);
    QVERIFY(file.rgb == e.picture.rgb);
  }

  void patchesAreAlikeToTheText() {
    const auto e = explainPair(*m_clip, m_pairs.samples[0], {}, {});
    QVERIFY(e.matches);
    QVERIFY(!e.similarity.isEmpty());
    QCOMPARE(int64_t(e.similarity.values.size()), e.similarity.rows * e.similarity.columns);
    for (const float v : e.similarity.values) QVERIFY(std::abs(v) <= 1.0001f);
    QVERIFY(explainPair(*m_model, m_pairs.samples[0], {}, {}).similarity.isEmpty());
  }

  void classesByName() {
    const auto vit = fixture("vit");
    Sample sample = m_pairs.samples[0];
    const auto own = explainPair(*vit, sample, {}, {});
    QCOMPARE(own.tokens.size(), size_t(1));
    QCOMPARE(own.tokens[0].text, own.answer);
    QVERIFY(!own.tokens[0].others.empty());
    QVERIFY(own.tokens[0].probability >= own.tokens[0].others[0].probability);
    // Another class may be asked about.
    const auto other = explainPair(*vit, sample, {.answer = own.tokens[0].others[0].text}, {});
    QCOMPARE(other.tokens[0].probability, own.tokens[0].others[0].probability);
    QVERIFY(std::abs(sharesOf(own.tokens[0].relevance) - 1) < 1e-5);
  }

  void languageModels() {
    const auto llama = fixture("llama");
    Sample text;
    text.answer = "abc abd";
    const auto e = explainPair(*llama, text, {}, {});
    QVERIFY(e.tokens.size() > 1);
    QVERIFY(!e.occlusionNote.empty());
    for (const auto& t : e.tokens) {
      QVERIFY(t.relevance.attention.isEmpty());
      QVERIFY(std::abs(sharesOf(t.relevance) - 1) < 1e-5);
    }
    // The first token looks at itself and what stands before it alone.
    QVERIFY(e.tokens.front().relevance.attentionWords.back().value == 0 ||
            e.tokens.front().relevance.attentionWords.size() == 1);
    const auto written = writtenBy(*llama, text, 5, {});
    QVERIFY(written.size() <= 40);
    QCOMPARE(writtenBy(*llama, text, 5, {}), written);
  }

  void whatCannotBeExplained() {
    const auto bert = fixture("bert");
    Sample text;
    text.answer = "abc";
    QVERIFY_THROWS_EXCEPTION(Error, explainPair(*bert, text, {}, {}));
  }
};

QTEST_GUILESS_MAIN(ExplainTest)
#include "explain_test.moc"
