// Adds one of each kind of thing that the program can be extended by, and finds it wherever people meet it:
// in the help of the command line, in JSON, among the formulas, in results. Nothing but the object itself
// names it.
#include <CLI/CLI.hpp>
#include <QtTest/QtTest>
#include <fstream>

#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "core/allocate/allocator.h"
#include "core/allocate/planner.h"
#include "core/base/list_addition.h"
#include "core/checkpoint/tensor.h"
#include "core/document/recipe.h"
#include "core/engine/evaluation_task.h"
#include "core/engine/open_model.h"
#include "core/engine/score_method.h"
#include "core/evaluate/pair_run.h"
#include "core/inputs/inputs.h"
#include "core/model/families/decoder_stack.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/registry.h"
#include "core/prune/criterion.h"
#include "core/prune/refinement.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_tokenizer.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

// Each of these classes is all there is to say of one thing: what a new file would hold.

class LastCriterion : public Criterion {
 public:
  const Method& method() const override {
    static const Method method{"dummy-criterion",
                               "Dummy criterion",
                               "The last weights of each row stay.",
                               {{"s = j", "the column's number in {samples} samples"}}};
    return method;
  }
  at::Tensor scores(const at::Tensor& weight, const InputStatistics&) const override {
    return at::arange(1, weight.size(1) + 1, at::kFloat).expand_as(weight).contiguous();
  }
};

class SameRefinement : public MaskRefinement {
 public:
  const Method& method() const override {
    static const Method method{
        "dummy-refinement", "Dummy refinement", "Leaves the mask.", {{"M = M", "as it was"}}};
    return method;
  }
  StatisticsNeeds needs() const override { return {}; }
  at::Tensor refinedMask(const at::Tensor&, const at::Tensor& mask, const InputStatistics&,
                         const SparsityPattern&) const override {
    return mask;
  }
};

Allocator halfAllocator() {
  Allocator a{
      {"dummy-allocator", "Dummy allocator", "The same for all.", {{"p = t", "t is the target, {target}"}}}};
  a.run = [](const std::vector<BudgetGroup>& groups, const Budget& budget, const AllocatorOptions& options) {
    return allocate(allocatorNamed("uniform"), groups, budget, options);
  };
  return a;
}

const ScoreMethod kColumnScores{
    {"dummy-score", "Dummy score", "The number of columns.", {{"s = columns", "without any data"}}},
    ScoreMethod::Needs::Nothing,
    false,
    [](ScoreWork& work) {
      for (const auto& b : work.model.model->blocks()) {
        if (!takesPart(*b, work.options.includeBridge)) continue;
        std::vector<MatrixScore> block;
        for (const auto& m : b->description().matrices)
          block.push_back(scoreNamed(*b, m, double(m.columns), 0));
        work.keeper.takeScores(block);
      }
    }};

class LengthTask : public EvaluationTask {
 public:
  const Method& method() const override {
    static const Method method{"dummy-task", "How long the expected texts are"};
    return method;
  }
  EvaluationColumns columns() const override { return {.right = false, .share = false}; }
  bool suits(const EvaluationSubject& subject) const override { return subject.hasText(); }
  void measure(PairRun& run) const override {
    double sum = 0;
    for (auto& p : run.result.pairs) {
      sum += double(run.dataset.samples[size_t(p.sample)].answer.size());
      run.tell(p);
    }
    run.result.metrics["mean length"] = sum / double(run.result.pairs.size());
  }
};

// A decoder under another name, put together as the families of texts are.
class FamilyStart : public Block {
 public:
  explicit FamilyStart(const DecoderConfig& config)
      : Block({"model.embed_tokens", Component::Language, false, {}}), m_config(config) {}
  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    const int64_t length = in.ids.size(1);
    startDecoder(s, pass, m_config,
                 {decoderTokens(pass, m_config, "model.", in.ids),
                  maskWithPast(s, in.mask, length),
                  positionsByPlace(length, in.past, in.ids.device()),
                  in.past,
                  {}});
  }

 private:
  DecoderConfig m_config;
};

std::shared_ptr<const Model> buildDummyFamily(const ModelSource& source) {
  auto config = source.config;
  config["model_type"] = "llama";
  auto c = DecoderConfig::parse(config, source.generation, "llama");
  c.tied = source.tiesHead("lm_head.weight", c.tied);
  auto model = std::make_shared<Model>("dummy-family", ModelTask::Continue, source.config);
  declareDecoderStart(*model, c, "model.");
  model->beginDecoder();
  model->add(std::make_unique<FamilyStart>(c));
  addDecoder(*model, c, "model.", "");
  model->setGeneration({0, givenPrompt, c.endTokens, c.padToken});
  return model;
}

const LastCriterion kCriterion;
const SameRefinement kRefinement;
const LengthTask kTask;

bool holds(const std::vector<Method>& methods, const std::string& name) {
  return std::any_of(methods.begin(), methods.end(),
                     [&](const auto& m) { return m.name == name && !m.title.empty(); });
}

}  // namespace

class ExtensionTest : public QObject {
  Q_OBJECT
  // Before anything is asked for.
  Registry<Criterion>::Addition m_criterion{criterionRegistry(), kCriterion};
  Registry<Refinement>::Addition m_refinement{refinementRegistry(), kRefinement};
  Registry<ScoreMethod>::Addition m_score{scoreMethodRegistry(), kColumnScores};
  Registry<EvaluationTask>::Addition m_task{evaluationTaskRegistry(), kTask};
  ListAddition<Allocator> m_allocator{allocatorList(), halfAllocator()};
  ListAddition<Family> m_family{familyList(),
                                {"dummy-family", "dummy_type", {"DummyForCausalLM"}, buildDummyFamily}};
  ListAddition<FamilyInputs> m_inputs{
      familyInputsList(), {"dummy-family", familyInputsOf("llama")->make, nullptr, {DataKind::Text}}};

