#include <iostream>

#include "app/cli/command.h"
#include "app/cli/comparison.h"
#include "app/cli/flags.h"
#include "app/cli/recovery_report.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"
#include "core/document/recipe.h"
#include "core/document/recipe_remarks.h"
#include "core/engine/evaluation_file.h"
#include "core/samples/sample_folder.h"

namespace espalier::cli {

void addRun(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("run", "The whole job of a recipe: score, allocate, prune, compare, export");
  struct Flags {
    std::string recipe, work, out;
    bool sample = false;
    ExportOptions writing;
    double target = -1;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("RECIPE", f->recipe, "recipe.json");
  c->add_flag("--sample", f->sample, "The bundled sample model and data instead of a recipe");
  c->add_option("--target", f->target, "Sparsity of the whole, in place of the recipe's")
      ->check(CLI::Range(0.0, 1.0));
  addPromptFlag(*c, f->prompt);
  c->add_option("--work", f->work, "Folder that keeps finished stages, to go on from after a stop");
  c->add_option("--out", f->out, "Folder for the pruned model, in place of the recipe's");
  c->add_flag(
      "--clamp", f->writing.clamp,
      "Replace weights beyond the range of the model's dtype by its largest number instead of refusing them");
  commands[c] = [f](const Context& context) {
    if (f->sample == !f->recipe.empty())
      throw Error(ErrorKind::InvalidInput, "run needs a recipe file or --sample, and not both.");
    Recipe recipe;
    if (f->sample) {
      recipe.model = sampleFolder() / "model";
      recipe.calibration = sampleFolder() / "calibration";
      recipe.evaluation = sampleFolder() / "pairs";
      recipe.allocate.target = 0.6;
    } else {
      recipe = readRecipe(f->recipe);
      for (const auto& remark : remarksOnRecipe(f->recipe)) std::cerr << "Warning: " << remark << "\n";
    }
    if (f->target >= 0) recipe.allocate.target = f->target, recipe.plan.clear();
    if (!f->out.empty()) recipe.output = f->out;
    if (f->prompt != PromptForm::Auto) recipe.prompt = f->prompt;
    const auto r = runRecipe(recipe, f->work, context.control, f->writing);
    for (const auto& warning : infoOf(*r.pruned.model).warnings) std::cerr << "Warning: " << warning << "\n";
    for (const auto& note : r.notes) std::cerr << note << "\n";
    const bool compared = !r.before.pairs.empty();
    const Dataset data =
        compared ? openDatasetFor(*r.pruned.model, recipe.evaluation, recipe.evaluationOptions) : Dataset{};
    if (context.json) {
      nlohmann::json j{
          {"recipe", toJson(recipe)}, {"sparsity", r.pruned.sparsity}, {"groups", nlohmann::json::object()}};
      for (const auto& g : r.plan.groups) j["groups"][g.name] = g.sparsity;
      for (const auto& m : r.pruned.matrices)
        if (!m.note.empty()) j["notes"][m.matrix] = m.note;
      for (const auto& report : r.recovery) j["recovery"].push_back(toJson(report));
      if (compared) j["before"] = toJson(r.before, data), j["after"] = toJson(r.after, data);
      std::cout << jsonText(j, 1) << "\n";
      return;
    }
    Table plan({"group", "component", "score", "standard error", "sparsity"});
    for (const auto& g : r.plan.groups)
      plan.add({g.name, g.component, fixed(g.score, 3), errorText(g.standardError), percent(g.sparsity)});
    for (const auto& m : r.pruned.matrices)
      if (!m.note.empty()) std::cout << m.matrix << ": " << m.note << "\n";
    std::cout << plan.text() << "\nPruned to " << percent(r.pruned.sparsity, 2) << " with "
              << recipe.prune.criterion << ".\n";
    if (!r.recovery.empty()) std::cout << "\n" << recoveryTable(r.recovery);
    if (compared) std::cout << "\n" << resultTable(data, r.before, &r.after);
    if (!recipe.output.empty()) std::cout << "\nWritten to " << recipe.output.string() << "\n";
  };
}

}  // namespace espalier::cli
