#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "app/cli/table.h"
#include "core/data/data_options.h"
#include "core/document/recipe.h"

namespace espalier::cli {

void addPruneFlags(CLI::App& c, PruneOptions& o) {
  addOptionFlags(c, pruneFields(), o);
}

void addPrune(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("prune", "Prune a model to a plan and write it as a folder");
  struct Flags {
    std::string model, plan, data, out;
    DataOptions choice;
    PruneOptions options;
    ExportOptions writing;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("--plan", f->plan, "plan.json")->required();
  c->add_option("--data", f->data, "Calibration data")->required();
  c->add_option("--out", f->out, "Folder to write")->required();
  addDataFlags(*c, f->choice);
  addPruneFlags(*c, f->options);
  c->add_flag(
      "--clamp", f->writing.clamp,
      "Write weights that the model's dtype cannot hold as its largest number instead of refusing them");
  c->add_flag(
      "--packed", f->writing.packed,
      "Write packed files, in which the zeros take a bit each (docs/packed.md); unpack makes them dense");
  addPromptFlag(*c, f->prompt);
  addJournalFlag(*c, f->options.journal);
  commands[c] = [f](const Context& context) {
    const auto target = std::filesystem::absolute(f->out).lexically_normal();
    f->options.journal.path = (target.has_filename() ? target : target.parent_path()).string() + ".journal";
    holdJournal(f->options.journal);
    const Plan plan = readPlan(f->plan);
    nlohmann::json recipe{{"model", f->model},
                          {"calibration", f->data},
                          {"plan", nlohmann::json::object()},
                          {"prune", option_fields::toJson(pruneFields(), f->options)}};
    if (f->prompt != PromptForm::Auto) recipe["prompt"] = nameOf(f->prompt);
    if (const auto options = toJson(f->choice); !options.empty()) recipe["calibrationOptions"] = options;
    for (const auto& g : plan.groups) recipe["plan"][g.name] = g.sparsity;
    // A run that was stopped when all was written, but before it had put away its journal.
    const auto earlier = std::filesystem::exists(f->options.journal.path) && !f->options.journal.restart
                             ? findExport(recipe, f->out)
                             : std::nullopt;
    if (!earlier) checkExportFolder(f->out);
    const auto model = openModelTold(f->model, f->prompt);
    const auto data = openDatasetFor(*model, f->data, f->choice);
    tellProblems(data);
    const auto pruned = pruneModel(*model, plan, data, f->options, context.control);
    const auto written =
        earlier ? *earlier : exportModel(*pruned.model, recipe, f->out, context.control, f->writing);
    for (const auto& note : written.notes) std::cerr << note << "\n";
    removeKeptBlocks(f->options.journal.path);
    tellDamaged(pruned.problems);
    if (context.json) {
      nlohmann::json matrices = nlohmann::json::array();
      for (const auto& m : pruned.matrices)
        matrices.push_back({{"matrix", m.matrix},
                            {"asked", m.asked},
                            {"achieved", m.achieved},
                            {"damping", m.damping},
                            {"note", m.note}});
      std::cout << nlohmann::json{{"out", f->out},
                                  {"sparsity", pruned.sparsity},
                                  {"bytes", written.bytes},
                                  {"denseBytes", written.denseBytes},
                                  {"seconds", pruned.seconds},
                                  {"matrices", matrices}}
                       .dump(1, ' ', false, nlohmann::json::error_handler_t::replace)
                << "\n";
      return;
    }
    for (const auto& m : pruned.matrices)
      if (!m.note.empty()) std::cout << m.matrix << ": " << m.note << "\n";
    std::cout << "Pruned " << pruned.matrices.size() << " matrices to " << percent(pruned.sparsity, 2)
              << " in " << fixed(pruned.seconds, 1) << " s. Written to " << f->out;
    if (f->writing.packed)
      std::cout << ", packed to " << fixed(double(written.bytes) / (1 << 20), 1) << " MiB of "
                << fixed(double(written.denseBytes) / (1 << 20), 1);
    std::cout << "\n";
  };
}

}  // namespace espalier::cli
