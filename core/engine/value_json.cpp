#include "core/engine/value_json.h"

#include <array>

#include "core/base/json_numbers.h"
#include "core/data/data_options.h"

namespace espalier {

namespace {

constexpr std::array kComponents{
    Component::Vision,      Component::Bridge,      Component::Projector,       Component::Text,
    Component::TextEncoder, Component::TextDecoder, Component::LanguageEncoder, Component::LanguageDecoder,
    Component::Language};
constexpr std::array kKinds{DataKind::Pairs,   DataKind::Questions, DataKind::Captions,
                            DataKind::Classes, DataKind::Pictures,  DataKind::Text};

// The value of a list that has this name.
template <typename Values>
auto valueNamed(const Values& values, const std::string& name) {
  for (const auto value : values)
    if (nameOf(value) == name) return value;
  throw Error(ErrorKind::Format, "\"" + name + "\" is the name of nothing that this version knows.");
}

std::string textOf(const nlohmann::json& j, const char* key) {
  return j.value(key, std::string());
}

nlohmann::json toJson(const DataColumns& c) {
  return {{"picture", c.picture}, {"question", c.question}, {"text", c.text}};
}

DataColumns columnsFrom(const nlohmann::json& j) {
  return {textOf(j, "picture"), textOf(j, "question"), textOf(j, "text")};
}

}  // namespace

nlohmann::json toJson(const ModelInfo& info) {
  nlohmann::json blocks = nlohmann::json::array();
  for (const auto& b : info.blocks) {
    nlohmann::json matrices = nlohmann::json::array();
    for (const auto& m : b.matrices) {
      matrices.push_back({{"name", m.name}, {"rows", m.rows}, {"columns", m.columns}});
      if (m.routed) matrices.back()["routed"] = true;
    }
    blocks.push_back({{"name", b.name},
                      {"component", nameOf(b.component)},
                      {"prunedByDefault", b.prunedByDefault},
                      {"matrices", matrices}});
  }
  return {{"folder", info.folder.string()}, {"name", info.name},
          {"family", info.family},          {"blocks", blocks},
          {"parameters", info.parameters},  {"prunableParameters", info.prunableParameters},
          {"bytes", info.fileBytes},        {"denseBytes", info.denseBytes},
          {"sparsity", info.sparsity},      {"unusedTensors", info.unusedTensors},
          {"warnings", info.warnings}};
}

ModelInfo modelInfoFrom(const nlohmann::json& j) {
  ModelInfo info;
  info.folder = j.at("folder").get<std::string>();
  info.name = j.at("name").get<std::string>();
  info.family = j.at("family").get<std::string>();
  for (const auto& b : j.at("blocks")) {
    BlockDescription block;
    block.name = b.at("name").get<std::string>();
    block.component = valueNamed(kComponents, b.at("component").get<std::string>());
    block.prunedByDefault = b.at("prunedByDefault").get<bool>();
    for (const auto& m : b.at("matrices"))
      block.matrices.push_back({m.at("name").get<std::string>(), wholeOf<int64_t>(m.at("rows")),
                                wholeOf<int64_t>(m.at("columns")), m.value("routed", false)});
    info.blocks.push_back(std::move(block));
  }
  info.parameters = wholeOf<int64_t>(j.at("parameters"));
  info.prunableParameters = wholeOf<int64_t>(j.at("prunableParameters"));
  info.fileBytes = wholeOf<int64_t>(j.at("bytes"));
  info.denseBytes = wholeOf<int64_t>(j.at("denseBytes"));
  info.sparsity = j.at("sparsity").get<double>();
  info.unusedTensors = j.at("unusedTensors").get<std::vector<std::string>>();
  info.warnings = j.at("warnings").get<std::vector<std::string>>();
  return info;
}

nlohmann::json toJson(const std::vector<Dataset::Problem>& problems) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& p : problems) list.push_back({{"place", p.place}, {"what", p.what}});
  return list;
}

std::vector<Dataset::Problem> problemsFrom(const nlohmann::json& j) {
  std::vector<Dataset::Problem> problems;
  for (const auto& p : j)
    problems.push_back({p.at("place").get<std::string>(), p.at("what").get<std::string>()});
  return problems;
}

nlohmann::json toJson(const DataChoices& c) {
  return {{"formats", c.formats}, {"format", c.format},       {"splits", c.splits}, {"split", c.split},
          {"columns", c.columns}, {"taken", toJson(c.taken)}, {"unread", c.unread}};
}

