#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"
#include "core/engine/evaluation_file.h"
#include "core/evaluate/chance.h"
#include "core/evaluate/paired_difference.h"

namespace espalier::cli {

namespace {

void requireSamePairs(const std::string& fileA, const Evaluation& a, const std::string& fileB,
                      const Evaluation& b) {
  if (a.task != b.task)
    throw Error(ErrorKind::InvalidInput, fileA + " measures \"" + a.task + "\" and " + fileB + " \"" +
                                             b.task + "\"; two evaluations of one task were expected.");
  if (a.onlyAgreement != b.onlyAgreement)
    throw Error(ErrorKind::InvalidInput, fileA + " counts what is " + a.counted() + " and " + fileB +
                                             " what is " + b.counted() + "; the same was expected of both.");
  if (a.pairs.empty() && b.pairs.empty())
    throw Error(ErrorKind::InvalidInput, fileA + " and " + fileB + " hold no pairs to compare.");
  if (a.pairs.size() != b.pairs.size())
    throw Error(ErrorKind::InvalidInput, fileA + " is of " + std::to_string(a.pairs.size()) + " pairs and " +
                                             fileB + " of " + std::to_string(b.pairs.size()) +
                                             "; two evaluations of the same data were expected.");
  for (size_t i = 0; i < a.pairs.size(); ++i)
    if (a.pairs[i].sample != b.pairs[i].sample)
      throw Error(ErrorKind::InvalidInput, fileA + " and " + fileB + " are of other pairs: number " +
                                               std::to_string(i) + " is sample " +
                                               std::to_string(a.pairs[i].sample) + " in one and " +
                                               std::to_string(b.pairs[i].sample) + " in the other.");
}

// As many pairs, but others: files of earlier versions do not tell.
void requireSameData(const std::string& fileA, const std::string& fileB) {
  const auto a = readEvaluationSource(fileA).pairsId, b = readEvaluationSource(fileB).pairsId;
  if (!a.empty() && !b.empty() && a != b)
    throw Error(ErrorKind::InvalidInput,
                fileA + " and " + fileB +
                    " are of as many pairs, but not of the same: questions, answers or "
                    "pictures differ; two evaluations of the same data were expected.");
}

nlohmann::json differenceJson(const PairedDifference& d) {
  return {{"pairs", d.pairs},
          {"answers",
           {{"rightFirst", d.rightFirst},
            {"rightSecond", d.rightSecond},
            {"onlyFirst", d.onlyFirst},
            {"onlySecond", d.onlySecond},
            {"difference", d.accuracyDifference()},
            {"chance", d.answersChance},
            {"withinChance", !d.answersDiffer()}}},
          {"loss",
           {{"first", d.lossFirst},
            {"second", d.lossSecond},
            {"difference", d.lossDifference()},
            {"low", d.lossLow},
            {"high", d.lossHigh},
            {"chance", d.lossChance},
            {"withinChance", !d.lossesDiffer()}}}};
}

std::string chanceText(double chance) {
  return chance < 0.001 ? "below 0.1 %" : percent(chance);
}

}  // namespace

void addCompare(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "compare",
      "Compare two evaluations of the same data pair by pair: how much of the difference chance explains");
  struct Flags {
    std::string first, second;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("A", f->first, "What evaluate --out wrote of one model")->required();
  c->add_option("B", f->second, "What it wrote of the other")->required();
  commands[c] = [f](const Context& context) {
    const auto a = readEvaluation(f->first), b = readEvaluation(f->second);
    requireSamePairs(f->first, a, f->second, b);
    requireSameData(f->first, f->second);
    const auto d = pairedDifference(verdictsOf(a), verdictsOf(b));
    if (context.json) {
      std::cout << jsonText(differenceJson(d), 1) << "\n";
      return;
    }
    const double pairs = double(std::max<int64_t>(1, d.pairs));
    Table table({"", "A", "B", "A - B", "chance", ""});
    if (evaluationColumns(a.task).right)
      table.add({a.counted(), percent(double(d.rightFirst) / pairs), percent(double(d.rightSecond) / pairs),
                 percent(d.accuracyDifference()), chanceText(d.answersChance),
                 d.answersDiffer() ? (d.accuracyDifference() > 0 ? "A is better" : "B is better")
                                   : "within chance"});
    table.add(
        {"loss", fixed(d.lossFirst, 4), fixed(d.lossSecond, 4), fixed(d.lossDifference(), 4),
         chanceText(d.lossChance),
         d.lossesDiffer() ? (d.lossDifference() < 0 ? "A is better" : "B is better") : "within chance"});
    std::cout << table.text() << grouped(d.pairs) << " pairs";
    if (evaluationColumns(a.task).right)
      std::cout << "; " << grouped(d.onlyFirst) << " right by A alone, " << grouped(d.onlySecond)
                << " by B alone (exact McNemar test)";
    std::cout << "; 95 % of the loss's difference: " << fixed(d.lossLow, 4) << " to " << fixed(d.lossHigh, 4)
              << " (paired bootstrap).\n";
  };
}

}  // namespace espalier::cli
