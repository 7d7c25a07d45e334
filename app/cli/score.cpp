#include <charconv>
#include <cmath>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/option_flags.h"
#include "app/cli/table.h"
#include "core/base/file.h"
#include "core/base/json_text.h"

namespace espalier::cli {

void addScoreFlags(CLI::App& c, ScoreOptions& o) {
  addOptionFlags(c, scoreFields(), o);
}

void addPromptFlag(CLI::App& c, PromptForm& form) {
  c.add_option_function<std::string>(
       "--prompt-form", [&form](const std::string& name) { form = promptFormNamed(name, "--prompt-form"); },
       "How the model is asked: auto (as a conversation where its folder has a chat template), plain or chat")
      ->check(CLI::IsMember({"auto", "plain", "chat"}))
      ->default_str("auto");
}

void addJournalFlag(CLI::App& c, JournalOptions& o) {
  c.add_flag("--restart", o.restart, "Begin anew where a job that was stopped could be gone on with");
  o.onNote = [](const std::string& sentence) { std::cerr << sentence << "\n"; };
}

void keepJournalBeside(JournalOptions& options, const std::string& out) {
  if (!isFileTarget(out)) return;
  options.path = out + ".journal";
  holdJournal(options);
}

ModelPtr openModelTold(const std::string& folder, PromptForm prompt) {
  auto model = openModel(folder, defaultDevice(), prompt);
  for (const auto& warning : infoOf(*model).warnings) std::cerr << "Warning: " << warning << "\n";
  return model;
}

CLI::Validator wholeNumber() {
  return {[](std::string& text) {
            uint64_t value = 0;
            const auto end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            return read.ec == std::errc() && read.ptr == end
                       ? std::string()
                       : "\"" + text +
                             "\" was found; a whole number from 0 to 18446744073709551615 was expected";
          },
          "", "whole number"};
}

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
  c->add_option("--stable-target", f->options.stableTarget,
                "Target sparsity of the plan meant by --until-stable")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  addJournalFlag(*c, f->options.journal);
  commands[c] = [f](const Context& context) {
    keepJournalBeside(f->options.journal, f->out);
    const auto model = openModelTold(f->model, f->prompt);
    const auto data = openDatasetFor(*model, f->data, f->choice);
    tellProblems(data);
    const auto scores = scoreModel(*model, data, f->options, context.control);
    for (const auto& p : scores.extra.value("skipped", nlohmann::json::array()))
      tellDamaged({{p.at("place").get<std::string>(), p.at("what").get<std::string>()}});
    writeScores(f->out, scores);
    removeJournal(f->options.journal.path);
    if (context.json) {
      nlohmann::json blocks = nlohmann::json::array();
      for (const auto& m : scores.matrices)
        blocks.push_back({{"matrix", m.matrix},
                          {"score", m.score},
                          {"standardError", m.standardError},
                          {"statistics", m.statistics}});
      nlohmann::json j{{"out", f->out}, {"draws", scores.draws}, {"matrices", blocks}};
      if (f->options.untilStable > 0) j["uncertainty"] = planUncertainty(scores, f->options.stableTarget);
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
