#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/document/measurement.h"

namespace espalier {

// What became of one plan: the model that was written, what it can still do, what it takes. Numbers that
// nobody found are absent.
struct Run {
  std::string id;  // of the written model (fingerprintOf()); one run each
  std::string name, folder;
  std::string criterion;                  // with refinements behind it: "wanda+refit"
  std::string recovery;                   // methods, with commas between them; empty: none
  nlohmann::json plan = {};               // sparsity by group, as a recipe has it; null: not known
  double sparsity = 0;                    // zeros among the prunable weights
  int64_t fileBytes = 0, denseBytes = 0;  // of the weights as they lie in the files, and unpacked
  std::optional<double> seconds = {};     // how long it took to make
  // Of the evaluation: pairs that count as right, of how many, of which data.
  std::string data = {};
  std::optional<int64_t> right = {};
  int64_t total = 0;
  std::optional<Measurement> measured = {};
  std::string notes = {};
  std::vector<std::string> tags = {};
  nlohmann::json unknown = nlohmann::json::object();  // keys of newer programs, kept

  std::optional<double> accuracy() const;
};

// "espalier/runs", version 1. Keys that are not known survive a rewrite.
struct RunsTable {
  std::vector<Run> runs;
  nlohmann::json unknown = nlohmann::json::object();

  // In place of the run of the same id, whose notes and tags stay where the new one has none; behind all
  // others where there is none.
  void put(Run run);
  // Those of another table; of a run that both have, what is there stays. How many were taken.
  int64_t take(const RunsTable& other);
};
// Throws Error that names the file and the entry. An absent file is an empty table.
RunsTable readRuns(const std::filesystem::path& file);
void writeRuns(const std::filesystem::path& file, const RunsTable& table);
// Reads, changes and writes the table as one step, so that what two processes add at once is all there. Waits
// for another process; throws Error that names it if it takes longer than half a minute.
RunsTable changeRuns(const std::filesystem::path& file, const std::function<void(RunsTable&)>& change);

// The run of a model folder that Espalier wrote, by its espalier-recipe.json. Throws Error where it has none.
Run runOfFolder(const std::filesystem::path& folder);
// Adds what an evaluation's file says of it.
void addEvaluation(Run& run, const std::filesystem::path& evaluation);

// What a run costs.
enum class RunCost { Bytes, KeptWeights, SecondsForEach };
// Absent where it was not found. SecondsForEach: for a token, picture or text.
std::optional<double> costOf(const Run& run, RunCost cost);
// Those that no other run of the same data equals or betters in both accuracy and cost, and betters in one:
// by falling cost. Runs without either are never among them.
std::vector<size_t> paretoFront(const RunsTable& table, RunCost cost);

// A line of column names and one for each run (RFC 4180). What was not found is empty.
std::string toCsv(const RunsTable& table);

}  // namespace espalier
