#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/document/measurement.h"
#include "core/evaluate/evaluation.h"

namespace espalier {

// What became of one plan: the model that was made, what it can still do, what it takes. Numbers that
// nobody found are absent.
struct Run {
  // One run each. Of the written model (fingerprintOf()); of one that was not written, of what it follows
  // from.
  std::string id;
  std::string name, folder;  // no folder: the model was not written, and fileBytes says what it would take
  std::string from;          // the model folder that it was made of; empty: not known
  std::string criterion;     // with refinements behind it: "wanda+refit"
  std::string recovery;      // methods, with commas between them; empty: none
  nlohmann::json plan = {};  // sparsity by group, as a recipe has it; null: not known
  double sparsity = 0;       // zeros among the prunable weights
  int64_t fileBytes = 0, denseBytes = 0;  // of the weights as they lie in the files, and unpacked
  std::optional<double> seconds = {};     // how long it took to make
  // Of the evaluation: pairs that count as right, of how many, of which data.
  std::string data = {};
  std::optional<int64_t> right = {};
  int64_t total = 0;
  std::vector<bool> answers = {};  // right or wrong, of each pair in order; empty: not known
  std::optional<Measurement> measured = {};
  std::string notes = {};
  std::vector<std::string> tags = {};
  nlohmann::json unknown = nlohmann::json::object();  // keys of newer programs, kept

  std::optional<double> accuracy() const;
  bool isWritten() const { return !folder.empty(); }
};
nlohmann::json toJson(const Run& run);
// Throws Error (Format) that begins with `where` and says what is missing or wrong.
Run runFromJson(const nlohmann::json& json, const std::string& where);

// "espalier/runs", version 1. Keys that are not known survive a rewrite.
struct RunsTable {
  std::vector<Run> runs;
  nlohmann::json unknown = nlohmann::json::object();

  // In place of the run of the same id, whose notes and tags stay where the new one has none; behind all
  // others where there is none.
  void put(Run run);
  // Those of another table; of a run that both have, what is there stays. How many were taken.
  int64_t take(const RunsTable& other);
  void remove(const std::string& id);
};
// Throws Error that names the file and the entry. An absent file is an empty table.
RunsTable readRuns(const std::filesystem::path& file);
void writeRuns(const std::filesystem::path& file, const RunsTable& table);
// Reads, changes and writes the table as one step, so that what two processes add at once is all there. Waits
// for another process; throws Error that names it if it takes longer than half a minute.
RunsTable changeRuns(const std::filesystem::path& file, const std::function<void(RunsTable&)>& change);

// The run of a model folder that Espalier wrote, by its espalier-recipe.json. Throws Error where it has none.
Run runOfFolder(const std::filesystem::path& folder);
// Adds what an evaluation's file says of it. Throws Error (InvalidInput) where that is of another model.
void addEvaluation(Run& run, const std::filesystem::path& evaluation);
// Adds what a measurement's file says of it. Throws Error (InvalidInput) where that is of another model.
void addMeasurement(Run& run, const std::filesystem::path& measurement);
void addEvaluation(Run& run, const Evaluation& evaluation, const std::filesystem::path& data);

// Of two runs that were asked the same pairs and kept the answers: how often chance alone parts them as far
// (chanceOfDifference()). Nothing where these are not known.
struct RunDifference {
  int64_t onlyFirst = 0, onlySecond = 0;  // pairs that one alone has right
  double chance = 1;
};
std::optional<RunDifference> differenceOf(const Run& first, const Run& second);
// The run of the table that a run was made of; nothing where it holds none.
std::optional<size_t> parentOf(const RunsTable& table, size_t run);

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
