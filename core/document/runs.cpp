#include "core/document/runs.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <thread>

#include "core/allocate/json_fields.h"
#include "core/base/file.h"
#include "core/base/fixed_text.h"
#include "core/base/model_folder.h"
#include "core/base/owner.h"
#include "core/engine/evaluation_file.h"
#include "core/engine/fingerprint.h"
#include "core/evaluate/chance.h"
#include "core/evaluate/paired_difference.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "espalier-recipe.json";

std::vector<std::string> stringsIn(const nlohmann::json::array_t& list, const std::string& where) {
  std::vector<std::string> out;
  for (const auto& entry : list) {
    if (!entry.is_string())
      throw Error(ErrorKind::Format,
                  where + " has a tag that is no text: " + jsonText(entry).substr(0, 40) + ".");
    out.push_back(entry.get<std::string>());
  }
  return out;
}

// "1" for each pair that is right, "0" for each other one.
std::vector<bool> answersIn(const std::string& text, const Run& run, const std::string& where) {
  if (text.empty()) return {};
  std::vector<bool> out;
  for (const char c : text) {
    if (c != '0' && c != '1')
      throw Error(ErrorKind::Format, where + " has \"answers\" with \"" + std::string(1, c) +
                                         "\" among them; 0 or 1 for each pair was expected.");
    out.push_back(c == '1');
  }
  const auto right = std::count(out.begin(), out.end(), true);
  if (int64_t(out.size()) != run.total || !run.right || right != *run.right)
    throw Error(ErrorKind::Format, where + " has \"answers\" to " + std::to_string(out.size()) + " pairs, " +
                                       std::to_string(right) +
                                       " of them right, which is not what \"right\" and \"total\" say.");
  return out;
}

// A field of a CSV line.
std::string csvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string csvNumber(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string csvNumber(const std::optional<double>& value) {
  return value ? csvNumber(*value) : std::string();
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : between) + part;
  return out;
}

}  // namespace

Run runFromJson(const nlohmann::json& json, const std::string& where) {
  JsonFields fields(json, where);
  Run run;
  run.id = fields.take<std::string>("id");
  run.name = fields.take<std::string>("name", "");
  run.folder = fields.take<std::string>("folder", "");
  run.from = fields.take<std::string>("from", "");
  run.criterion = fields.take<std::string>("criterion", "");
  run.recovery = fields.take<std::string>("recovery", "");
  if (json.contains("plan")) run.plan = fields.take<nlohmann::json::object_t>("plan");
  run.sparsity = fields.take<double>("sparsity");
  run.fileBytes = fields.take<int64_t>("fileBytes");
  run.denseBytes = fields.take<int64_t>("denseBytes");
  if (json.contains("seconds")) run.seconds = fields.take<double>("seconds");
  run.data = fields.take<std::string>("data", "");
  run.total = fields.take<int64_t>("total", 0);
  if (json.contains("right")) run.right = fields.take<int64_t>("right");
  if (run.right && (*run.right < 0 || *run.right > run.total))
    throw Error(ErrorKind::Format, where + " has " + std::to_string(*run.right) + " right of " +
                                       std::to_string(run.total) + " pairs.");
  run.answers = answersIn(fields.take<std::string>("answers", ""), run, where);
  if (json.contains("measured"))
    run.measured = measurementFromJson(fields.take<nlohmann::json::object_t>("measured"), where);
  run.notes = fields.take<std::string>("notes", "");
  run.tags = stringsIn(fields.take<nlohmann::json::array_t>("tags", {}), where);
  run.unknown = fields.rest();
  return run;
}

nlohmann::json toJson(const Run& run) {
  auto out = run.unknown;
  out.update({{"id", run.id},
              {"name", run.name},
              {"folder", run.folder},
              {"criterion", run.criterion},
              {"recovery", run.recovery},
              {"sparsity", run.sparsity},
              {"fileBytes", run.fileBytes},
              {"denseBytes", run.denseBytes},
              {"notes", run.notes},
              {"tags", run.tags}});
  if (!run.plan.is_null()) out["plan"] = run.plan;
  if (run.seconds) out["seconds"] = *run.seconds;
  if (run.right) out["data"] = run.data, out["right"] = *run.right, out["total"] = run.total;
  if (!run.from.empty()) out["from"] = run.from;
  if (!run.answers.empty()) {
    std::string answers;
    for (const bool right : run.answers) answers += right ? '1' : '0';
    out["answers"] = answers;
  }
  if (run.measured) out["measured"] = toJson(*run.measured);
  return out;
}

std::optional<double> Run::accuracy() const {
  if (!right || total == 0) return {};
  return double(*right) / double(total);
}

