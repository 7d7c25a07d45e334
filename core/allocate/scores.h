#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace espalier {

// What a scoring method found for one prunable matrix.
struct MatrixScore {
  std::string matrix;      // the name it has in the checkpoint
  std::string block;       // the block it belongs to
  std::string component;   // the component the block belongs to
  int64_t parameters = 0;  // 1 or more
  double score = 0;        // finite, 0 or more; its unit is the method's
  // Of the score; 0 where the method is exact, NaN where it is unknown: one batch and one draw have no
  // scatter.
  double standardError = 0;
  nlohmann::json extra = nlohmann::json::object();  // keys of the file that this program does not know
  // What allocators share by that do not go by the score, by Allocator::key; finite. Empty: not gathered.
  std::map<std::string, double> statistics = {};
};

// A file of scores: one number for each prunable matrix, in model order, and what made them.
struct Scores {
  std::string method;  // "zeroth-order", "exact-gradient", ...
  std::string model;   // which model and which data, as the person named them
  std::string data;
  int64_t samples = 0;  // how many calibration samples were used, in batches of batchSize
  int64_t batchSize = 0;
  int64_t draws = 0;  // noise draws per batch; 0 where the method draws none
  double eps = 0;     // step of the perturbation; 0 where there is none
  uint64_t seed = 0;
  std::vector<MatrixScore> matrices;
  nlohmann::json extra = nlohmann::json::object();
};

// Refuses, naming the matrix, what no plan can be made from: a score that is negative or not finite, a matrix
// without a name, a block or weights, a matrix named twice. Throws Error (InvalidInput).
void checkScores(const Scores& scores);

// "espalier/scores", version 1. Keys that are not known survive a rewrite, those inside a matrix's entry too.
// Errors name the file and the entry: Io, Format (another kind, a newer version, a key that is missing or of
// the wrong type) and those of checkScores.
Scores readScores(const std::filesystem::path& path);
// The same inside another file; `where` stands for it in messages.
Scores scoresFromJson(nlohmann::json json, const std::string& where);
nlohmann::json toJson(const Scores& scores);
void writeScores(const std::filesystem::path& path, const Scores& scores);

}  // namespace espalier
