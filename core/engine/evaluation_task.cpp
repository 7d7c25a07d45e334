#include "core/engine/evaluation_task.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/engine/elsewhere_model.h"
#include "core/inputs/inputs.h"

namespace espalier {

namespace {

// Kinds of data a model is best asked about, where a folder holds several.
std::vector<DataKind> preferredKinds(const OpenModel& model) {
  if (const auto* own = familyInputsOf(model.info.family); own && !own->preferred.empty())
    return own->preferred;
  switch (model.model->task()) {
    case ModelTask::Answer:
      return {DataKind::Questions, DataKind::Pairs, DataKind::Captions};
    case ModelTask::Match:
      return {DataKind::Captions, DataKind::Pairs, DataKind::Classes};
    case ModelTask::Classify:
      return {DataKind::Classes, DataKind::Pictures, DataKind::Captions};
    case ModelTask::Continue:
      if (makesConversations(model)) return {DataKind::Questions, DataKind::Pairs, DataKind::Text};
      break;
    case ModelTask::Embed:
      break;
  }
  return {DataKind::Text, DataKind::Pairs};
}

}  // namespace

const std::vector<Method>& evaluationTasks() {
  static const auto list = [] {
    auto out = methodsOf(evaluationTaskRegistry().all());
    out.insert(out.begin(), {"auto", "What the model can do with this kind of data"});
    return out;
  }();
  return list;
}

const EvaluationTask& evaluationTask(const OpenModel& model, const Dataset& dataset,
                                     const std::string& asked) {
  const std::string name = model.info.folder.string() + " (" + model.info.family + ")";
  if (model.model->task() == ModelTask::Embed)
    throw Error(ErrorKind::InvalidInput, name + " makes features only; there is nothing to evaluate.");
  const auto& registry = evaluationTaskRegistry();
  const auto* task = registry.find(asked);
  if (asked != "auto" && !task)
    throw Error(ErrorKind::InvalidInput,
                "--task is \"" + asked + "\"; one of auto, " + registry.names() + " was expected.");
  const EvaluationSubject subject{model.model->task(), dataset.kind, makesConversations(model)};
  std::vector<const EvaluationTask*> suited;
  for (const auto* known : registry.all())
    if (known->suits(subject)) suited.push_back(known);
  const std::string holds = dataset.path.string() + " holds " + nameOf(dataset.kind);
  if (suited.empty())
    throw Error(ErrorKind::InvalidInput, holds + ", with which " + name + " cannot be evaluated.");
  if (asked == "auto") return *suited[0];
  if (std::find(suited.begin(), suited.end(), task) == suited.end()) {
    std::string names;
    for (const auto* t : suited) names += (names.empty() ? "" : " or ") + t->name();
    throw Error(ErrorKind::InvalidInput, "--task is \"" + asked + "\", but " + holds + ", with which " +
                                             name + " can be evaluated by " + names + ".");
  }
  return *task;
}

Dataset openDatasetFor(const OpenModel& model, const std::filesystem::path& path, DataOptions options) {
  if (const auto* there = modelElsewhere(model)) return openDatasetElsewhere(*there, path, options);
  options.preferred = preferredKinds(model);
  return openDataset(path, options);
}

}  // namespace espalier
