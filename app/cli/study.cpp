#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/unread.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/document/study_comparison.h"
#include "core/samples/sample_folder.h"
#include "core/samples/scene_dataset.h"

namespace espalier::cli {

namespace {

std::string tablesOf(const std::vector<StudyPoint>& points, const StudyOptions& options) {
  auto tables = studyTables(points, options);
  if (const auto compared = comparisonTable(points, answersAreJudged(points)); !compared.empty())
    tables +=
        "\nBeside the best method (exact McNemar test of the answers, paired bootstrap of the losses):\n\n" +
        compared;
  return tables;
}

// Results that are not of a study would be written over.
void refuseForeignResults(const std::filesystem::path& out) {
  const auto json = out / "results.json", tables = out / "results.md";
  std::error_code ec;
  if (std::filesystem::exists(json, ec)) {
    readEspalierJson(json, "study");
  } else if (std::filesystem::exists(tables, ec)) {
    throw Error(ErrorKind::InvalidInput,
                tables.string() +
                    " is there without the results.json of a study and would be written "
                    "over; a folder of its own was expected for this one.");
  }
}

// Options of a study are told that no method of it reads.
void tellUnreadByAll(const CLI::App& c, const StudyOptions& options) {
  const auto names = methodNamesOf(options);
  const auto each = [&](const char* flag, const auto& whyOf) {
    std::string why;
    for (const auto& name : names) {
      why = whyOf(studyMethodNamed(name));
      if (why.empty()) return;
    }
    tellUnread(c, flag, names.size() == 1 ? why : "none of the methods reads it");
  };
  const auto ofPruning = [&](const char* key) {
    return [&options, key](const StudyMethod& method) {
      if (isGlobal(method))
        return std::string(key == std::string("fit") ? method.name + " fits no weights" : "");
      auto prune = options.prune;
      prune.criterion = method.criterion;
      if (!method.refinement.empty()) prune.refinement = method.refinement;
      return whyUnread(prune, key);
    };
  };
  const auto ofScoring = [&](const char* key) {
    return [&options, key](const StudyMethod& method) {
      const bool scores =
          std::ranges::any_of(scoreMethods(), [&](const Method& m) { return m.name == method.score; });
      if (!scores) return method.name + " scores nothing";
      auto score = options.score;
      score.method = method.score;
      return whyUnread(score, key);
    };
  };
  each("--fit", ofPruning("fit"));
  each("--prune-samples", ofPruning("samples"));
  each("--samples", ofScoring("samples"));
  each("--rescore", ofScoring("rescore"));
}

}  // namespace

// Long: one entry for each flag, then the run.
void addStudy(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("study",
                               "Accuracy and loss against sparsity for several methods and seeds, as tables");
  struct Flags {
    std::string model, calibration, test, out;
    bool sample = false;
    int64_t pictures = 400;
    DataOptions choice, testChoice;
    StudyOptions options;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder");
  c->add_flag("--sample", f->sample, "The bundled model and calibration pairs, tested on fresh scenes");
  c->add_option("--data", f->calibration,
                "Calibration data; without --test, one half calibrates and the other tests");
  c->add_option("--test", f->test, "Test data, apart from the calibration data");
  c->add_option("--pictures", f->pictures,
                "With --sample: how many fresh scenes to test on, every kind of question each")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  addDataFlags(*c, f->choice);  // without --pictures, which is taken
  addDataFlags(*c, f->testChoice, "test-", "--test");
  c->add_option("--sparsities", f->options.sparsities, "Sparsities, 0 to 1")
      ->delimiter(',')
      ->capture_default_str();
  c->add_option("--seeds", f->options.seeds, "Seeds of the calibration data")
      ->delimiter(',')
      ->check(wholeNumber())
      ->capture_default_str();
  addPromptFlag(*c, f->prompt);
  c->add_option(
      "--methods", f->options.methods,
      "Names of methods, or a scoring method, a criterion and refinements such as \"first-order + wanda\" or "
      "\"uniform + wanda + swaps,refit\"; default all");
  c->add_option("--fit", f->options.prune.fit,
                "What methods that fit weights aim at: pruned, the outputs for the calibration inputs of a "
                "matrix; dense, the dense model's outputs")
      ->check(CLI::IsMember({"pruned", "dense"}))
      ->capture_default_str();
  c->add_option("--samples", f->options.score.samples, "Calibration samples to score with")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  c->add_option("--rescore", f->options.score.rescore,
                "Reach each sparsity in so many parts, and score the model as pruned so far after each")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  c->add_option("--prune-samples", f->options.prune.samples, "Calibration samples to prune with")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  c->add_option("--out", f->out,
                "Folder for finished points, results.json and results.md; goes on from what is there")
      ->required();
  commands[c] = [f, c](const Context& context) {
    tellUnreadByAll(*c, f->options);
    if (f->sample)
      tellEachUnread(*c, {"MODEL", "--data", "--test"}, "--sample has its own");
    else
      tellEachUnread(*c, {"--pictures"}, "only --sample draws scenes");
    if (f->test.empty() || f->sample)
      tellEachUnread(*c, {"--test-format", "--test-split", "--test-columns", "--test-pictures"},
                     "no --test is read");
    const std::filesystem::path out = f->out;
    if (context.writes()) refuseForeignResults(out);
    if (f->sample) {
      f->model = (sampleFolder() / "model").string();
      f->calibration = (sampleFolder() / "calibration").string();
      const auto test = out / ("test-" + std::to_string(f->pictures));
      f->test = test.string();
      if (context.writes() && !std::filesystem::exists(test / "metadata.jsonl"))
        writeSceneDataset(test, {"test", 1, f->pictures, 0, SceneWorld::Train});
    }
    processesOf(context.control).barrier();  // what rank 0 wrote is there
    if (f->model.empty() || f->calibration.empty())
      throw Error(ErrorKind::InvalidInput, "study needs MODEL and --data, or --sample.");
    const auto model = openModelTold(f->model, f->prompt);
    const auto data = openDatasetFor(*model, f->calibration, f->choice);
    const auto sets =
        f->test.empty() ? halvesOf(data) : StudyData{data, openDatasetFor(*model, f->test, f->testChoice)};
    const auto points =
        runStudy(model, sets.calibration, sets.test, f->options, out / "points", context.control);
    nlohmann::json j{{"model", f->model}, {"calibration", f->calibration}};
    if (!f->test.empty()) j["test"] = f->test;
    for (const auto& p : points) j["points"].push_back(toJson(p));
    if (context.writes()) writeEspalierJson(out / "results.json", "study", j);
    const auto tables = tablesOf(points, f->options);
    if (context.writes()) writeFileAtomically(out / "results.md", tables);
    std::cout << (context.json ? jsonText(j, 1) + "\n" : tables);
  };
}

}  // namespace espalier::cli
