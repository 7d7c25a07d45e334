#include "core/allocate/plan.h"

#include <array>
#include <unordered_set>
#include <utility>

#include "core/allocate/budget.h"
#include "core/allocate/json_fields.h"
#include "core/base/file.h"

namespace espalier {

using nlohmann::json;

namespace {

constexpr std::array<std::pair<Granularity, const char*>, 3> kGranularities{
    {{Granularity::Layer, "layer"}, {Granularity::Block, "block"}, {Granularity::Component, "component"}}};
constexpr std::array<std::pair<Aggregate, const char*>, 3> kAggregates{
    {{Aggregate::Sum, "sum"}, {Aggregate::Average, "avg"}, {Aggregate::Mean, "mean"}}};

template <typename Table, typename Value>
std::string nameIn(const Table& table, Value value) {
  for (const auto& [known, name] : table)
    if (known == value) return name;
  throw Error(ErrorKind::Internal, "A value without a name was met.");
}

template <typename Table>
auto valueIn(const Table& table, const std::string& what, const std::string& given) {
  std::string names;
  for (const auto& [value, name] : table) {
    if (given == name) return value;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  throw Error(ErrorKind::InvalidInput,
              "There is no " + what + " \"" + given + "\"; one of " + names + " was expected.");
}

}  // namespace

std::string nameOf(Granularity granularity) {
  return nameIn(kGranularities, granularity);
}
std::string nameOf(Aggregate aggregate) {
  return nameIn(kAggregates, aggregate);
}
Granularity granularityNamed(const std::string& name) {
  return valueIn(kGranularities, "granularity", name);
}
Aggregate aggregateNamed(const std::string& name) {
  return valueIn(kAggregates, "aggregate", name);
}

std::optional<double> Plan::sparsityOf(const std::string& matrix) const {
  for (const auto& g : groups)
    for (const auto& m : g.matrices)
      if (m == matrix) return g.sparsity;
  return std::nullopt;
}

std::unordered_map<std::string, double> Plan::sparsities() const {
  std::unordered_map<std::string, double> out;
  for (const auto& g : groups)
    for (const auto& m : g.matrices) out.emplace(m, g.sparsity);
  return out;
}

int64_t Plan::parameters() const {
  int64_t n = 0;
  for (const auto& g : groups) n += g.parameters;
  return n;
}

std::optional<double> Plan::ownCapOf(const PlanGroup& group) const {
  const auto it = componentCaps.find(group.component);
  return it == componentCaps.end() ? std::nullopt : std::optional(it->second);
}

double Plan::achievedSparsity() const {
  int64_t kept = 0;
  for (const auto& g : groups) kept += keptWeights(g.parameters, g.sparsity);
  const int64_t n = parameters();
  return n > 0 ? 1 - double(kept) / double(n) : 0;
}

void checkPlan(const Plan& plan) {
  const auto refuse = [](const std::string& sentence) { throw Error(ErrorKind::InvalidInput, sentence); };
  const auto fraction = [&](const std::string& what, double value) {
    if (!(value >= 0 && value <= 1)) refuse(what + " is not a number from 0 to 1.");
  };
  fraction("The plan's target", plan.target);
  fraction("The plan's cap", plan.cap);
  for (const auto& [component, cap] : plan.componentCaps) fraction("The plan's cap of " + component, cap);
  std::unordered_set<std::string> names, matrices;
  int64_t all = 0;  // weights
  for (const auto& g : plan.groups) {
    if (g.name.empty()) refuse("A group of the plan has no name.");
    if (g.parameters < 1) refuse("Group " + g.name + " of the plan has no weights.");
    if (g.parameters > kMostWeights - all)
      refuse("The plan is of more than " + std::to_string(kMostWeights) + " weights, with those of group " +
             g.name + ".");
    all += g.parameters;
    if (g.matrices.empty()) refuse("Group " + g.name + " of the plan names no matrices.");
    fraction("The sparsity of group " + g.name, g.sparsity);
    if (!names.insert(g.name).second) refuse("The plan has two groups named " + g.name + ".");
    for (const auto& m : g.matrices)
      if (!matrices.insert(m).second) refuse("The plan names the matrix " + m + " twice.");
  }
}

Plan readPlan(const std::filesystem::path& path) {
  auto json = readEspalierJson(path, "plan");
  json.erase("format");
  json.erase("version");
  return planFromJson(std::move(json), path.string());
}

Plan planFromJson(nlohmann::json content, const std::string& where) {
  JsonFields file(std::move(content), where);
  Plan plan;
  try {
    plan.target = file.take<double>("target");
    plan.cap = file.take<double>("cap");
    plan.granularity = granularityNamed(file.take<std::string>("granularity"));
    plan.aggregate = aggregateNamed(file.take<std::string>("aggregate", "sum"));
    plan.allocator = file.take<std::string>("allocator", {});
    plan.options = takeNumbers(file, "options", "the allocator");
    plan.componentCaps = takeNumbers(file, "componentCaps", "the components' caps");
    size_t index = 0;
    for (auto& entry : file.take<json::array_t>("groups")) {
      JsonFields fields(std::move(entry), "group " + std::to_string(index++));
      PlanGroup g;
      g.name = fields.take<std::string>("name");
      g.component = fields.take<std::string>("component", {});
      g.parameters = fields.take<int64_t>("parameters");
      g.score = fields.take<double>("score", 0);
      g.standardError = fields.takeOrUnknown("standard_error", 0);
      g.sparsity = fields.take<double>("sparsity");
      g.pinned = fields.take<bool>("pinned", false);
      for (const auto& m : fields.take<json::array_t>("matrices")) {
        if (!m.is_string()) throw Error(ErrorKind::Format, "a matrix of group " + g.name + " is not a text.");
        g.matrices.push_back(m.get<std::string>());
      }
      g.statistics = takeNumbers(fields, "statistics", "group " + g.name);
      g.extra = fields.rest();
      plan.groups.push_back(std::move(g));
    }
    checkPlan(plan);
  } catch (const Error& e) {
    const std::string message = e.what();
    throw Error(e.kind(), message.starts_with(where) ? message : where + ": " + message);
  }
  plan.extra = file.rest();
  return plan;
}

nlohmann::json toJson(const Plan& plan) {
  json out = plan.extra.is_object() ? plan.extra : json::object();
  out["target"] = plan.target;
  out["cap"] = plan.cap;
  out["granularity"] = nameOf(plan.granularity);
  out["aggregate"] = nameOf(plan.aggregate);
  out["allocator"] = plan.allocator;
  out["options"] = plan.options;
  if (!plan.componentCaps.empty()) out["componentCaps"] = plan.componentCaps;
  json& groups = out["groups"] = json::array();
  for (const auto& g : plan.groups) {
    json entry = g.extra.is_object() ? g.extra : json::object();
    entry["name"] = g.name;
    entry["component"] = g.component;
    entry["parameters"] = g.parameters;
    entry["score"] = g.score;
    entry["standard_error"] = g.standardError;
    entry["sparsity"] = g.sparsity;
    entry["pinned"] = g.pinned;
    entry["matrices"] = g.matrices;
    if (!g.statistics.empty()) entry["statistics"] = g.statistics;
    groups.push_back(std::move(entry));
  }
  return out;
}

void writePlan(const std::filesystem::path& path, const Plan& plan) {
  checkPlan(plan);
  writeEspalierJson(path, "plan", toJson(plan));
}

}  // namespace espalier
