#include "core/evaluate/evaluation_task.h"

namespace espalier {

// Each in the file of its name under tasks/.
const EvaluationTask& answersTask();
const EvaluationTask& captionsTask();
const EvaluationTask& classificationTask();
const EvaluationTask& perplexityTask();
const EvaluationTask& retrievalTask();

Registry<EvaluationTask>& evaluationTaskRegistry() {
  static Registry<EvaluationTask> tasks{
      &answersTask(),   //
      &captionsTask(),  //
      &classificationTask(), &retrievalTask(), &perplexityTask(),
  };
  return tasks;
}

EvaluationColumns evaluationColumns(const std::string& task) {
  for (const auto* known : evaluationTaskRegistry().all())
    if (known->name() == task) return known->columns();
  return {};
}

}  // namespace espalier