void RunsTable::put(Run run) {
  const auto at = std::find_if(runs.begin(), runs.end(), [&](const Run& r) { return r.id == run.id; });
  if (at == runs.end()) {
    runs.push_back(std::move(run));
    return;
  }
  if (run.notes.empty()) run.notes = at->notes;
  if (run.tags.empty()) run.tags = at->tags;
  if (run.name.empty()) run.name = at->name;
  if (!run.seconds) run.seconds = at->seconds;
  if (!run.right)
    run.data = at->data, run.right = at->right, run.total = at->total, run.answers = at->answers;
  if (run.from.empty()) run.from = at->from;
  if (!run.measured) run.measured = at->measured;
  run.unknown = at->unknown;
  *at = std::move(run);
}

int64_t RunsTable::take(const RunsTable& other) {
  int64_t taken = 0;
  for (const auto& run : other.runs) {
    if (std::any_of(runs.begin(), runs.end(), [&](const Run& r) { return r.id == run.id; })) continue;
    runs.push_back(run);
    ++taken;
  }
  return taken;
}

void RunsTable::remove(const std::string& id) {
  std::erase_if(runs, [&](const Run& r) { return r.id == id; });
}

RunsTable readRuns(const fs::path& file) {
  RunsTable table;
  std::error_code ec;
  if (!fs::exists(file, ec)) return table;
  JsonFields fields(readEspalierJson(file, "runs"), file.string());
  fields.take<std::string>("format", "");
  fields.take<int64_t>("version", 1);
  const auto list = fields.take<nlohmann::json::array_t>("runs");
  for (size_t i = 0; i < list.size(); ++i)
    table.runs.push_back(runFromJson(list[i], "run " + std::to_string(i + 1) + " of " + file.string()));
  table.unknown = fields.rest();
  return table;
}

void writeRuns(const fs::path& file, const RunsTable& table) {
  auto json = table.unknown;
  json["runs"] = nlohmann::json::array();
  for (const auto& run : table.runs) json["runs"].push_back(toJson(run));
  writeEspalierJson(file, "runs", std::move(json));
}

RunsTable changeRuns(const fs::path& file, const std::function<void(RunsTable&)>& change) {
  constexpr auto kPause = std::chrono::milliseconds(20);
  std::optional<PlaceLock> lock;
  for (auto left = std::chrono::milliseconds(30'000); !lock; left -= kPause) {
    try {
      lock.emplace(file);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::InvalidInput || left <= kPause) throw;
      std::this_thread::sleep_for(kPause);
    }
  }
  auto table = readRuns(file);
  change(table);
  writeRuns(file, table);
  return table;
}

Run runOfFolder(const fs::path& named) {
  const auto folder = modelFolderAt(named);
  std::error_code ec;
  if (!fs::exists(folder / kRecipe, ec))
    throw Error(ErrorKind::InvalidInput, named.string() + " holds no " + kRecipe +
                                             "; a model that Espalier pruned and wrote was expected.");
  const auto recipe = readJsonFile(folder / kRecipe);
  const auto checkpoint = Checkpoint::open(folder);
  Run run;
  run.id = shortNameOf(fingerprintOf(*checkpoint));
  run.folder = fs::absolute(named).lexically_normal().string();
  run.name = fs::absolute(named).lexically_normal().filename().string();
  if (run.name.empty()) run.name = fs::absolute(named).lexically_normal().parent_path().filename().string();
  run.fileBytes = checkpoint->storedBytes();
  run.denseBytes = checkpoint->totalBytes();
  try {
    run.sparsity = recipe.at("sparsity");
    if (const auto from = recipe.find("model"); from != recipe.end() && from->is_string())
      run.from = from->get<std::string>();
    const auto prune = recipe.value("prune", nlohmann::json::object());
    run.criterion = prune.value("criterion", "");
    if (const auto refinement = prune.value("refinement", std::string()); !refinement.empty())
      run.criterion += "+" + refinement;
    run.recovery = recipe.value("recover", nlohmann::json::object()).value("methods", "");
    if (recipe.contains("plan")) run.plan = recipe.at("plan");
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::Format,
                (folder / kRecipe).string() + " is no recipe of a pruned model: " + e.what() + ".");
  }
  return run;
}

void addEvaluation(Run& run, const Evaluation& evaluation, const fs::path& data) {
  const auto overall = evaluation.overall();
  run.data = data.string();
  run.right = overall.right;
  run.total = overall.total;
  run.answers = verdictsOf(evaluation).right;
  // Pairs that count neither as right nor as wrong are no answers.
  if (int64_t(run.answers.size()) != run.total) run.answers.clear();
}

void addEvaluation(Run& run, const fs::path& file) {
  JsonFields fields(readEspalierJson(file, "evaluation"), file.string());
  const auto source = readEvaluationSource(file);
  if (!source.modelId.empty() && !run.folder.empty() &&
      source.modelId != contentNameOf(*Checkpoint::open(modelFolderAt(run.folder))))
    throw Error(ErrorKind::InvalidInput, file.string() + " is an evaluation of " + source.model +
                                             ", not of " + run.folder +
                                             " as it is now; one of that model was expected.");
  addEvaluation(run, readEvaluation(file), fields.take<std::string>("data", ""));
}

