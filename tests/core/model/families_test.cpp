// Every family against the reference implementation: every call of every model, every output it wrote.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>

#include "core/checkpoint/tensor.h"
#include "core/engine/forward_calls.h"
#include "core/sweep/run.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using espalier::test::modelFolders;

namespace {

using Tensors = std::map<std::string, at::Tensor>;

constexpr int64_t kBeams = 3;  // of the calls "generate_beams"

at::Tensor find(const Tensors& tensors, const std::string& name) {
  const auto it = tensors.find(name);
  return it == tensors.end() ? at::Tensor() : it->second;
}

// Where a value means something: [rows, positions], or undefined: everywhere. Padding gets numbers too, but
// nobody reads them and implementations differ in them.
at::Tensor meaningful(const Tensors& io, const std::string& call, const at::Tensor& value) {
  for (const char* mask :
       {"/out/merged_attention_mask", "/in/decoder_attention_mask", "/in/attention_mask"}) {
    const auto m = find(io, call + mask);
    if (m.defined() && value.dim() >= 2 && value.size(0) == m.size(0) && value.size(1) == m.size(1))
      return m != 0;
  }
  return {};
}

// Steps of a generated row up to and with the one that ended it: [rows, steps].
at::Tensor stepsBeforeEnd(const Model& model, const at::Tensor& sequences, int64_t steps) {
  const auto fresh = sequences.slice(1, sequences.size(1) - steps);
  auto ended = at::zeros_like(fresh, at::kBool);
  for (const auto end : model.generation()->endTokens) ended = ended.logical_or(fresh == end);
  const auto count = ended.to(at::kLong).cumsum(1);
  return (count - ended.to(at::kLong)) == 0;
}

double largestDifference(at::Tensor got, at::Tensor want, const at::Tensor& where) {
  auto difference = (got.to(at::kDouble) - want.to(at::kDouble)).abs();
  if (where.defined()) {
    auto shape = where.sizes().vec();
    while (int64_t(shape.size()) < difference.dim()) shape.push_back(1);
    difference = difference.masked_fill(where.view(shape).logical_not(), 0);
  }
  return difference.numel() ? difference.max().item<double>() : 0;
}

// Of all outputs of a model's calls that were measured, how far the farthest is from float64.
double largestNoise(const nlohmann::json& index) {
  double most = 0;
  for (const auto& call : index["calls"])
    for (const auto& [name, info] : call["outputs"].items())
      most = std::max(most, info.value("max_abs_diff_vs_float64", 0.0));
  return most;
}

// Whether a text's length says how its places are turned, so that a longer text is another from its beginning
// on.
bool lengthCounts(const nlohmann::json& config) {
  const auto text = config.dump();
  return text.find("\"longrope\"") != std::string::npos || text.find("\"dynamic\"") != std::string::npos;
}

std::string shapeOf(const at::Tensor& t) {
  std::string s;
  for (const auto n : t.sizes()) s += (s.empty() ? "" : " x ") + std::to_string(n);
  return "[" + s + "]";
}

}  // namespace

class FamiliesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void matchesReference_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void matchesReference() {
    QFETCH(QString, folder);
    const std::filesystem::path path = folder.toStdString();
    QTemporaryDir scratch;
    const auto written = std::filesystem::path(scratch.path().toStdString()) / "out.safetensors";
    Tensors greedy, searched;
    const auto refusal = test::errorOf([&] {
      runForwardCalls(path, path / "io.safetensors", written);
      greedy = readTensors(written);
      runForwardCalls(path, path / "io.safetensors", written, {.beams = kBeams});
      searched = readTensors(written);
    });
    QVERIFY2(refusal.isEmpty(), qPrintable(refusal));

    const auto model = Model::fromCheckpoint(*Checkpoint::open(path));
    const auto io = readTensors(path / "io.safetensors");
    const auto index = test::readJson(path / "io.json");
    QVERIFY(!index["calls"].empty());
    const double noise = largestNoise(index);
    for (const auto& entry : index["calls"]) {
      const std::string call = entry["name"];
      const auto& all = call.starts_with("generate_beams") ? searched : greedy;
      for (const auto& [output, info] : entry["outputs"].items()) {
        const std::string name = call + "/out/" + output;
        const auto got = find(all, name), want = io.at(name);
        QVERIFY2(got.defined(), (name + " is missing").c_str());
        QVERIFY2(got.sizes().equals(want.sizes()),
                 (name + " is " + shapeOf(got) + ", expected " + shapeOf(want)).c_str());
        const bool steps = output == "step_logits" || output == "margin";
        const auto where = steps ? stepsBeforeEnd(*model, io.at(call + "/out/sequences"), want.size(1))
                                 : meaningful(io, call, want);
        // Ten times how far float32 is from float64; not measured for steps, whose logits go through more
        // products.
        double tolerance = std::max(1e-5, 10 * info.value("max_abs_diff_vs_float64", 0.0));
        // Steps of the gated delta rule are moved by as much as 3e-5 of the largest when weights change by
        // their last bit, because what a position remembers may cancel before a norm divides by it. A forward
        // call of the same model says how much that is.
        if (steps) tolerance = std::max(3e-5 * std::max(1.0, want.abs().max().item<double>()), 10 * noise);
        if (!want.is_floating_point()) tolerance = 0;
        const double difference = largestDifference(got, want, where);
        QVERIFY2(difference <= tolerance, (name + " differs by " + std::to_string(difference)).c_str());
      }
    }
  }

  // Token by token with the cache is the same as all at once.
  void generationGivesWhatForwardPredicts_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      if (Model::fromCheckpoint(*Checkpoint::open(folder))->task() == ModelTask::Continue)
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void generationGivesWhatForwardPredicts() {
    QFETCH(QString, folder);
    c10::NoGradGuard noGrad;
    const auto checkpoint = Checkpoint::open(folder.toStdString());
    const auto model = Model::fromCheckpoint(*checkpoint);
    const Weights weights(checkpoint, *model);
    State state;
    auto prompt = std::make_shared<Batch>();
    prompt->tensors["input_ids"] = at::tensor({5, 17, 30, 4, 9}, at::kLong).unsqueeze(0);
    state.inputs = prompt;
    const auto text = generateGreedy(*model, Pass{weights}, state, 6);
    auto whole = std::make_shared<Batch>();
    // Where the length counts, each token is read from what stood before it alone.
    const int64_t length = text.sequences.size(1);
    const bool each = lengthCounts(model->config());
    for (int64_t end = each ? text.begin : length - 1; end < length; ++end) {
      whole->tensors["input_ids"] = text.sequences.slice(1, 0, end);
      const auto logits = runModel(*model, Pass{weights}, whole).logits;
      const int64_t first = each ? end : text.begin;
      const auto predicted = logits.argmax(2).slice(1, first - 1, end);
      QVERIFY(predicted.equal(text.sequences.slice(1, first, end + 1)));
    }
  }
};

QTEST_APPLESS_MAIN(FamiliesTest)
#include "families_test.moc"
