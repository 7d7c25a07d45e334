#include "core/remote/opened.h"

#include "core/base/json_numbers.h"
#include "core/base/json_text.h"
#include "core/data/data_options.h"
#include "core/engine/conversation.h"
#include "core/engine/value_json.h"
#include "core/remote/messages.h"

namespace espalier {

namespace {

std::string keyOf(std::initializer_list<nlohmann::json> parts) {
  return jsonText(nlohmann::json(parts));
}

// Of data without what only checks it.
nlohmann::json placeOf(const nlohmann::json& data) {
  if (data.is_null()) return nullptr;
  return {{"path", data.at("path")}, {"options", data.value("options", nlohmann::json::object())}};
}

// The same reference however it was written.
nlohmann::json denseReference(const nlohmann::json& model) {
  return {{"folder", model.at("folder")}, {"prompt", model.value("prompt", nameOf(PromptForm::Auto))}};
}

}  // namespace

ModelPtr Opened::model(const nlohmann::json& reference) {
  if (reference.contains("pruned")) {
    const auto name = reference["pruned"].get<std::string>();
    std::scoped_lock lock(m_mutex);
    const auto it = m_pruned.find(name);
    if (it == m_pruned.end())
      throw RpcError(rpc::kForgotten, "There is no pruned model \"" + name + "\" here; prune again.");
    return it->second.model;
  }
  const auto dense = denseReference(reference);
  return m_models.of(jsonText(dense), [&] {
    return openModel(dense["folder"].get<std::string>(), defaultDevice(),
                     promptFormNamed(dense["prompt"].get<std::string>(), "\"prompt\""));
  });
}

std::shared_ptr<const Dataset> Opened::data(const OpenModel& model, const nlohmann::json& reference) {
  if (reference.is_null()) return std::make_shared<const Dataset>();
  const auto place = placeOf(reference);
  auto data = m_data.of(keyOf({infoOf(model).family, place}), [&] {
    return std::make_shared<const Dataset>(
        openDatasetFor(model, place["path"].get<std::string>(), dataOptionsFromJson(place["options"])));
  });
  if (const auto it = reference.find("count"); it != reference.end())
    if (const auto count = wholeOf<size_t>(*it); count != data->samples.size())
      throw Error(ErrorKind::InvalidInput,
                  data->path.string() + " has " + std::to_string(data->samples.size()) + " entries, but " +
                      std::to_string(count) + " were told of before; open the data again.");
  return data;
}

std::string Opened::keep(ModelPtr pruned, nlohmann::json made) {
  std::scoped_lock lock(m_mutex);
  const auto name = "p" + std::to_string(++m_made);
  m_pruned[name] = {std::move(pruned), std::move(made)};
  return name;
}

nlohmann::json Opened::madeBy(const nlohmann::json& reference) {
  if (!reference.contains("pruned")) return nullptr;
  std::scoped_lock lock(m_mutex);
  const auto it = m_pruned.find(reference["pruned"].get<std::string>());
  return it == m_pruned.end() ? nlohmann::json() : it->second.made;
}

void Opened::release(const std::string& pruned) {
  ModelPtr last;  // goes after the lock
  std::scoped_lock lock(m_mutex);
  if (const auto it = m_pruned.find(pruned); it != m_pruned.end()) {
    last = std::move(it->second.model);
    m_pruned.erase(it);
  }
}

std::shared_ptr<Opened::Pruner> Opened::pruner(const nlohmann::json& model, const nlohmann::json& calibration,
                                               const PruneOptions& options) {
  const auto dense = this->model(model);
  const auto data = this->data(*dense, calibration);
  return m_pruners.of(
      keyOf({denseReference(model), placeOf(calibration), option_fields::toJson(pruneFields(), options)}),
      [&] { return std::make_shared<Pruner>(dense, *data, options); });
}

std::shared_ptr<Opened::Evaluator> Opened::evaluator(const nlohmann::json& model, const nlohmann::json& pairs,
                                                     const AnswerOptions& answers) {
  const auto asked = this->model(model);
  const auto data = this->data(*asked, pairs);
  const auto info = infoOf(*asked);
  return m_evaluators.of(
      keyOf({info.folder.string(), makesConversations(*asked), placeOf(pairs), toJson(answers)}),
      [&] { return std::make_shared<Evaluator>(*data, answers); });
}

std::shared_ptr<Opened::Probe> Opened::probe(const nlohmann::json& model, const nlohmann::json& calibration,
                                             const PruneOptions& options) {
  return m_probes.of(
      keyOf({denseReference(model), placeOf(calibration), option_fields::toJson(pruneFields(), options)}),
      [] { return std::make_shared<Probe>(); });
}

bool Opened::begin(const nlohmann::json& model, int64_t number, const std::stop_source& stop) {
  std::scoped_lock lock(m_mutex);
  Turn& turn = m_turns[jsonText(denseReference(model))];
  if (number <= turn.number) return false;
  turn.stop.request_stop();
  turn.number = number;
  turn.stop = stop;
  return true;
}

bool Opened::isNewest(const nlohmann::json& model, int64_t number) {
  std::scoped_lock lock(m_mutex);
  return m_turns[jsonText(denseReference(model))].number == number;
}

bool Opened::settle(const nlohmann::json& model, int64_t number, const std::string& pruned) {
  std::string before = pruned;
  bool newest = false;
  {
    std::scoped_lock lock(m_mutex);
    Turn& turn = m_turns[jsonText(denseReference(model))];
    newest = turn.number == number;
    if (newest) before = std::exchange(turn.pruned, pruned);
  }
  release(before);
  return newest;
}

}  // namespace espalier
