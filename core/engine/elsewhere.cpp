#include "core/engine/elsewhere.h"

#include "core/allocate/scores.h"
#include "core/base/base64.h"
#include "core/base/json_numbers.h"
#include "core/data/data_options.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/evaluation_file.h"
#include "core/engine/value_json.h"

namespace espalier {

namespace {

constexpr int64_t kPairsAtATime = 2000;
constexpr size_t kPicturesAtATime = 32;

std::filesystem::path pathOrNone(const nlohmann::json& answer, const char* key) {
  const auto it = answer.find(key);
  if (it == answer.end() || it->is_null()) return {};
  return it->get<std::string>();
}

nlohmann::json optionsJson(const PruneOptions& options) {
  return option_fields::toJson(pruneFields(), options);
}

}  // namespace

ElsewhereModel::ElsewhereModel(ElsewherePtr engine, ModelInfo about, PromptForm form, bool takes, bool makes)
    : OpenModel{nullptr, nullptr,          Weights(std::map<std::string, at::Tensor>()),
                nullptr, std::move(about), form},
      m_engine(std::move(engine)),
      m_takesConversations(takes),
      m_makesConversations(makes) {}

ElsewhereModel::ElsewhereModel(const ElsewhereModel& dense, nlohmann::json request, std::string name,
                               double sparsity)
    : OpenModel{nullptr, nullptr,    Weights(std::map<std::string, at::Tensor>()),
                nullptr, dense.info, dense.prompt},
      m_engine(dense.m_engine),
      m_takesConversations(dense.m_takesConversations),
      m_makesConversations(dense.m_makesConversations),
      m_request(std::move(request)),
      m_name(std::move(name)),
      m_connection(dense.m_engine->connection()) {
  info.sparsity = sparsity;
}

ElsewhereModel::~ElsewhereModel() {
  if (!m_request.is_null() && m_connection == m_engine->connection())
    m_engine->tell("release", {{"pruned", m_name}});
}

nlohmann::json ElsewhereModel::reference(const JobControl& control) const {
  if (m_request.is_null()) return {{"folder", info.folder.string()}, {"prompt", nameOf(prompt)}};
  std::scoped_lock lock(m_mutex);
  if (m_connection != m_engine->connection()) {
    const auto connection = m_engine->connection();
    const auto answer = m_engine->ask("prune", m_request, control);
    m_name =
        takeAnswer(*m_engine, "prune", [&] { return answer.at("model").at("pruned").get<std::string>(); });
    m_connection = connection;
  }
  return {{"pruned", m_name}};
}

ElsewherePtr elsewhereOf(const OpenModel& model) {
  const auto* there = modelElsewhere(model);
  return there ? there->engine() : nullptr;
}

std::string notElsewhere(const std::string& what, const std::string& place) {
  return what + " is not available while the engine runs elsewhere (" + place +
         "); open the model on that machine for it.";
}

void requireHere(const OpenModel& model, const std::string& what) {
  if (const auto engine = elsewhereOf(model))
    throw Error(ErrorKind::Unsupported, notElsewhere(what, engine->place()));
}

OpenedElsewhere openElsewhere(const ElsewherePtr& engine, const std::filesystem::path& chosen,
                              PromptForm prompt, const JobControl& control) {
  const auto answer =
      engine->ask("openModel", {{"path", chosen.string()}, {"prompt", nameOf(prompt)}}, control);
  return takeAnswer(*engine, "openModel", [&] {
    OpenedElsewhere opened;
    opened.model = std::make_shared<const ElsewhereModel>(engine, modelInfoFrom(answer.at("info")), prompt,
                                                          answer.at("takesConversations").get<bool>(),
                                                          answer.at("makesConversations").get<bool>());
    opened.places = {answer.at("model").at("folder").get<std::string>(), pathOrNone(answer, "calibration"),
                     pathOrNone(answer, "pairs")};
    return opened;
  });
}

FolderListing listElsewhere(const ElsewherePtr& engine, const std::filesystem::path& folder,
                            const JobControl& control) {
  const auto answer = engine->ask("listFolder", {{"path", folder.string()}}, control);
  return takeAnswer(*engine, "listFolder", [&] {
    FolderListing listing;
    listing.folder = answer.at("path").get<std::string>();
    listing.complete = answer.at("complete").get<bool>();
    for (const auto& e : answer.at("entries"))
      listing.entries.push_back({e.at("name").get<std::string>(), e.at("kind") == "folder",
                                 wholeOr(e, "bytes", int64_t(0)), e.value("model", false),
                                 e.value("data", false)});
    return listing;
  });
}

std::vector<std::string> picturesElsewhere(const ElsewherePtr& engine, const std::vector<std::string>& paths,
                                           int64_t side, const JobControl& control) {
  std::vector<std::string> out;
  for (size_t from = 0; from < paths.size(); from += kPicturesAtATime) {
    const std::vector<std::string> some(
        paths.begin() + ptrdiff_t(from),
        paths.begin() + ptrdiff_t(std::min(paths.size(), from + kPicturesAtATime)));
    const auto answer = engine->ask("pictures", {{"paths", some}, {"side", side}}, control);
    takeAnswer(*engine, "pictures", [&] {
      for (size_t i = 0; i < some.size(); ++i) {
        const auto& jpeg = answer.at("jpegs").at(i);
        out.push_back(jpeg.is_null() ? std::string() : bytesOfBase64(jpeg.get<std::string>()).value_or(""));
      }
    });
  }
  return out;
}

Dataset openDatasetElsewhere(const ElsewhereModel& model, const std::filesystem::path& path,
                             const DataOptions& options) {
  const auto& engine = *model.engine();
  const JobControl control{.onProgress = {}, .stop = {}};
  const auto reference = model.reference(control);
  const auto answer = model.ask(
      "openData", {{"model", reference}, {"path", path.string()}, {"options", toJson(options)}}, control);
  return takeAnswer(engine, "openData", [&] {
    Dataset data = datasetFrom(answer.at("description"));
    const auto count = wholeOf<size_t>(answer.at("description").at("count"));
    while (data.samples.size() < count) {
      const auto page = model.ask("pairs",
                                  {{"model", reference},
                                   {"data", answer.at("data")},
                                   {"from", data.samples.size()},
                                   {"count", kPairsAtATime}},
                                  control);
      const size_t before = data.samples.size();
      for (const auto& pair : page.at("pairs")) data.samples.push_back(sampleFrom(pair));
      if (data.samples.size() == before) break;
    }
    return data;
  });
}

Scores scoreElsewhere(const ElsewhereModel& model, const Dataset& calibration, const ScoreOptions& options,
                      const JobControl& control, const BlockScored& onBlock, const DrawScored& onDraw) {
  const auto& engine = *model.engine();
  const auto onItem = [&](const nlohmann::json& item) {
    takeAnswer(engine, "score", [&] {
      if (item.contains("block") && onBlock) onBlock(matrixScoresFrom(item["block"]));
      if (item.contains("drawn") && onDraw) onDraw(scoresFromJson(item["drawn"], "The scores of a draw"));
    });
  };
  // Kept there, so that after a lost connection the same request goes on from the finished blocks.
  const auto answer = model.ask("score",
                                {{"model", model.reference(control)},
                                 {"calibration", referenceTo(calibration)},
                                 {"options", option_fields::toJson(scoreFields(), options)},
                                 {"target", options.stableTarget},
                                 {"keep", true}},
                                control, onItem);
  return takeAnswer(engine, "score", [&] { return scoresFromJson(answer.at("scores"), "The scores"); });
}

PruneResult pruneElsewhere(const ElsewhereModel& dense, const Plan& plan, const Dataset& calibration,
                           const PruneOptions& options, bool preview, const JobControl& control) {
  const nlohmann::json request{{"model", dense.reference(control)},
                               {"plan", toJson(plan)},
                               {"calibration", referenceTo(calibration)},
                               {"options", optionsJson(options)},
                               {"preview", preview}};
  const auto answer = dense.ask("prune", request, control);
  return takeAnswer(*dense.engine(), "prune", [&] {
    auto result = pruneResultFrom(answer);
    result.model = std::make_shared<const ElsewhereModel>(
        dense, request, answer.at("model").at("pruned").get<std::string>(), result.sparsity);
    return result;
  });
}

Evaluation evaluateElsewhere(const ElsewhereModel& model, const Dataset& dataset,
                             const AnswerOptions& answers, const AskedElsewhere& how,
                             const JobControl& control, const PairEvaluated& onPair) {
  const auto& engine = *model.engine();
  const auto onItem = [&](const nlohmann::json& item) {
    takeAnswer(engine, "evaluate", [&] {
      if (onPair) onPair(pairResultFrom(item.at("pair")));
    });
  };
  const auto answer = model.ask("evaluate",
                                {{"model", model.reference(control)},
                                 {"data", referenceTo(dataset)},
                                 {"answers", toJson(answers)},
                                 {"live", how.live},
                                 {"first", how.first}},
                                control, onItem);
  return takeAnswer(engine, "evaluate", [&] { return evaluationFromJson(answer.at("evaluation")); });
}

Plan globalPlanElsewhere(const ElsewhereModel& model, double target, const Dataset& calibration,
                         const GlobalPruneOptions& options, const JobControl& control) {
  const auto answer = model.ask("globalPlan",
                                {{"model", model.reference(control)},
                                 {"target", target},
                                 {"method", options.method},
                                 {"calibration", referenceTo(calibration)},
                                 {"rounds", options.rounds},
                                 {"samples", options.samples},
                                 {"batchSize", options.batchSize},
                                 {"seed", options.seed},
                                 {"includeBridge", options.includeBridge}},
                                control);
  return takeAnswer(*model.engine(), "globalPlan",
                    [&] { return planFromJson(answer.at("plan"), "The plan"); });
}

ExportResult exportElsewhere(const ElsewhereModel& model, const nlohmann::json& recipe,
                             const std::filesystem::path& folder, const ExportOptions& options,
                             const JobControl& control) {
  const auto answer = model.ask("export",
                                {{"model", model.reference(control)},
                                 {"recipe", recipe},
                                 {"folder", folder.string()},
                                 {"clamp", options.clamp},
                                 {"packed", options.packed}},
                                control);
  return takeAnswer(*model.engine(), "export", [&] {
    ExportResult result;
    result.bytes = wholeOf<int64_t>(answer.at("bytes"));
    result.denseBytes = wholeOf<int64_t>(answer.at("denseBytes"));
    result.sparsity = answer.at("sparsity").get<double>();
    result.notes = answer.at("notes").get<std::vector<std::string>>();
    return result;
  });
}

}  // namespace espalier
