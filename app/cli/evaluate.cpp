#include <iostream>

#include "app/cli/command.h"
#include "app/cli/comparison.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/processes.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"
#include "core/engine/check_job.h"
#include "core/engine/evaluation_file.h"

namespace espalier::cli {

namespace {

void tellUnreadAnswers(const CLI::App& c, const AnswerOptions& answers, const OpenModel& model,
                       const Dataset& data) {
  for (const auto& [flag, key] :
       std::initializer_list<std::pair<const char*, const char*>>{{"--beams", "beams"},
                                                                  {"--length-penalty", "lengthPenalty"},
                                                                  {"--early-stopping", "earlyStopping"},
                                                                  {"--prompt", "prompt"},
                                                                  {"--template", "templates"}})
    tellUnread(c, flag, whyUnread(answers, model, data, key));
}

}  // namespace

void addEvaluate(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "evaluate",
      "Measure a model on a data set, before and after: answers, captions, retrieval, classes or "
      "perplexity");
  struct Flags {
    std::string model, data, baseline, out;
    AnswerOptions answers;
    DataOptions choice;
    int64_t samples = 0;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("--data", f->data, "Data set: a folder or file")->required();
  c->add_option("--baseline", f->baseline, "Model folder to compare with (before)");
  c->add_option("--out", f->out, "File to write with every answer");
  addJournalFlag(*c, f->answers.journal);
  c->add_option("--beams", f->answers.beams, "Beams of the search for answers; 1: greedy")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c->add_option("--length-penalty", f->answers.lengthPenalty,
                "With beams: a text scores log-probability / length ^ this")
      ->capture_default_str();
  c->add_option("--early-stopping", f->answers.earlyStopping, "With beams: true, false or never")
      ->check(CLI::IsMember({"true", "false", "never"}))
      ->capture_default_str();
  std::string tasks;
  for (const auto& t : evaluationTasks()) tasks += (tasks.empty() ? "" : ", ") + t.name;
  c->add_option("--task", f->answers.task, "What to measure: " + tasks)->capture_default_str();
  c->add_option("--prompt", f->answers.prompt, "Put around each question: \"Question: {} Short answer:\"");
  addPromptFlag(*c, f->prompt);
  c->add_option("--template", f->answers.templates,
                "Text of a class for zero-shot classification; several are averaged")
      ->capture_default_str();
  c->add_option("--samples", f->samples,
                "Take only so many pictures (or texts), drawn at random, with all their entries; 0: all")
      ->check(CLI::NonNegativeNumber);
  addDataFlags(*c, f->choice);
  commands[c] = [f, c](const Context& context) {
    if (!f->out.empty() && context.writes()) keepJournalBeside(f->answers.journal, f->out);
    const auto model = openModelTold(f->model, f->prompt);
    auto data = openDatasetFor(*model, f->data, f->choice);
    if (f->samples > 0) data = drawPictures(data, f->samples, 0);
    tellUnreadAnswers(*c, f->answers, *model, data);
    const auto baseline = f->baseline.empty() ? nullptr : openModelTold(f->baseline, f->prompt);
    const auto task = checkEvaluation(*model, data, f->answers);
    if (const auto other = baseline ? checkEvaluation(*baseline, data, f->answers) : task; other != task)
      throw Error(ErrorKind::InvalidInput,
                  "--baseline " + f->baseline + " is measured by " + other + " and " + f->model + " by " +
                      task + ", which cannot be compared; --task names one that suits both.");
    const auto result = evaluateModel(*model, data, context.control, {}, baseline, f->answers);
    if (!f->out.empty() && context.writes()) {
      writeEvaluation(f->out, result, data, sourceOf(*model));
      removeJournal(f->answers.journal.path);
      f->answers.journal.path.clear();
    }
    tellProblems(data);
    const auto print = [&](nlohmann::json j) {
      addProcesses(context.control, j);
      std::cout << jsonText(j, 1) << "\n";
    };
    if (!baseline) {
      if (context.json)
        print(toJson(result, data));
      else
        std::cout << resultTable(data, result, nullptr);
      return;
    }
    const auto before = evaluateModel(*baseline, data, context.control, {}, {}, f->answers);
    if (context.json)
      print({{"before", toJson(before, data)}, {"after", toJson(result, data)}});
    else
      std::cout << resultTable(data, before, &result);
  };
}

}  // namespace espalier::cli