  QTemporaryDir m_dir;
  fs::path m_model;
  Dataset m_data;

 private Q_SLOTS:
  // A small LLaMA's weights under the new family's name.
  void initTestCase() {
    const fs::path source = dataFile("fixtures/models/llama"), root = m_dir.path().toStdString();
    m_model = root / "model";
    fs::create_directories(m_model);
    fs::copy_file(source / "model.safetensors", m_model / "model.safetensors");
    auto config = nlohmann::json::parse(std::ifstream(source / "config.json"));
    config["model_type"] = "dummy_type";
    config["architectures"] = {"DummyForCausalLM"};
    std::ofstream(m_model / "config.json") << config.dump();
    writeLetterTokenizer(m_model);
    std::ofstream(root / "texts.txt") << "a text of some words\nanother one\n";
    m_data.path = root;
    m_data.kind = DataKind::Text;
    for (const char* text : {"a text of some words", "another one"}) {
      Sample s;
      s.answer = text;
      m_data.samples.push_back(s);
    }
  }

  void isInTheHelpOfTheCommandLine() {
    CLI::App app;
    ScoreOptions score;
    PruneOptions prune;
    cli::addScoreFlags(*app.add_subcommand("score"), score);
    cli::addOptionFlags(*app.add_subcommand("prune"), pruneFields(), prune);
    const auto help =
        QString::fromStdString(app.get_subcommand("score")->help() + app.get_subcommand("prune")->help());
    for (const char* name : {"dummy-score", "dummy-criterion", "dummy-refinement"})
      QVERIFY2(help.contains(name), name);
    QVERIFY(namesOf(evaluationTasks()).ends_with("dummy-task"));
    QVERIFY(namesOf(allocators()).ends_with("dummy-allocator"));
    // The sentence for a name that is none.
    QVERIFY(errorOf([] { criterionNamed("x"); }).contains("dummy-criterion"));
    QVERIFY(errorOf([] { refinementNamed("x"); }).contains("dummy-refinement"));
    QVERIFY(errorOf([] { allocatorNamed("x"); }).contains("dummy-allocator"));
    QVERIFY(QString::fromStdString(unknownModelType({{"model_type", "x"}})).contains("dummy_type"));
  }

  void isAmongTheFormulas() {
    for (const auto& [methods, name] :
         {std::pair{&pruneCriteria(), "dummy-criterion"}, std::pair{&pruneRefinements(), "dummy-refinement"},
          std::pair{&scoreMethods(), "dummy-score"}}) {
      QVERIFY(holds(*methods, name));
      QVERIFY(!methodNamed(*methods, "method", name).formulas.empty());
    }
    QVERIFY(!allocatorNamed("dummy-allocator").formulas.empty());
  }

  void goesThroughJson() {
    PruneOptions prune;
    prune.criterion = "dummy-criterion", prune.refinement = "dummy-refinement";
    const auto json = option_fields::toJson(pruneFields(), prune);
    QCOMPARE(json.at("criterion").get<std::string>(), prune.criterion);
    QCOMPARE(json.at("refinement").get<std::string>(), prune.refinement);
    for (const auto& field : pruneFields())
      if (field.key == "criterion")
        QCOMPARE(option_fields::titleOfValue(field, prune), std::string("Dummy criterion"));
    PlanRequest request;
    request.allocator = "dummy-allocator";
    Scores scores;
    scores.matrices = {{"a", "a", "language", 100, 1, 0, {}}, {"b", "b", "language", 100, 2, 0, {}}};
    QCOMPARE(planFromJson(toJson(makePlan(scores, request)), "plan").allocator, request.allocator);
  }

  // From the new family's folder to a result of the new task, by everything new in between.
  void doesItsWork() {
    const auto model = openModel(m_model);
    QCOMPARE(infoOf(*model).family, std::string("dummy-family"));
    ScoreOptions score;
    score.method = "dummy-score";
    const auto scores = scoreModel(*model, m_data, score, {});
    QVERIFY(!scores.matrices.empty());
    for (const auto& m : scores.matrices) QCOMPARE(m.score, double(model->weights.shape(m.matrix)[1]));
    PlanRequest request;
    request.allocator = "dummy-allocator";
    request.target = 0.5;
    const auto plan = makePlan(scores, request);
    PruneOptions prune;
    prune.criterion = "dummy-criterion", prune.refinement = "dummy-refinement", prune.comparison = "row";
    const auto pruned = pruneModel(*model, plan, m_data, prune, {});
    for (const auto& m : pruned.matrices) {
      const auto weight = pruned.model->weights.get(m.matrix);
      const int64_t half = weight.size(1) / 2;
      QVERIFY(weight.narrow(1, 0, half).eq(0).all().item<bool>());
      QVERIFY(weight.narrow(1, half, weight.size(1) - half).ne(0).any().item<bool>());
    }
    AnswerOptions answers;
    answers.task = "dummy-task";
    const auto result = evaluateModel(*pruned.model, m_data, {}, {}, model, answers);
    QCOMPARE(result.task, answers.task);
    QCOMPARE(result.metrics.at("mean length"), (20.0 + 11.0) / 2);
    QVERIFY(!evaluationColumns(result.task).share);
  }
};

QTEST_APPLESS_MAIN(ExtensionTest)
#include "extension_test.moc"
