// Padding does not count: a padded batch has the statistics that its rows have alone, without padding. And of
// the tokens of pictures those count that a block changes the most, where that is asked for.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/model/layers/decoder_input.h"
#include "core/prune/calibration_flow.h"
#include "core/sweep/run.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;
using Seen = std::map<std::string, std::shared_ptr<const InputStatistics>>;

// How many of the places of a row are no padding; -1 where padding stands in front.
int64_t lengthOf(const at::Tensor& real) {
  const auto length = real.sum().item<int64_t>();
  return real.narrow(0, 0, length).all().item<bool>() ? length : -1;
}

// The rows of a batch, cut to what is no padding; none where a row has padding in front.
Batches rowsAlone(const Batch& all) {
  Batches out;
  const auto mask = all.at("attention_mask");
  for (int64_t r = 0; r < mask.size(0); ++r) {
    auto row = std::make_shared<Batch>();
    const int64_t length = lengthOf(mask[r] != 0);
    if (length < 0) return {};
    for (const auto& [name, tensor] : all.tensors) {
      auto one = tensor.narrow(0, r, 1);
      if (name == "labels" && one.size(1) != mask.size(1))
        one = one.narrow(1, 0, lengthOf(one[0] >= 0));
      else if (name == "decoder_attention_mask" || name == "decoder_input_ids")
        one = one.narrow(1, 0, lengthOf(all.at("decoder_attention_mask")[r] != 0));
      else if (one.dim() == 2 && one.size(1) == mask.size(1))
        one = one.narrow(1, 0, length);
      row->tensors[name] = one;
    }
    out.push_back(row);
  }
  return out;
}

Seen statisticsOf(const ModelFixture& f, const Batches& batches, bool padding) {
  CalibrationFlow flow(batches, f.weights, false, {});
  const auto& blocks = f.model->blocks();
  size_t end = blocks.size();
  while (end > 0 && blocks[end - 1]->description().matrices.empty()) --end;
  Seen out;
  for (size_t b = 0; b < end; ++b) {
    std::vector<std::string> names;
    for (const auto& m : blocks[b]->description().matrices) names.push_back(m.name);
    if (names.empty()) {
      flow.run(*blocks[b], f.weights);
      continue;
    }
    const auto seen = flow.gatherAndRun(*blocks[b], f.weights, names,
                                        {.features = true, .hessian = true, .padding = padding});
    for (size_t i = 0; i < names.size(); ++i) out[names[i]] = seen[i];
  }
  return out;
}

}  // namespace

class PaddingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void countsRealTokensOnly_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("call");
    const std::set<std::string> models{"bert", "blip-vqa", "blip2-opt", "blip2-t5", "llama", "opt", "t5"};
    for (const auto& folder : modelFolders()) {
      if (!models.contains(folder.filename())) continue;
      for (const auto& [name, tensor] : readTensors(folder / "io.safetensors")) {
        const auto at = name.find("/in/attention_mask");
        if (at == name.npos || !name.starts_with("forward")) continue;
        if ((tensor != 0).all().item<bool>() || !(tensor.select(1, 0) != 0).all().item<bool>()) continue;
        const auto call = QString::fromStdString(name.substr(0, at));
        QTest::addRow("%s %s", folder.filename().c_str(), qPrintable(call))
            << QString::fromStdString(folder.string()) << call;
      }
    }
  }
  void countsRealTokensOnly() {
    QFETCH(QString, folder);
    QFETCH(QString, call);
    c10::NoGradGuard noGrad;
    const std::filesystem::path path = folder.toStdString();
    const ModelFixture f(path);
    const auto all = batchUnder(readTensors(path / "io.safetensors"), call.toStdString() + "/in/");
    const auto alone = rowsAlone(*all);
    QVERIFY(alone.size() > 1);
    const auto padded = statisticsOf(f, {all}, false), cut = statisticsOf(f, alone, false),
               counted = statisticsOf(f, {all}, true);
    QVERIFY(!padded.empty());
    int64_t fewer = 0;
    for (const auto& [name, is] : padded) {
      const auto& should = cut.at(name);
      QCOMPARE(is->samples, should->samples);
      QVERIFY2(
          is->positions == should->positions,
          (name + " " + std::to_string(is->positions) + " for " + std::to_string(should->positions)).c_str());
      QVERIFY2(at::allclose(is->squaredNorm, should->squaredNorm, 1e-3, 1e-5), name.c_str());
      QVERIFY2(at::allclose(is->mean, should->mean, 1e-3, 1e-5), name.c_str());
      QVERIFY2(at::allclose(is->hessian, should->hessian, 1e-3, 1e-4), name.c_str());
      fewer += is->positions < counted.at(name)->positions;
    }
    QVERIFY(fewer > 0);
  }

  // Two tokens of text, three of a picture that change by 0, 1 and 2: 1 on average.
  void choosesWhatChangesMost() {
    State before, after;
    before.hidden = at::tensor({1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f}).view({1, 5, 2});
    after.hidden = at::tensor({1.0f, 0.0f, 0.0f, 1.0f, 3.0f, 0.0f, 0.0f, 2.0f, -1.0f, 0.0f}).view({1, 5, 2});
    before.fixed[kPictureMask] = at::tensor({0, 0, 1, 1, 1}).to(at::kBool).view({1, 5});
    const auto chosen = [&](double share) {
      return positionsOfChange(before, after, share).hidden.to(at::kInt).flatten();
    };
    QVERIFY(chosen(0.5).equal(at::tensor({1, 1, 0, 0, 1}, at::kInt)));
    QVERIFY(chosen(1).equal(at::tensor({1, 1, 0, 1, 1}, at::kInt)));
    QVERIFY(chosen(100).equal(at::tensor({1, 1, 0, 1, 1}, at::kInt)));  // never more than text
    QVERIFY(chosen(1e-9).equal(at::tensor({1, 1, 0, 0, 0}, at::kInt)));
    // Padding is never chosen, nor counts among the text.
    before.attentionBias = at::tensor({0.0f, -3e38f, 0.0f, 0.0f, -3e38f}).view({1, 1, 1, 5});
    QVERIFY(chosen(2).equal(at::tensor({1, 0, 0, 1, 0}, at::kInt)));
    before.fixed.clear();
    QVERIFY(chosen(1).equal(at::tensor({1, 0, 1, 1, 0}, at::kInt)));
  }

  // Every family that puts pictures among text marks where.
  void pictureTokensAreMarked_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("call");
    for (const auto& folder : modelFolders()) {
      std::set<std::string> calls;
      for (const auto& [name, tensor] : readTensors(folder / "io.safetensors"))
        if (const auto at = name.find("/in/pixel_values"); at != name.npos) calls.insert(name.substr(0, at));
      for (const auto& call : calls)
        if (call == "forward_labels" || call == "forward" || call.starts_with("forward_left"))
          QTest::addRow("%s %s", folder.filename().c_str(), call.c_str())
              << QString::fromStdString(folder.string()) << QString::fromStdString(call);
    }
  }
  void pictureTokensAreMarked() {
    QFETCH(QString, folder);
    QFETCH(QString, call);
    c10::NoGradGuard noGrad;
    const std::filesystem::path path = folder.toStdString();
    const ModelFixture f(path);
    const auto all = batchUnder(readTensors(path / "io.safetensors"), call.toStdString() + "/in/");
    if (!all->has("input_ids")) return;
    State state = begin(all, f.weights);
    int64_t language = 0, marked = 0;
    for (const auto& block : f.model->blocks()) {
      const auto& d = block->description();
      if (!d.matrices.empty() &&
          (d.component == Component::Language || d.component == Component::LanguageEncoder)) {
        ++language;
        const auto mask = state.fixed.find(kPictureMask);
        if (mask != state.fixed.end() && mask->second.size(1) == state.hidden.size(1) &&
            mask->second.size(0) == state.hidden.size(0) && mask->second.any().item<bool>() &&
            !mask->second.all().item<bool>())
          ++marked;
      }
      block->run(state, Pass{f.weights});
    }
    QCOMPARE(marked, language);
  }
};

QTEST_APPLESS_MAIN(PaddingTest)
#include "padding_test.moc"