DataChoices dataChoicesFrom(const nlohmann::json& j) {
  DataChoices c;
  c.formats = j.value("formats", std::vector<std::string>());
  c.format = textOf(j, "format");
  c.splits = j.value("splits", std::vector<std::string>());
  c.split = textOf(j, "split");
  c.columns = j.value("columns", std::vector<std::string>());
  if (j.contains("taken")) c.taken = columnsFrom(j["taken"]);
  c.unread = textOf(j, "unread");
  return c;
}

nlohmann::json describe(const Dataset& data) {
  return {
      {"path", data.path.string()},    {"count", data.samples.size()},    {"problems", toJson(data.problems)},
      {"kind", nameOf(data.kind)},     {"format", data.format},           {"classes", data.classNames},
      {"notes", data.notes},           {"options", toJson(data.options)}, {"choices", toJson(data.choices)},
      {"pictures", pictureCount(data)}};
}

Dataset datasetFrom(const nlohmann::json& j) {
  Dataset data;
  data.path = j.at("path").get<std::string>();
  data.problems = problemsFrom(j.at("problems"));
  data.kind = valueNamed(kKinds, j.at("kind").get<std::string>());
  data.format = j.at("format").get<std::string>();
  data.classNames = j.at("classes").get<std::vector<std::string>>();
  data.notes = j.at("notes").get<std::vector<std::string>>();
  data.options = dataOptionsFromJson(j.at("options"));
  data.choices = dataChoicesFrom(j.at("choices"));
  return data;
}

nlohmann::json toJson(const Sample& s) {
  nlohmann::json j{
      {"image", s.image.string()}, {"question", s.question}, {"answer", s.answer}, {"kind", s.kind}};
  if (!s.answers.empty()) j["answers"] = s.answers;
  if (s.classIndex >= 0) j["class"] = s.classIndex, j["classes"] = s.classCount;
  return j;
}

Sample sampleFrom(const nlohmann::json& j) {
  Sample s;
  s.image = j.at("image").get<std::string>();
  s.question = j.at("question").get<std::string>();
  s.answer = j.at("answer").get<std::string>();
  s.kind = j.at("kind").get<std::string>();
  s.answers = j.value("answers", std::vector<std::string>());
  s.classIndex = wholeOr(j, "class", int64_t(-1));
  s.classCount = wholeOr(j, "classes", int64_t(0));
  return s;
}

nlohmann::json referenceTo(const Dataset& data) {
  if (data.path.empty()) return nullptr;
  return {{"path", data.path.string()}, {"options", toJson(data.options)}, {"count", data.samples.size()}};
}

nlohmann::json describe(const PruneResult& r) {
  nlohmann::json matrices = nlohmann::json::array();
  for (const auto& m : r.matrices) {
    matrices.push_back({{"matrix", m.matrix}, {"asked", m.asked}, {"achieved", m.achieved}});
    if (!m.note.empty()) matrices.back()["note"] = m.note;
    if (m.damping != 0) matrices.back()["damping"] = m.damping;
  }
  return {{"matrices", matrices},
          {"sparsity", r.sparsity},
          {"seconds", r.seconds},
          {"problems", toJson(r.problems)}};
}

PruneResult pruneResultFrom(const nlohmann::json& j) {
  PruneResult r;
  for (const auto& m : j.at("matrices"))
    r.matrices.push_back({m.at("matrix").get<std::string>(), m.at("asked").get<double>(),
                          m.at("achieved").get<double>(), textOf(m, "note"), m.value("damping", 0.0)});
  r.sparsity = j.at("sparsity").get<double>();
  r.seconds = j.at("seconds").get<double>();
  r.problems = problemsFrom(j.at("problems"));
  return r;
}

nlohmann::json toJson(const AnswerOptions& o) {
  return {{"beams", o.beams},
          {"lengthPenalty", o.lengthPenalty},
          {"earlyStopping", o.earlyStopping},
          {"task", o.task},
          {"prompt", o.prompt},
          {"templates", o.templates}};
}

AnswerOptions answerOptionsFrom(const nlohmann::json& j) {
  AnswerOptions o;
  o.beams = wholeOr(j, "beams", o.beams);
  o.lengthPenalty = j.value("lengthPenalty", o.lengthPenalty);
  o.earlyStopping = j.value("earlyStopping", o.earlyStopping);
  o.task = j.value("task", o.task);
  o.prompt = j.value("prompt", o.prompt);
  o.templates = j.value("templates", o.templates);
  return o;
}

nlohmann::json toJson(const std::vector<MatrixScore>& matrices) {
  Scores scores;
  scores.matrices = matrices;
  return toJson(scores).at("matrices");
}

std::vector<MatrixScore> matrixScoresFrom(const nlohmann::json& j) {
  auto whole = toJson(Scores());
  whole["matrices"] = j;
  return scoresFromJson(std::move(whole), "what was scored so far").matrices;
}

}  // namespace espalier
