#include "core/engine/evaluation_task.h"

#include <algorithm>

#include "core/base/error.h"

namespace espalier {

namespace {

struct TaskRow {
  EvaluationTask task;
  const char* name;
  const char* summary;
};
constexpr TaskRow kTasks[] = {
    {EvaluationTask::Vqa, "vqa", "Answers to questions: VQA accuracy, or whether they are the expected ones"},
    {EvaluationTask::Caption, "caption", "Captions of pictures: CIDEr-D and BLEU-4"},
    {EvaluationTask::Retrieval, "retrieval",
     "Pictures from texts and texts from pictures: recall at 1, 5, 10"},
    {EvaluationTask::Classification, "classification",
     "Classes of pictures, zero-shot by texts where the model matches: top-1, top-5, agreement"},
    {EvaluationTask::Perplexity, "perplexity", "The loss of the expected text: perplexity"}};

// What a model can be asked to do, and with which data; the first that fits is what "auto" takes.
std::vector<EvaluationTask> possible(const OpenModel& model, const Dataset& dataset) {
  const bool hasText = dataset.kind != DataKind::Pictures;
  switch (model.model->task()) {
    case ModelTask::Answer:
      if (!hasText) return {};
      if (dataset.kind == DataKind::Captions) return {EvaluationTask::Caption, EvaluationTask::Perplexity};
      if (dataset.kind == DataKind::Text) return {EvaluationTask::Perplexity};
      return {EvaluationTask::Vqa, EvaluationTask::Perplexity};
    case ModelTask::Continue:
      return hasText ? std::vector{EvaluationTask::Perplexity} : std::vector<EvaluationTask>{};
    case ModelTask::Match:
      if (!hasText) return {};
      if (dataset.kind == DataKind::Classes)
        return {EvaluationTask::Classification, EvaluationTask::Retrieval};
      return {EvaluationTask::Retrieval};
    case ModelTask::Classify:
      return {EvaluationTask::Classification};
    case ModelTask::Embed:
      break;
  }
  return {};
}

// Kinds of data a model is best asked about, where a folder holds several.
std::vector<DataKind> preferredKinds(const OpenModel& model) {
  switch (model.model->task()) {
    case ModelTask::Answer:
      if (model.info.family == "t5") return {DataKind::Text, DataKind::Pairs};
      if (model.info.family == "blip-caption") return {DataKind::Captions};
      return {DataKind::Questions, DataKind::Pairs, DataKind::Captions};
    case ModelTask::Match:
      return {DataKind::Captions, DataKind::Pairs, DataKind::Classes};
    case ModelTask::Classify:
      return {DataKind::Classes, DataKind::Pictures, DataKind::Captions};
    case ModelTask::Continue:
    case ModelTask::Embed:
      break;
  }
  return {DataKind::Text, DataKind::Pairs};
}

}  // namespace

std::string nameOf(EvaluationTask task) {
  return kTasks[int(task)].name;
}

const std::vector<Method>& evaluationTasks() {
  static const auto list = [] {
    std::vector<Method> out{{"auto", "What the model can do with this kind of data"}};
    for (const auto& row : kTasks) out.push_back({row.name, row.summary});
    return out;
  }();
  return list;
}

EvaluationTask evaluationTask(const OpenModel& model, const Dataset& dataset, const std::string& asked) {
  const std::string name = model.info.folder.string() + " (" + model.info.family + ")";
  if (model.model->task() == ModelTask::Embed)
    throw Error(ErrorKind::InvalidInput, name + " makes features only; there is nothing to evaluate.");
  const auto* row =
      std::find_if(std::begin(kTasks), std::end(kTasks), [&](const auto& r) { return asked == r.name; });
  if (asked != "auto" && row == std::end(kTasks)) {
    std::string names = "auto";
    for (const auto& r : kTasks) names += std::string(", ") + r.name;
    throw Error(ErrorKind::InvalidInput, "--task is \"" + asked + "\"; one of " + names + " was expected.");
  }
  const auto fits = possible(model, dataset);
  const std::string holds = dataset.path.string() + " holds " + nameOf(dataset.kind);
  if (fits.empty())
    throw Error(ErrorKind::InvalidInput, holds + ", with which " + name + " cannot be evaluated.");
  if (asked == "auto") return fits[0];
  if (std::find(fits.begin(), fits.end(), row->task) == fits.end()) {
    std::string names;
    for (const auto t : fits) names += (names.empty() ? "" : " or ") + nameOf(t);
    throw Error(ErrorKind::InvalidInput, "--task is \"" + asked + "\", but " + holds + ", with which " +
                                             name + " can be evaluated by " + names + ".");
  }
  return row->task;
}

Dataset openDatasetFor(const OpenModel& model, const std::filesystem::path& path, DataOptions options) {
  options.preferred = preferredKinds(model);
  return openDataset(path, options);
}

}  // namespace espalier
