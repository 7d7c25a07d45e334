#include <cmath>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "app/cli/processes.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/file.h"
#include "core/base/json_text.h"

namespace espalier::cli {

void addScore(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("score", "Score how much every matrix matters to the whole model");
  struct Flags {
    std::string model, data, out;
    DataOptions choice;
    ScoreOptions options;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("--data", f->data, "Calibration data")->required();
  c->add_option("--out", f->out, "File to write, scores.json")->required();
  addDataFlags(*c, f->choice);
  addScoreFlags(*c, f->options);
  addPromptFlag(*c, f->prompt);
  c->add_option("--target,--stable-target", f->options.stableTarget,
                "Target sparsity that --until-stable, --rescore and the method pruned-loss go by")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  addJournalFlag(*c, f->options.journal);
  commands[c] = [f, c](const Context& context) {
    tellUnreadOptions(*c, scoreFields(), f->options);
    tellUnread(*c, "--target", whyUnread(f->options, "target"));
    if (context.writes()) keepJournalBeside(f->options.journal, f->out);
    const auto model = openModelTold(f->model, f->prompt);
    const auto data = openDatasetFor(*model, f->data, f->choice);
    tellProblems(data);
    const auto scores = scoreModel(*model, data, f->options, context.control);
    for (const auto& p : scores.extra.value("skipped", nlohmann::json::array()))
      tellDamaged({{p.at("place").get<std::string>(), p.at("what").get<std::string>()}});
    if (context.writes()) {
      writeScores(f->out, scores);
      removeJournal(f->options.journal.path);
    }
    if (context.json) {
      nlohmann::json blocks = nlohmann::json::array();
      for (const auto& m : scores.matrices)
        blocks.push_back({{"matrix", m.matrix},
                          {"score", m.score},
                          {"standardError", m.standardError},
                          {"statistics", m.statistics}});
      nlohmann::json j{{"out", f->out}, {"draws", scores.draws}, {"matrices", blocks}};
      if (f->options.untilStable > 0) j["uncertainty"] = planUncertainty(scores, f->options.stableTarget);
      addProcesses(context.control, j);
      std::cout << jsonText(j, 1) << "\n";
      return;
    }
    Table table({"matrix", "score", "standard error"});
    for (const auto& m : scores.matrices)
      table.add({m.matrix, fixed(m.score, 4), errorText(m.standardError)});
    std::cout << table.text();
    if (f->options.untilStable > 0) {
      const double uncertainty = planUncertainty(scores, f->options.stableTarget);
      std::cout << "After " << scores.draws << " draws the least certain sparsity of a block is "
                << (std::isnan(uncertainty) ? std::string("not known at all")
                                            : "known to +- " + percent(uncertainty))
                << (!(uncertainty <= f->options.untilStable)
                        ? ", not as well as asked for; --draws allows no more.\n"
                        : ".\n");
    }
    std::cout << "Written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