void addMeasurement(Run& run, const fs::path& file) {
  constexpr double kRounding = 1e-6;
  const auto measured = measurementFromJson(readJsonFile(file), file.string());
  if (measured.fileBytes != run.fileBytes ||
      (measured.sparsity >= 0 && std::abs(measured.sparsity - run.sparsity) > kRounding))
    throw Error(ErrorKind::InvalidInput, file.string() + " is a measurement of " + measured.model + " with " +
                                             std::to_string(measured.fileBytes) +
                                             " bytes and a sparsity of " + fixedText(measured.sparsity, 4) +
                                             "; " + run.folder + " has " + std::to_string(run.fileBytes) +
                                             " and " + fixedText(run.sparsity, 4) +
                                             ", so that it is of another model.");
  run.measured = measured;
}

std::optional<RunDifference> differenceOf(const Run& first, const Run& second) {
  if (first.data != second.data || first.answers.empty() || first.answers.size() != second.answers.size())
    return {};
  RunDifference out;
  for (size_t i = 0; i < first.answers.size(); ++i) {
    out.onlyFirst += first.answers[i] && !second.answers[i];
    out.onlySecond += second.answers[i] && !first.answers[i];
  }
  out.chance = chanceOfDifference(out.onlyFirst, out.onlySecond);
  return out;
}

std::optional<size_t> parentOf(const RunsTable& table, size_t run) {
  const auto& from = table.runs[run].from;
  if (from.empty()) return {};
  const auto placeOf = [](const std::string& folder) {
    auto path = fs::path(folder).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
  };
  for (size_t i = 0; i < table.runs.size(); ++i)
    if (i != run && table.runs[i].isWritten() && placeOf(table.runs[i].folder) == placeOf(from)) return i;
  return {};
}

std::optional<double> costOf(const Run& run, RunCost cost) {
  switch (cost) {
    case RunCost::Bytes:
      return double(run.fileBytes);
    case RunCost::KeptWeights:
      return 1 - run.sparsity;
    case RunCost::SecondsForEach:
      if (run.measured && run.measured->perSecond.median > 0) return 1 / run.measured->perSecond.median;
      return {};
  }
  return {};
}

std::vector<size_t> paretoFront(const RunsTable& table, RunCost cost) {
  const auto& runs = table.runs;
  const auto isKnown = [&](const Run& r) { return r.accuracy() && costOf(r, cost); };
  std::vector<size_t> front;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!isKnown(runs[i])) continue;
    const double accuracy = *runs[i].accuracy(), price = *costOf(runs[i], cost);
    const bool isBeaten = std::any_of(runs.begin(), runs.end(), [&](const Run& r) {
      if (!isKnown(r) || r.data != runs[i].data) return false;
      const double otherAccuracy = *r.accuracy(), otherPrice = *costOf(r, cost);
      return otherAccuracy >= accuracy && otherPrice <= price &&
             (otherAccuracy > accuracy || otherPrice < price);
    });
    if (!isBeaten) front.push_back(i);
  }
  std::stable_sort(front.begin(), front.end(),
                   [&](size_t a, size_t b) { return *costOf(runs[a], cost) > *costOf(runs[b], cost); });
  return front;
}

std::string toCsv(const RunsTable& table) {
  std::string out =
      "id,name,criterion,recovery,sparsity,right,total,accuracy,low,high,data,fileBytes,denseBytes,peakBytes,"
      "perSecond,unit,seconds,tags,notes\r\n";
  for (const auto& r : table.runs) {
    std::vector<std::string> fields{r.id, csvField(r.name), csvField(r.criterion), csvField(r.recovery),
                                    csvNumber(r.sparsity)};
    if (r.right) {
      const auto interval = wilsonInterval(*r.right, r.total);
      for (const auto& f : {std::to_string(*r.right), std::to_string(r.total), csvNumber(r.accuracy()),
                            csvNumber(interval.low), csvNumber(interval.high), csvField(r.data)})
        fields.push_back(f);
    } else {
      fields.resize(fields.size() + 6);
    }
    fields.push_back(std::to_string(r.fileBytes));
    fields.push_back(std::to_string(r.denseBytes));
    if (r.measured) {
      fields.push_back(std::to_string(r.measured->peakBytes));
      fields.push_back(csvNumber(r.measured->perSecond.median));
      fields.push_back(r.measured->unit);
    } else {
      fields.resize(fields.size() + 3);
    }
    fields.push_back(csvNumber(r.seconds));
    fields.push_back(csvField(joined(r.tags, " ")));
    fields.push_back(csvField(r.notes));
    out += fields[0];
    for (size_t i = 1; i < fields.size(); ++i) out += "," + fields[i];
    out += "\r\n";
  }
  return out;
}

}  // namespace espalier
