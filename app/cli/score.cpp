#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "app/cli/table.h"

namespace espalier::cli {

void addScoreFlags(CLI::App& c, ScoreOptions& o) {
  addOptionFlags(c, scoreFields(), o);
}

void addJournalFlag(CLI::App& c, JournalOptions& o) {
  c.add_flag("--restart", o.restart, "Begin anew where a job that was stopped could be gone on with");
  o.onNote = [](const std::string& sentence) { std::cerr << sentence << "\n"; };
}

void addScore(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("score", "Score how much every matrix matters to the whole model");
  struct Flags {
    std::string model, data, out;
    DataOptions choice;
    ScoreOptions options;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("--data", f->data, "Calibration data")->required();
  c->add_option("--out", f->out, "File to write, scores.json")->required();
  addDataFlags(*c, f->choice);
  addScoreFlags(*c, f->options);
  c->add_option("--stable-target", f->options.stableTarget,
                "Target sparsity of the plan meant by --until-stable")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  addJournalFlag(*c, f->options.journal);
  commands[c] = [f](const Context& context) {
    f->options.journal.path = f->out + ".journal";
    const auto model = openModel(f->model);
    const auto scores =
        scoreModel(*model, openDatasetFor(*model, f->data, f->choice), f->options, context.control);
    writeScores(f->out, scores);
    std::error_code ec;
    std::filesystem::remove(f->options.journal.path, ec);
    if (context.json) {
      nlohmann::json blocks = nlohmann::json::array();
      for (const auto& m : scores.matrices)
        blocks.push_back({{"matrix", m.matrix},
                          {"score", m.score},
                          {"standardError", m.standardError},
                          {"statistics", m.statistics}});
      nlohmann::json j{{"out", f->out}, {"draws", scores.draws}, {"matrices", blocks}};
      if (f->options.untilStable > 0) j["uncertainty"] = planUncertainty(scores, f->options.stableTarget);
      std::cout << j.dump(1) << "\n";
      return;
    }
    Table table({"matrix", "score", "standard error"});
    for (const auto& m : scores.matrices) table.add({m.matrix, fixed(m.score, 4), fixed(m.standardError, 4)});
    std::cout << table.text();
    if (f->options.untilStable > 0) {
      const double uncertainty = planUncertainty(scores, f->options.stableTarget);
      std::cout << "After " << scores.draws << " draws the least certain sparsity of a block is known to +- "
                << percent(uncertainty)
                << (uncertainty > f->options.untilStable
                        ? ", not as well as asked for; --draws allows no more.\n"
                        : ".\n");
    }
    std::cout << "Written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
