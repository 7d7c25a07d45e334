#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace espalier {

// What shares one sparsity.
enum class Granularity {
  Layer,      // each matrix by itself (the literature's "layer")
  Block,      // the matrices of a block
  Component,  // the matrices of a component
};

// How a group's score is made from those of its matrices.
enum class Aggregate {
  Sum,      // the sum: "sum"
  Average,  // the sum divided by the group's weights, as the released code's "avg" does
  Mean,  // the plain mean over the matrices: "mean"; for statistics that are no sums, such as exponents and
         // medians
};

std::string nameOf(Granularity granularity);
std::string nameOf(Aggregate aggregate);
Granularity granularityNamed(const std::string& name);  // Error (InvalidInput) lists the names
Aggregate aggregateNamed(const std::string& name);

struct PlanGroup {
  std::string name;  // of the matrix, block or component; unique in a plan
  std::string component;
  int64_t parameters = 0;  // weights of all its matrices
  double score = 0;        // aggregated
  // Of the score, the matrices' errors taken as independent; NaN where one of them is unknown.
  double standardError = 0;
  double sparsity = 0;  // 0 ... 1
  bool pinned = false;  // a person fixed the sparsity
  std::vector<std::string> matrices;
  nlohmann::json extra = nlohmann::json::object();  // keys of the file that this program does not know
  // By Allocator::key, put together from those of its matrices as that allocator's paper does it; empty: none
  // were gathered.
  std::map<std::string, double> statistics = {};
};

// A sparsity for every group of matrices, and how it came about.
struct Plan {
  double target = 0.5;
  double cap = 0.6;
  // By component: the most that its groups without a pin are given where that is less than `cap`.
  std::map<std::string, double> componentCaps = {};
  Granularity granularity = Granularity::Block;
  Aggregate aggregate = Aggregate::Sum;
  std::string allocator = "ecoflap";
  std::map<std::string, double> options;  // of the allocator; those not named have their defaults
  std::vector<PlanGroup> groups;          // in model order
  nlohmann::json extra = nlohmann::json::object();

  // What the plan gives a matrix; nothing for one that it does not name. Looks through all groups: for many
  // look-ups take sparsities().
  std::optional<double> sparsityOf(const std::string& matrix) const;
  std::unordered_map<std::string, double> sparsities() const;

  std::optional<double> ownCapOf(const PlanGroup& group) const;  // its component's, if it has one

  int64_t parameters() const;
  // Of all groups together, weighted by their parameters, in whole weights (keptWeights).
  double achievedSparsity() const;
};

// Refuses, by name: a sparsity, target or cap outside 0 ... 1, a group without a name, matrices or weights, a
// group or matrix named twice. Throws Error (InvalidInput).
void checkPlan(const Plan& plan);

// "espalier/plan", version 1. Keys that are not known survive a rewrite, those inside a group too. Errors
// name the file and the entry: Io, Format (another kind, a newer version, a key missing or of the wrong
// type), and those of checkPlan.
Plan readPlan(const std::filesystem::path& path);
// The same inside another file; `where` stands for it in messages.
Plan planFromJson(nlohmann::json json, const std::string& where);
nlohmann::json toJson(const Plan& plan);
void writePlan(const std::filesystem::path& path, const Plan& plan);

}  // namespace espalier
