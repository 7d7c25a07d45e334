// Every stage on an accelerator, for a small model of every family: the same results as on the processor, and
// no tensor read, made or mixed where it does not lie. There is no accelerator here but the tests' own.
#include <QtTest/QtTest>
#include <filesystem>

#include "tests/support/hidden_device.h"

#include "core/allocate/planner.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"
#include "core/engine/forward_calls.h"
#include "core/engine/open_model.h"
#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"
#include "core/live/matrix_view.h"
#include "core/live/plan_probe.h"
#include "core/samples/scene_dataset.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

const Device kHidden{"privateuseone", 0};

bool near(double a, double b) {
  return std::abs(a - b) <= 1e-4 * std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace

class DeviceTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  Dataset m_data;

  fs::path root() const { return m_dir.path().toStdString(); }

  fs::path copyOf(const fs::path& source) const {
    const fs::path model = root() / source.filename();
    fs::create_directories(model);
    for (const auto& file : entriesOf(source))  // weights may be in shards
      if (file.stem() != "io") fs::copy_file(file, model / file.filename(), fs::copy_options::skip_existing);
    writeLetterTokenizer(model);
    return model;
  }

 private Q_SLOTS:
  void initTestCase() {
    SceneDatasetOptions options;
    options.stream = "device";
    options.pictures = 3;
    options.pairsPerPicture = 2;
    writeSceneDataset(root() / "data", options);
    m_data = openDataset(root() / "data");
    // Tables of positions are short here. Each text differs: the rank of equal texts is a matter of rounding.
    char first = 'a';
    for (auto& s : m_data.samples) s.question = "colour", s.answer = first++ + s.answer.substr(0, 4);
  }

  void namesWhatThereIs() {
    QCOMPARE(nameOf(devices().front()), std::string("cpu"));
    QVERIFY(deviceNamed("cpu").isCpu());
    QCOMPARE(nameOf(deviceNamed("privateuseone")), std::string("privateuseone:0"));
    for (const char* wrong : {"gpu", "cuda:x", "cuda:", "", "CPU"})
      QVERIFY2(errorOf([&] { deviceNamed(wrong); }).contains("cpu, cuda or"), wrong);
    QVERIFY(errorOf([] { deviceNamed("privateuseone:7"); }).contains("privateuseone:0"));
    if (!at::hasCUDA()) {
      const auto error = errorOf([] { deviceNamed("cuda"); });
      QVERIFY2(error.contains("--device is \"cuda\"") && error.contains("built without it"),
               qPrintable(error));
    }
  }

  // The backend of these tests does what it is for.
  void theTestsDeviceIsStrict() {
    const auto there = at::ones({2, 3}).to(at::Device(hidden::kType, 0));
    QVERIFY(at::equal(at::linear(there, there).cpu(), at::full({2, 2}, 3.0)));
    QVERIFY_EXCEPTION_THROWN((there + at::ones({2, 3})).cpu(), std::exception);
    QVERIFY_EXCEPTION_THROWN(at::cat(std::vector<at::Tensor>{there, at::ones({2, 3})}), std::exception);
  }

  // A stored tensor is read where it is wanted: nothing comes back from the device for it.
  void weightsAreReadOnTheHostFromTheirFile() {
    for (const auto& folder : modelFolders()) {
      const auto here = openModel(copyOf(folder)), there = openModel(copyOf(folder), kHidden);
      for (const auto& block : infoOf(*there).blocks)
        for (const auto& m : block.matrices) {
          QVERIFY(hidden::isHidden(there->weights.get(m.name)));
          const auto copies = hidden::g_copiesToProcessor.load();
          const auto value = there->weights.onHost(m.name);
          QCOMPARE(hidden::g_copiesToProcessor.load(), copies);
          QVERIFY(value.is_cpu() && value.equal(here->weights.get(m.name)));
        }
    }
  }

  // What the window does while a bar is dragged, by every criterion and refinement.
  void liveWorkAgrees() {
    const fs::path model = copyOf(dataFile("fixtures/models/llama"));
    const auto here = openModel(model), there = openModel(model, kHidden);
    QVERIFY(here->model->task() != ModelTask::Embed);
    Scores scores;
    for (const auto& block : infoOf(*here).blocks)
      for (const auto& m : block.matrices)
        scores.matrices.push_back({m.name, block.name, nameOf(block.component), m.parameters(), 1, 0, {}});
    PlanRequest request;
    request.target = 0.5;
    Plan plan = makePlan(scores, request);
    for (const auto& criterion : pruneCriteria())
      for (const char* inputs : {"dense", "pruned"})
        for (const auto* refinement : {"", "dsnot"}) {
          if (*refinement && !canRefine(criterion.name, "dsnot")) continue;
          PruneOptions options;
          options.criterion = criterion.name, options.inputs = inputs, options.refinement = refinement;
          options.samples = 4, options.batchSize = 2;
          LivePruner a(here, m_data, options), b(there, m_data, options);
          LiveEvaluator asksA(m_data), asksB(m_data);
          for (const double sparsity : {0.5, 0.4}) {
            plan.groups.back().sparsity = sparsity;
            const auto previewA = a.preview(plan, {}), previewB = b.preview(plan, {});
            const auto runA = a.run(plan, {}), runB = b.run(plan, {});
            QVERIFY(near(previewA.sparsity, previewB.sparsity) && near(runA.sparsity, runB.sparsity));
            QCOMPARE(asksB.run(*runB.model, {}).pairs.size(), asksA.run(*runA.model, {}).pairs.size());
            const auto name = infoOf(*here).blocks.front().matrices.front().name;
            QVERIFY(
                near(viewMatrix(*there, *runB.model, name).kept, viewMatrix(*here, *runA.model, name).kept));
          }
        }
    ProbeOptions probing;
    probing.calibrationSamples = 3, probing.lossSamples = 3;
    PlanProbe a(here, m_data, {}, probing, {}), b(there, m_data, {}, probing, {});
    QVERIFY(near(b.denseLoss({}), a.denseLoss({})));
    QVERIFY(near(b.loss(plan.sparsities(), {}), a.loss(plan.sparsities(), {})));
  }

  void everyStageAgrees_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void everyStageAgrees() {
    QFETCH(QString, folder);
    const fs::path model = copyOf(folder.toStdString());
    const auto here = openModel(model), there = openModel(model, kHidden);
    QCOMPARE(infoOf(*there).sparsity, infoOf(*here).sparsity);
    const bool hasLoss = here->model->task() != ModelTask::Embed;
    Scores scores;
    for (const char* method :
         {"magnitude", "local", "exact-gradient", "first-order", "zeroth-order", "forward-mode"}) {
      const bool byLoss = method != std::string("magnitude") && method != std::string("local");
      if (!hasLoss && byLoss) continue;
      ScoreOptions options;
      options.method = method, options.samples = 6, options.batchSize = 3;
      options.eps = 0.05;  // differences of losses are to be well above their rounding
      scores = scoreModel(*here, m_data, options, {});
      const auto other = scoreModel(*there, m_data, options, {});
      QCOMPARE(other.matrices.size(), scores.matrices.size());
      for (size_t i = 0; i < scores.matrices.size(); ++i)
        QVERIFY2(near(other.matrices[i].score, scores.matrices[i].score),
                 qPrintable(QString("%1 %2: %3 and %4")
                                .arg(method, scores.matrices[i].matrix.c_str())
                                .arg(scores.matrices[i].score)
                                .arg(other.matrices[i].score)));
    }
    PlanRequest request;
    request.target = 0.5;
    const auto plan = makePlan(scores, request);
    for (const char* criterion : {"sparsegpt", "wanda"}) {
      PruneOptions pruning;
      pruning.criterion = criterion, pruning.samples = 6, pruning.batchSize = 3;
      pruning.journal.path = root() / "kept";
      const auto a = pruneModel(*here, plan, m_data, pruning, {});
      fs::remove_all(root() / "kept");
      const auto b = pruneModel(*there, plan, m_data, pruning, {});
      for (const auto& m : a.matrices) {
        const auto x = a.model->weights.onHost(m.matrix), y = b.model->weights.onHost(m.matrix);
        // Of equal scores another may have gone.
        QVERIFY2((x == 0).ne(y == 0).sum().item<int64_t>() <= x.numel() / 500 + 2, m.matrix.c_str());
        QVERIFY2((x - y).abs().sum().item<double>() <= 0.02 * x.abs().sum().item<double>(), m.matrix.c_str());
      }
      fs::remove_all(root() / "kept");
      if (!hasLoss || criterion != std::string("wanda")) continue;
      // The same weights on both.
      const fs::path out = root() / (model.filename().string() + "-pruned");
      exportModel(*b.model, {}, out, {});
      AnswerOptions beams;
      beams.beams = 2;
      for (const auto& answers : {AnswerOptions{}, beams}) {
        const auto on = evaluateModel(*openModel(out), m_data, {}, {}, here, answers),
                   off = evaluateModel(*openModel(out, kHidden), m_data, {}, {}, there, answers);
        QCOMPARE(off.pairs.size(), on.pairs.size());
        for (size_t i = 0; i < on.pairs.size(); ++i) {
          QVERIFY(near(off.pairs[i].loss, on.pairs[i].loss));
          QCOMPARE(off.pairs[i].answer, on.pairs[i].answer);
        }
        QVERIFY(off.metrics.size() == on.metrics.size());
        // The fixtures' tokenizers read several of the texts as the same tokens: rounding alone ranks these.
        for (const auto& [name, value] : on.metrics)
          if (!name.starts_with("TR@")) QVERIFY2(near(off.metrics.at(name), value), name.c_str());
      }
    }
  }

  // Reference inputs of every call, generation too, with every value a model records.
  void forwardAgrees_data() { everyStageAgrees_data(); }
  void forwardAgrees() {
    QFETCH(QString, folder);
    const fs::path source = folder.toStdString();
    const auto run = [&](const Device& device, const char* name) {
      setDefaultDevice(device);
      runForwardCalls(source, source / "io.safetensors", root() / name, {});
      setDefaultDevice({});
      return readTensors(root() / name);
    };
    const auto here = run({}, "here.safetensors"), there = run(kHidden, "there.safetensors");
    QCOMPARE(there.size(), here.size());
    // Some models' values are less certain than others' in float32.
    double noise = 0;
    const auto described = readJson(source / "io.json");
    for (const auto& call : described["calls"])
      for (const auto& output : call["outputs"])
        noise = std::max(noise, output.value("max_abs_diff_vs_float64", 0.0));
    const double tolerance = std::max(1e-4, 4 * noise);
    for (const auto& [name, value] : here) {
      const auto& other = there.at(name);
      QVERIFY2(value.sizes() == other.sizes() && value.scalar_type() == other.scalar_type(), name.c_str());
      QVERIFY2(at::allclose(other.to(at::kDouble), value.to(at::kDouble), 1e-4, tolerance), name.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(DeviceTest)
#include "device_test.moc"
