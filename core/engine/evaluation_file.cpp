#include "core/engine/evaluation_file.h"

#include "core/base/file.h"
#include "core/base/json_numbers.h"
#include "core/base/json_text.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/fingerprint.h"
#include "core/engine/open_model.h"

namespace espalier {

nlohmann::json toJson(const PairResult& p) {
  nlohmann::json j{
      {"sample", p.sample}, {"answer", p.answer}, {"right", p.right}, {"loss", p.loss}, {"score", p.score}};
  if (p.pictureRank > 0) j["pictureRank"] = p.pictureRank, j["textRank"] = p.textRank;
  if (!p.expected.empty()) j["expected"] = p.expected;
  for (const auto& c : p.candidates) j["candidates"].push_back({c.sample, c.similarity, c.own});
  for (const auto& t : p.tokens) j["tokens"].push_back({t.text, t.loss});
  if (!p.prompt.empty()) j["prompt"] = p.prompt;
  return j;
}

PairResult pairResultFrom(const nlohmann::json& j) {
  PairResult p;
  p.sample = wholeOf<int64_t>(j.at("sample"));
  p.answer = j.at("answer").get<std::string>();
  p.right = j.at("right").get<bool>();
  p.loss = numberOrUnknown(j.at("loss"));
  p.score = j.contains("score") ? numberOrUnknown(j["score"]) : p.right ? 1.0 : 0.0;
  p.pictureRank = wholeOr(j, "pictureRank", int64_t(0));
  p.textRank = wholeOr(j, "textRank", int64_t(0));
  p.expected = j.value("expected", std::string());
  for (const auto& c : j.value("candidates", nlohmann::json::array()))
    p.candidates.push_back({wholeOf<int64_t>(c.at(0)), numberOrUnknown(c.at(1)), c.at(2).get<bool>()});
  for (const auto& t : j.value("tokens", nlohmann::json::array()))
    p.tokens.push_back({t.at(0).get<std::string>(), numberOrUnknown(t.at(1))});
  p.prompt = j.value("prompt", std::string());
  return p;
}

void addMeasured(const Evaluation& e, nlohmann::json& j) {
  j["counted"] = e.counted();
  if (e.asked > 0) j["asked"] = e.asked;
  for (const auto& p : e.problems) j["problems"].push_back({{"place", p.place}, {"what", p.what}});
}

void takeMeasured(const nlohmann::json& j, Evaluation& e) {
  Evaluation agreement;
  agreement.onlyAgreement = true;
  e.onlyAgreement = j.value("counted", std::string()) == agreement.counted();
  e.asked = wholeOr(j, "asked", int64_t(0));
  for (const auto& p : j.value("problems", nlohmann::json::array()))
    e.problems.push_back({p.at("place").get<std::string>(), p.at("what").get<std::string>()});
}

nlohmann::json toJson(const Evaluation& e, const Dataset& dataset) {
  nlohmann::json j;
  j["data"] = dataset.path.string();
  j["seconds"] = e.seconds;
  j["task"] = e.task;
  addMeasured(e, j);
  const auto tally = [](const Evaluation::Tally& t) {
    const auto interval = wilsonInterval(t.right, t.total);
    return nlohmann::json{
        {"kind", t.kind},      {"right", t.right},      {"total", t.total}, {"accuracy", t.accuracy()},
        {"low", interval.low}, {"high", interval.high}, {"loss", t.loss}};
  };
  j["overall"] = tally(e.overall());
  if (!e.metrics.empty()) j["metrics"] = e.metrics;
  j["kinds"] = nlohmann::json::array();
  for (const auto& t : e.byKind(dataset)) j["kinds"].push_back(tally(t));
  auto& pairs = j["pairs"] = nlohmann::json::array();
  for (const auto& p : e.pairs) pairs.push_back(toJson(p));
  return j;
}

EvaluationSource sourceOf(const OpenModel& model) {
  if (modelElsewhere(model)) return {};
  return {jsonPath(std::filesystem::absolute(model.checkpoint->folder()).lexically_normal()),
          contentNameOf(*model.checkpoint),
          {}};
}

void writeEvaluation(const std::filesystem::path& file, const Evaluation& e, const Dataset& dataset,
                     const EvaluationSource& source) {
  auto j = toJson(e, dataset);
  if (!source.model.empty()) j["model"] = source.model, j["modelId"] = source.modelId;
  j["pairsId"] = contentNameOf(dataset);
  writeEspalierJson(file, "evaluation", std::move(j));
}

EvaluationSource readEvaluationSource(const std::filesystem::path& file) {
  const auto j = readEspalierJson(file, "evaluation");
  const auto textAt = [&](const char* key) {
    const auto it = j.find(key);
    return it != j.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  return {textAt("model"), textAt("modelId"), textAt("pairsId")};
}

Evaluation evaluationFromJson(const nlohmann::json& j) {
  Evaluation e;
  e.seconds = j.at("seconds").get<double>();
  e.task = j.value("task", std::string());
  if (j.contains("metrics")) e.metrics = numbersByName(j["metrics"]);
  takeMeasured(j, e);
  for (const auto& p : j.at("pairs")) e.pairs.push_back(pairResultFrom(p));
  return e;
}

Evaluation readEvaluation(const std::filesystem::path& file) {
  const auto j = readEspalierJson(file, "evaluation");
  try {
    return evaluationFromJson(j);
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Format, file.string() + " is no complete evaluation.");
  }
}

}  // namespace espalier
