#include <ctime>
#include <filesystem>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"
#include "core/report/interactive_report.h"

namespace espalier::cli {

namespace {

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::localtime(&now));
  return text;
}

}  // namespace

void addReport(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "report", "Write an HTML page with a grid of measured plans, for any browser, without a network");
  struct Flags {
    std::string model, calibration, pairs, scores, out, title;
    bool interactive = false;
    DataOptions choice, testChoice;
    PruneOptions prune;
    GridOptions grid;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  // As the window does it for a small model: every plan is then pruned by the same inputs.
  f->prune.inputs = "dense";
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_flag("--interactive", f->interactive,
              "The page to explore: target and components are moved in the browser")
      ->required();
  c->add_option("--scores", f->scores, "Scores, as the command score writes them")->required();
  c->add_option("--data", f->calibration, "Calibration data")->required();
  c->add_option("--pairs", f->pairs, "Test pairs that every plan's model is asked")->required();
  addDataFlags(*c, f->choice);
  addDataFlags(*c, f->testChoice, "test-", "--pairs");
  c->add_option("--targets", f->grid.targets, "Targets of the plans, 0 to 1")
      ->delimiter(',')
      ->capture_default_str();
  c->add_option("--step", f->grid.step,
                "How far a component moves up or down from its plan, 0 to 0.5; 0: components stay")
      ->capture_default_str();
  c->add_option("--most-pairs", f->grid.mostPairs, "Use only the first so many pairs")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  c->add_option("--title", f->title, "Of the page; default the model's name");
  addPruneFlags(*c, f->prune);
  addPromptFlag(*c, f->prompt);
  c->add_option("--out", f->out, "HTML file")->required();
  commands[c] = [f, c](const Context& context) {
    checkOptions(f->prune);
    tellUnreadOptions(*c, pruneFields(), f->prune);
    const auto model = openModelTold(f->model, f->prompt);
    const auto calibration = openDatasetFor(*model, f->calibration, f->choice);
    const auto pairs = openDatasetFor(*model, f->pairs, f->testChoice);
    tellProblems(pairs);
    InteractiveContent content;
    content.model = infoOf(*model);
    // A folder that only says "model" is called by the one around it.
    const auto named = content.model.name == "model" && content.model.folder.has_parent_path()
                           ? content.model.folder.parent_path().filename().string()
                           : content.model.name;
    content.title = f->title.empty() ? named + ", pruned" : f->title;
    content.date = today();
    content.prune = f->prune;
    content.grid =
        measureGrid(model, readScores(f->scores), calibration, pairs, f->prune, f->grid, context.control);
    writeInteractiveReport(f->out, content);
    const auto bytes = int64_t(std::filesystem::file_size(f->out));
    const auto plans = content.grid.plans.size(), asked = content.grid.pairs.samples.size();
    if (context.json)
      std::cout << jsonText({{"out", f->out}, {"plans", plans}, {"pairs", asked}, {"bytes", bytes}}, 1)
                << "\n";
    else
      std::cout << f->out << ": " << plans << " plans, " << asked << " pairs, " << bytes / 1000 << " kB\n";
  };
}

}  // namespace espalier::cli
