#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "app/cli/recovery_report.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"
#include "core/data/data_options.h"

namespace espalier::cli {

namespace {

// In a command that does nothing else they do not say what they are of.
OptionFields<RecoverOptions> recoverFlags(bool alone) {
  auto fields = recoverFields();
  const std::string prefix = "--recover-";
  for (auto& f : fields)
    if (alone && f.flag.starts_with(prefix)) f.flag = "--" + f.flag.substr(prefix.size());
  return fields;
}

}  // namespace

void addRecoverFlags(CLI::App& c, RecoverOptions& o, bool alone) {
  c.add_option(alone ? "--method" : "--recover", o.methods,
               "Recovery methods in order, with commas between them: " + namesOf(recoveryMethods()));
  addOptionFlags(c, recoverFlags(alone), o);
}

void addRecover(CLI::App& app, Commands& commands) {
  auto* c =
      app.add_subcommand("recover", "Recover accuracy of a pruned model by training; its zeros stay zeros");
  struct Flags {
    std::string model, dense, data, out;
    DataOptions choice;
    RecoverOptions options;
    RecoverRun run;
    ExportOptions writing;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  f->options.methods = "rebuild,distil";
  c->add_option("PRUNED", f->model, "Pruned model's folder")->required();
  c->add_option("--dense", f->dense, "Folder of the model that was pruned");
  c->add_option("--data", f->data, "Data to recover with")->required();
  c->add_option("--out", f->out, "Folder to write")->required();
  addDataFlags(*c, f->choice);
  addRecoverFlags(*c, f->options, true);
  c->add_flag(
      "--clamp", f->writing.clamp,
      "Replace weights beyond the range of the model's dtype by its largest number instead of refusing them");
  addPromptFlag(*c, f->prompt);
  addJournalFlag(*c, f->run.journal);
  commands[c] = [f, c](const Context& context) {
    checkOptions(f->options);
    if (f->options.methods.empty())
      throw Error(ErrorKind::InvalidInput,
                  "--method names nothing; known are " + namesOf(recoveryMethods()) + ".");
    if (f->dense.empty() && needsDense(f->options))
      throw Error(ErrorKind::InvalidInput, "--method " + f->options.methods +
                                               " goes by what the dense model gives; --dense was expected to "
                                               "name the model that was pruned.");
    tellUnreadOptions(*c, recoverFlags(true), f->options);
    const auto target = std::filesystem::absolute(f->out).lexically_normal();
    f->run.journal.path = (target.has_filename() ? target : target.parent_path()).string() + ".journal";
    if (context.writes()) holdJournal(f->run.journal);
    nlohmann::json recipe{{"model", absolutePath(f->model)},
                          {"calibration", absolutePath(f->data)},
                          {"recover", option_fields::toJson(recoverFields(), f->options)}};
    if (!f->dense.empty()) recipe["dense"] = absolutePath(f->dense);
    if (f->prompt != PromptForm::Auto) recipe["prompt"] = nameOf(f->prompt);
    if (const auto options = toJson(absolutePaths(f->choice)); !options.empty())
      recipe["calibrationOptions"] = options;
    // A run that was stopped when all was written, but before it had put away its journal.
    const auto earlier =
        context.writes() && std::filesystem::exists(f->run.journal.path) && !f->run.journal.restart
            ? findExport(recipe, f->out)
            : std::nullopt;
    if (context.writes() && !earlier) checkExportFolder(f->out);
    const auto model = openModelTold(f->model, f->prompt);
    const auto dense = f->dense.empty() ? ModelPtr() : openModelTold(f->dense, f->prompt);
    const auto data = openDatasetFor(*model, f->data, f->choice);
    tellProblems(data);
    const auto recovered = recoverModel(*model, dense, data, f->options, f->run, context.control);
    const auto written =
        earlier ? *earlier : exportModel(*recovered.model, recipe, f->out, context.control, f->writing);
    for (const auto& note : written.notes) std::cerr << note << "\n";
    if (context.writes()) removeKeptBlocks(f->run.journal.path);
    tellDamaged(recovered.problems);
    for (const auto& warning : recovered.warnings) std::cerr << "Warning: " << warning << "\n";
    if (context.json) {
      auto j = recoveryJson(recovered);
      j["out"] = f->out;
      j["bytes"] = written.bytes;
      std::cout << jsonText(j, 1) << "\n";
      return;
    }
    std::cout << recoveryTable(recovered.reports) << "Recovered in " << fixed(recovered.seconds, 1)
              << " s at " << percent(recovered.sparsity, 2) << ". Written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
