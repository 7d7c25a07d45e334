#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "app/cli/processes.h"
#include "app/cli/recovery_report.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"
#include "core/data/data_options.h"
#include "core/document/recipe.h"
#include "core/engine/check_job.h"

namespace espalier::cli {

namespace {

struct PruneFlags {
  std::string model, plan, data, out, globally;
  double target = -1;
  int64_t rounds = GlobalPruneOptions().rounds;
  DataOptions choice;
  PruneOptions options;
  RecoverOptions recover;
  ExportOptions writing;
  PromptForm prompt = PromptForm::Auto;
};

void tellPruned(const Context& context, const PruneResult& pruned, const RecoverResult& recovered,
                const std::string& out, const ExportResult& written) {
  if (context.json) {
    nlohmann::json matrices = nlohmann::json::array();
    for (const auto& m : pruned.matrices)
      matrices.push_back({{"matrix", m.matrix},
                          {"asked", m.asked},
                          {"achieved", m.achieved},
                          {"damping", m.damping},
                          {"note", m.note}});
    nlohmann::json j{{"out", out},
                     {"sparsity", pruned.sparsity},
                     {"bytes", written.bytes},
                     {"denseBytes", written.denseBytes},
                     {"seconds", pruned.seconds},
                     {"matrices", matrices}};
    if (!recovered.reports.empty()) j["recovery"] = recoveryJson(recovered);
    addProcesses(context.control, j);
    std::cout << jsonText(j, 1) << "\n";
    return;
  }
  for (const auto& m : pruned.matrices)
    if (!m.note.empty()) std::cout << m.matrix << ": " << m.note << "\n";
  if (!recovered.reports.empty()) std::cout << recoveryTable(recovered.reports);
  std::cout << "Pruned " << pruned.matrices.size() << " matrices to " << percent(pruned.sparsity, 2) << " in "
            << fixed(pruned.seconds, 1) << " s. Written to " << out;
  if (written.bytes < written.denseBytes)
    std::cout << ", packed to " << fixed(double(written.bytes) / (1 << 20), 1) << " MiB of "
              << fixed(double(written.denseBytes) / (1 << 20), 1);
  std::cout << "\n";
}

// A plan of another size of model has the names of this one's matrices, but was made for other numbers of
// weights.
void tellOtherModel(const Plan& plan, const ModelInfo& info) {
  std::map<std::string, int64_t> sizes;
  for (const auto& block : info.blocks)
    for (const auto& m : block.matrices) sizes[m.name] = m.parameters();
  for (const auto& group : plan.groups) {
    int64_t here = 0;
    for (const auto& name : group.matrices) {
      if (!sizes.contains(name)) return;  // is refused
      here += sizes[name];
    }
    if (here == group.parameters) continue;
    std::cerr << "Warning: The plan was made for another model: " << group.name << " has "
              << grouped(group.parameters) << " weights there and " << grouped(here)
              << " here, so that the whole may miss the target.\n";
    return;
  }
}

// What was done, so that `run` can do it again.
nlohmann::json recipeOf(const PruneFlags& f, const Plan& plan) {
  nlohmann::json recipe{{"model", absolutePath(f.model)},
                        {"calibration", absolutePath(f.data)},
                        {"plan", nlohmann::json::object()},
                        {"allocate",
                         {{"target", plan.target},
                          {"cap", plan.cap},
                          {"granularity", nameOf(plan.granularity)},
                          {"allocator", plan.allocator}}},
                        {"prune", option_fields::toJson(pruneFields(), f.options)}};
  if (!f.recover.methods.empty()) recipe["recover"] = option_fields::toJson(recoverFields(), f.recover);
  if (f.prompt != PromptForm::Auto) recipe["prompt"] = nameOf(f.prompt);
  if (const auto options = toJson(absolutePaths(f.choice)); !options.empty())
    recipe["calibrationOptions"] = options;
  for (const auto& g : plan.groups) recipe["plan"][g.name] = g.sparsity;
  return recipe;
}

// One threshold over all weights: nothing is kept on the way, so that a run that was stopped begins anew.
void pruneAtOnce(const CLI::App& c, const PruneFlags& f, const Context& context) {
  for (const auto& field : pruneFields())
    if (field.key != "samples" && field.key != "batchSize" && field.key != "seed")
      tellUnread(c, field.flag, "--globally goes by " + f.globally + " alone");
  tellEachUnread(c, {"--restart"}, "--globally keeps no finished steps");
  tellUnreadOptions(c, recoverFields(), f.recover);
  if (processesOf(context.control).several())
    std::cerr << "Warning: --globally shares nothing among processes; each does all of it.\n";
  checkExportFolder(f.out);
  const auto model = openModelTold(f.model, f.prompt);
  const auto data = openDatasetFor(*model, f.data, f.choice);
  tellProblems(data);
  if (!f.recover.methods.empty()) checkRecovery(*model, true, data, f.recover);
  GlobalPruneOptions options;
  options.method = f.globally;
  options.rounds = f.rounds;
  options.samples = f.options.samples, options.batchSize = f.options.batchSize, options.seed = f.options.seed;
  const auto pruned = pruneGlobally(*model, f.target, data, options, context.control);
  nlohmann::json recipe{{"model", absolutePath(f.model)},
                        {"calibration", absolutePath(f.data)},
                        {"plan", nlohmann::json::object()},
                        {"globally",
                         {{"method", options.method},
                          {"target", f.target},
                          {"rounds", options.rounds},
                          {"samples", options.samples},
                          {"batchSize", options.batchSize},
                          {"seed", options.seed}}}};
  if (!f.recover.methods.empty()) recipe["recover"] = option_fields::toJson(recoverFields(), f.recover);
  for (const auto& g : pruned.plan.groups) recipe["plan"][g.name] = g.sparsity;
  RecoverResult recovered{.model = pruned.result.model};
  if (!f.recover.methods.empty())
    recovered = recoverModel(*pruned.result.model, model, data, f.recover, {}, context.control);
  const auto written = exportModel(*recovered.model, recipe, f.out, context.control, f.writing);
  for (const auto& note : written.notes) std::cerr << note << "\n";
  for (const auto& warning : recovered.warnings) std::cerr << "Warning: " << warning << "\n";
  tellDamaged(pruned.result.problems);
  tellPruned(context, pruned.result, recovered, f.out, written);
}

}  // namespace

void addPruneFlags(CLI::App& c, PruneOptions& o) {
  addOptionFlags(c, pruneFields(), o);
}

void addPrune(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("prune", "Prune a model to a plan and write it as a folder");
  auto f = std::make_shared<PruneFlags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  auto* what = c->add_option_group("What goes");
  what->add_option("--plan", f->plan, "plan.json");
  auto* globally =
      what->add_option("--globally", f->globally,
                       "In place of a plan, one threshold over the whole model: " + namesOf(globalMethods()));
  what->require_option(1);
  auto* wanted = c->add_option("--target", f->target, "With --globally: sparsity of the whole")
                     ->check(CLI::Range(0.0, 1.0))
                     ->needs(globally);
  globally->needs(wanted);
  c->add_option("--rounds", f->rounds, "With --globally: how many times gradients are computed")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c->add_option("--data", f->data, "Calibration data")->required();
  c->add_option("--out", f->out, "Folder to write")->required();
  addDataFlags(*c, f->choice);
  addPruneFlags(*c, f->options);
  addRecoverFlags(*c, f->recover, false);
  c->add_flag(
      "--clamp", f->writing.clamp,
      "Replace weights beyond the range of the model's dtype by its largest number instead of refusing them");
  c->add_flag(
      "--packed", f->writing.packed,
      "Write packed files, in which the zeros take a bit each (docs/packed.md); unpack makes them dense");
  addPromptFlag(*c, f->prompt);
  addJournalFlag(*c, f->options.journal);
  commands[c] = [f, c](const Context& context) {
    if (!f->globally.empty()) return pruneAtOnce(*c, *f, context);
    const auto target = std::filesystem::absolute(f->out).lexically_normal();
    f->options.journal.path = (target.has_filename() ? target : target.parent_path()).string() + ".journal";
    if (context.writes()) holdJournal(f->options.journal);
    checkOptions(f->options);
    checkOptions(f->recover);
    tellEachUnread(*c, {"--rounds"}, "a plan is pruned to once");
    tellUnreadOptions(*c, pruneFields(), f->options);
    tellUnreadOptions(*c, recoverFields(), f->recover);
    const Plan plan = readPlan(f->plan);
    const auto recipe = recipeOf(*f, plan);
    // A run that was stopped when all was written, but before it had put away its journal.
    const auto earlier =
        context.writes() && std::filesystem::exists(f->options.journal.path) && !f->options.journal.restart
            ? findExport(recipe, f->out)
            : std::nullopt;
    if (context.writes() && !earlier) checkExportFolder(f->out);
    const auto model = openModelTold(f->model, f->prompt);
    const auto data = openDatasetFor(*model, f->data, f->choice);
    tellProblems(data);
    tellOtherModel(plan, infoOf(*model));
    if (!f->recover.methods.empty()) checkRecovery(*model, true, data, f->recover);
    const auto pruned = pruneModel(*model, plan, data, f->options, context.control);
    RecoverResult recovered{.model = pruned.model};
    if (!f->recover.methods.empty()) {
      RecoverRun run{.journal = {.path = f->options.journal.path / "recovered",
                                 .restart = f->options.journal.restart,
                                 .onNote = f->options.journal.onNote}};
      run.journalInputs = {{"plan", recipe["plan"]}, {"prune", recipe["prune"]}};
      recovered = recoverModel(*pruned.model, model, data, f->recover, run, context.control);
    }
    const auto written =
        earlier ? *earlier : exportModel(*recovered.model, recipe, f->out, context.control, f->writing);
    for (const auto& note : written.notes) std::cerr << note << "\n";
    if (context.writes()) {
      removeKeptBlocks(f->options.journal.path / "recovered");
      removeKeptBlocks(f->options.journal.path);
    }
    for (const auto& warning : recovered.warnings) std::cerr << "Warning: " << warning << "\n";
    tellDamaged(pruned.problems);
    tellPruned(context, pruned, recovered, f->out, written);
  };
}

}  // namespace espalier::cli
