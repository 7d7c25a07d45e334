#include "core/session/evaluation_file.h"

#include "core/base/file.h"

namespace espalier {

nlohmann::json toJson(const Evaluation& e, const Dataset& dataset) {
  nlohmann::json j;
  j["data"] = dataset.path.string();
  j["seconds"] = e.seconds;
  j["task"] = e.task;
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
  for (const auto& p : e.pairs)
    pairs.push_back({{"sample", p.sample},
                     {"answer", p.answer},
                     {"right", p.right},
                     {"loss", p.loss},
                     {"score", p.score}});
  return j;
}

void writeEvaluation(const std::filesystem::path& file, const Evaluation& e, const Dataset& dataset) {
  writeEspalierJson(file, "evaluation", toJson(e, dataset));
}

Evaluation readEvaluation(const std::filesystem::path& file) {
  const auto j = readEspalierJson(file, "evaluation");
  Evaluation e;
  try {
    e.seconds = j.at("seconds").get<double>();
    e.task = j.value("task", std::string());
    e.metrics = j.value("metrics", std::map<std::string, double>());
    for (const auto& p : j.at("pairs"))
      e.pairs.push_back({p.at("sample").get<int64_t>(), p.at("answer").get<std::string>(),
                         p.at("right").get<bool>(), p.at("loss").get<double>(),
                         p.value("score", p.at("right").get<bool>() ? 1.0 : 0.0)});
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Format, file.string() + " is no complete evaluation.");
  }
  return e;
}

}  // namespace espalier
