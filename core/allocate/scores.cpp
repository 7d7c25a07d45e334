#include "core/allocate/scores.h"

#include <cmath>
#include <unordered_set>

#include "core/allocate/json_fields.h"
#include "core/base/file.h"

namespace espalier {

using nlohmann::json;

void checkScores(const Scores& scores) {
  const auto refuse = [](const std::string& sentence) { throw Error(ErrorKind::InvalidInput, sentence); };
  std::unordered_set<std::string> seen;
  int64_t all = 0;  // weights
  for (const auto& m : scores.matrices) {
    if (m.matrix.empty())
      refuse("A matrix without a name has a score; every score needs the name of its matrix.");
    if (m.block.empty())
      refuse("The score of " + m.matrix + " does not say which block the matrix belongs to.");
    if (m.parameters < 1) refuse("The score of " + m.matrix + " says that the matrix has no weights.");
    if (m.parameters > kMostWeights - all)
      refuse("The scores are of more than " + std::to_string(kMostWeights) + " weights, with those of " +
             m.matrix + ".");
    all += m.parameters;
    if (!std::isfinite(m.score)) refuse("The score of " + m.matrix + " is not a finite number.");
    if (m.score < 0) refuse("The score of " + m.matrix + " is negative; scores of 0 and more were expected.");
    if (m.standardError < 0 || std::isinf(m.standardError))
      refuse("The standard error of " + m.matrix + " is not a finite number from 0, nor unknown.");
    for (const auto& [name, value] : m.statistics)
      if (!std::isfinite(value))
        refuse("The statistic \"" + name + "\" of " + m.matrix + " is not a finite number.");
    if (!seen.insert(m.matrix).second)
      refuse("The matrix " + m.matrix + " has two scores; one was expected.");
  }
}

Scores readScores(const std::filesystem::path& path) {
  auto json = readEspalierJson(path, "scores");
  json.erase("format");
  json.erase("version");
  return scoresFromJson(std::move(json), path.string());
}

Scores scoresFromJson(nlohmann::json content, const std::string& where) {
  JsonFields file(std::move(content), where);
  Scores scores;
  scores.method = file.take<std::string>("method");
  scores.model = file.take<std::string>("model", {});
  scores.data = file.take<std::string>("data", {});
  scores.samples = file.take<int64_t>("samples", 0);
  scores.batchSize = file.take<int64_t>("batch_size", 0);
  scores.draws = file.take<int64_t>("draws", 0);
  scores.eps = file.take<double>("eps", 0);
  scores.seed = file.take<uint64_t>("seed", 0);
  size_t index = 0;
  for (auto& entry : file.take<json::array_t>("matrices")) {
    JsonFields fields(std::move(entry), where + ", matrix " + std::to_string(index++));
    MatrixScore m;
    m.matrix = fields.take<std::string>("matrix");
    m.block = fields.take<std::string>("block");
    m.component = fields.take<std::string>("component");
    m.parameters = fields.take<int64_t>("parameters");
    m.score = fields.take<double>("score");
    m.standardError = fields.takeOrUnknown("standard_error", 0);
    m.statistics = takeNumbers(fields, "statistics", m.matrix);
    m.extra = fields.rest();
    scores.matrices.push_back(std::move(m));
  }
  scores.extra = file.rest();
  try {
    checkScores(scores);
  } catch (const Error& e) {
    throw Error(e.kind(), where + ": " + e.what());
  }
  return scores;
}

nlohmann::json toJson(const Scores& scores) {
  json out = scores.extra.is_object() ? scores.extra : json::object();
  out["method"] = scores.method;
  out["model"] = scores.model;
  out["data"] = scores.data;
  out["samples"] = scores.samples;
  out["batch_size"] = scores.batchSize;
  out["draws"] = scores.draws;
  out["eps"] = scores.eps;
  out["seed"] = scores.seed;
  json& matrices = out["matrices"] = json::array();
  for (const auto& m : scores.matrices) {
    json entry = m.extra.is_object() ? m.extra : json::object();
    entry["matrix"] = m.matrix;
    entry["block"] = m.block;
    entry["component"] = m.component;
    entry["parameters"] = m.parameters;
    entry["score"] = m.score;
    entry["standard_error"] = m.standardError;
    if (!m.statistics.empty()) entry["statistics"] = m.statistics;
    matrices.push_back(std::move(entry));
  }
  return out;
}

void writeScores(const std::filesystem::path& path, const Scores& scores) {
  checkScores(scores);
  writeEspalierJson(path, "scores", toJson(scores));
}

}  // namespace espalier
