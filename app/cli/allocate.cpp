#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/allocate/allocator.h"
#include "core/allocate/planner.h"
#include "core/allocate/sparsity_yaml.h"
#include "core/base/json_text.h"

namespace espalier::cli {

namespace {

// "NAME=0.3" for each entry of a flag; what stands on both sides, for people.
std::map<std::string, double> parseNumbers(const std::vector<std::string>& entries, const std::string& flag,
                                           const std::string& expected) {
  std::map<std::string, double> numbers;
  for (const auto& e : entries) {
    const auto at = e.rfind('=');
    char* end = nullptr;
    const double value = at == std::string::npos ? 0 : std::strtod(e.c_str() + at + 1, &end);
    if (at == std::string::npos || end == e.c_str() + at + 1 || *end != 0 || !(value >= 0 && value <= 1))
      throw Error(ErrorKind::InvalidInput, flag + " is \"" + e + "\"; " + expected + " was expected.");
    numbers[e.substr(0, at)] = value;
  }
  return numbers;
}

}  // namespace

void addAllocate(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("allocate", "Turn scores into a sparsity for each block");
  struct Flags {
    std::string scores, out, yaml, granularity = "block", aggregate, allocator = "ecoflap";
    double target = 0.5, cap = -1;
    std::vector<std::string> pins, options, componentCaps;
  };
  auto f = std::make_shared<Flags>();
  std::string names;
  for (const auto& a : allocators()) names += (names.empty() ? "" : ", ") + std::string(a.name);
  c->add_option("SCORES", f->scores, "scores.json")->required();
  c->add_option("--target", f->target, "Sparsity of the whole")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  c->add_option("--cap", f->cap, "Largest sparsity of a group; default target + 0.1")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--component-cap", f->componentCaps,
                "COMPONENT=SPARSITY, the largest sparsity of its groups, may be given several times");
  c->add_option("--granularity", f->granularity, "layer, block or component")->capture_default_str();
  c->add_option("--aggregate", f->aggregate, "sum, avg or mean");
  c->add_option("--allocator", f->allocator, names)->capture_default_str();
  c->add_option("--pin", f->pins, "GROUP=SPARSITY, may be given several times");
  std::string known;
  for (const auto& a : allocators())
    for (const auto& o : a.options)
      known += (known.empty() ? "" : "; ") + o.name + " of " + a.name + ": " + o.description;
  c->add_option("--option", f->options,
                "NAME=VALUE of the allocator, may be given several times (" + known + ")");
  c->add_option("--out", f->out, "File to write, plan.json")->required();
  c->add_option("--yaml", f->yaml, "Write the official code's YAML of name: sparsity as well");
  commands[c] = [f, c](const Context& context) {
    PlanRequest request;
    request.target = f->target;
    if (f->cap >= 0) request.cap = f->cap;
    request.componentCaps =
        parseNumbers(f->componentCaps, "--component-cap", "COMPONENT=SPARSITY with a sparsity from 0 to 1");
    request.granularity = granularityNamed(f->granularity);
    if (!f->aggregate.empty()) request.aggregate = aggregateNamed(f->aggregate);
    request.allocator = f->allocator;
    request.pins = parseNumbers(f->pins, "--pin", "GROUP=SPARSITY with a sparsity from 0 to 1");
    request.options = parseNumbers(f->options, "--option", "NAME=VALUE with a number from 0 to 1");
    if (const auto& allocator = allocatorNamed(f->allocator);
        !allocator.key.empty() || allocator.statistic.empty())
      tellEachUnread(*c, {"--aggregate"},
                     allocator.name +
                         (allocator.key.empty() ? " goes by no scores" : " goes by a statistic of its own"));
    const Plan plan = makePlan(readScores(f->scores), request);
    writePlan(f->out, plan);
    if (!f->yaml.empty()) writeSparsityYaml(f->yaml, plan);
    if (context.json) {
      nlohmann::json groups = nlohmann::json::object(), groupScores = nlohmann::json::object();
      for (const auto& g : plan.groups) {
        groups[g.name] = g.sparsity;
        groupScores[g.name] = {{"score", g.score}, {"standardError", g.standardError}};
      }
      std::cout << jsonText(nlohmann::json{{"out", f->out},
                                           {"sparsity", plan.achievedSparsity()},
                                           {"groups", groups},
                                           {"scores", groupScores}},
                            1)
                << "\n";
      return;
    }
    // The errors are those of the scores; statistics have none.
    const auto& allocator = allocatorNamed(plan.allocator);
    Table table({"group", "component", "parameters", allocator.key.empty() ? "score" : allocator.key,
                 "standard error", "sparsity"});
    for (const auto& g : plan.groups)
      table.add({g.name + (g.pinned ? " (pinned)" : ""), g.component, grouped(g.parameters),
                 fixed(importanceFor(allocator, g), 4),
                 allocator.key.empty() ? errorText(g.standardError) : "", percent(g.sparsity)});
    std::cout << table.text() << "Overall " << percent(plan.achievedSparsity(), 3) << ". Written to "
              << f->out << "\n";
  };
}

}  // namespace espalier::cli
