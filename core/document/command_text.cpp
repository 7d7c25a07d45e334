#include "core/document/command_text.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/allocate/planner.h"
#include "core/base/json_text.h"
#include "core/engine/score_draws.h"

namespace espalier {

namespace {

using Arguments = std::vector<std::string>;

constexpr const char* kExportFirst =
    "# The plan was bent by hand: write it to plan.json first (File, Export Plan).\n";
constexpr const char* kRunsToItsEnd =
    "# The recovery was stopped by hand: these commands run it to its end, and give other weights.\n";

// The shortest text that reads back to the number.
std::string numberText(double value) {
  return jsonText(nlohmann::json(value));
}

template <typename Options>
void addFlags(Arguments& out, const OptionFields<Options>& fields, const Options& options) {
  for (const auto* f : option_fields::differing(fields, options, Options())) {
    if (f->flag.empty()) continue;
    const auto value = option_fields::valueOf(*f, options);
    out.push_back(f->flag);
    if (!value.is_boolean()) out.push_back(option_fields::nameOfValue(*f, options));
  }
}

void addData(Arguments& out, const std::filesystem::path& data, const DataOptions& options) {
  out.insert(out.end(), {"--data", jsonPath(data)});
  if (!options.format.empty()) out.insert(out.end(), {"--format", options.format});
  if (!options.split.empty()) out.insert(out.end(), {"--split", options.split});
  if (!options.pictures.empty()) out.insert(out.end(), {"--pictures", jsonPath(options.pictures)});
}

// As the shell takes it as one word.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string("-_./=:,+@%").find(c) != std::string::npos;
  });
  if (plain) return word;
  std::string out = "'";
  for (const char c : word)
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  return out + "'";
}

// A flag as a name in Python: "--batch-size" -> batch_size.
std::string keywordOf(const std::string& flag) {
  std::string out = flag.substr(2);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

std::string remarksOn(const WorkCommands& work) {
  return std::string(work.needsPlan ? kExportFirst : "") + (work.recoveryStopped ? kRunsToItsEnd : "");
}

}  // namespace

WorkCommands commandsOf(const CommandedWork& w) {
  WorkCommands out;
  const Plan again = w.plan.groups.empty() ? w.plan : reallocated(w.plan, w.capFollowsTarget);
  out.needsPlan = !w.scored || again.sparsities() != w.plan.sparsities() || !w.plan.componentCaps.empty();
  const auto prompted = [&](Arguments a) {
    if (w.prompt != PromptForm::Auto) a.insert(a.end(), {"--prompt-form", nameOf(w.prompt)});
    return a;
  };
  if (!out.needsPlan) {
    Arguments score{"score", jsonPath(w.model)};
    if (!w.calibration.empty()) addData(score, w.calibration, w.calibrationOptions);
    addFlags(score, scoreFields(), w.score);
    if (scoresAtTarget(w.score)) score.insert(score.end(), {"--target", numberText(w.plan.target)});
    score = prompted(std::move(score));
    score.insert(score.end(), {"--out", "scores.json"});
    out.commands.push_back(std::move(score));
    Arguments allocate{"allocate", "scores.json", "--target", numberText(w.plan.target)};
    if (!w.capFollowsTarget) allocate.insert(allocate.end(), {"--cap", numberText(w.plan.cap)});
    if (w.plan.granularity != Granularity::Block)
      allocate.insert(allocate.end(), {"--granularity", nameOf(w.plan.granularity)});
    if (w.plan.allocator != PlanRequest().allocator)
      allocate.insert(allocate.end(), {"--allocator", w.plan.allocator});
    allocate.insert(allocate.end(), {"--aggregate", nameOf(w.plan.aggregate)});
    for (const auto& g : w.plan.groups)
      if (g.pinned) allocate.insert(allocate.end(), {"--pin", g.name + "=" + numberText(g.sparsity)});
    for (const auto& [name, value] : w.plan.options)
      allocate.insert(allocate.end(), {"--option", name + "=" + numberText(value)});
    allocate.insert(allocate.end(), {"--out", "plan.json"});
    out.commands.push_back(std::move(allocate));
  }
  Arguments prune{"prune", jsonPath(w.model), "--plan", "plan.json"};
  if (!w.calibration.empty()) addData(prune, w.calibration, w.calibrationOptions);
  addFlags(prune, pruneFields(), w.prune);
  if (!w.recover.methods.empty()) {
    prune.insert(prune.end(), {"--recover", w.recover.methods});
    addFlags(prune, recoverFields(), w.recover);
    out.recoveryStopped = w.recoveryStopped;
  }
  prune = prompted(std::move(prune));
  prune.insert(prune.end(), {"--out", "pruned"});
  out.commands.push_back(std::move(prune));
  if (!w.pairs.empty()) {
    Arguments evaluate{"evaluate", "pruned"};
    addData(evaluate, w.pairs, w.pairsOptions);
    evaluate.insert(evaluate.end(), {"--baseline", jsonPath(w.model)});
    out.commands.push_back(prompted(std::move(evaluate)));
  }
  return out;
}

std::string shellText(const WorkCommands& work) {
  std::string out = remarksOn(work);
  for (const auto& command : work.commands) {
    out += "espalier-cli";
    for (const auto& word : command) out += ' ' + quoted(word);
    out += '\n';
  }
  return out;
}

std::string pythonText(const WorkCommands& work) {
  std::string out = "import espalier\n\n";
  out += remarksOn(work);
  for (const auto& command : work.commands) {
    out += "espalier.run(" + jsonText(nlohmann::json(command[0]));
    size_t i = 1;
    for (; i < command.size() && !command[i].starts_with("--"); ++i)
      out += ", " + jsonText(nlohmann::json(command[i]));
    // A flag that is given several times is a list of words of its own; keywords are given once.
    std::vector<std::pair<std::string, std::string>> flags;
    bool repeats = false;
    std::set<std::string> seen;
    for (; i < command.size(); ++i) {
      const bool hasValue = i + 1 < command.size() && !command[i + 1].starts_with("--");
      repeats = repeats || !seen.insert(command[i]).second;
      flags.emplace_back(command[i], hasValue ? jsonText(nlohmann::json(command[i + 1])) : "True");
      if (hasValue) ++i;
    }
    for (const auto& [flag, value] : flags) {
      if (!repeats)
        out += ", " + keywordOf(flag) + "=" + value;
      else
        out += ", " + jsonText(nlohmann::json(flag)) + (value == "True" ? "" : ", " + value);
    }
    out += ")\n";
  }
  return out;
}

}  // namespace espalier
