#include "core/engine/check_job.h"

#include "core/allocate/allocator.h"
#include "core/engine/evaluation_task.h"
#include "core/engine/prune_model.h"
#include "core/engine/recover_model.h"
#include "core/engine/score_method.h"
#include "core/engine/usable_pairs.h"
#include "core/prune/prune_model.h"
#include "core/recover/recovery_method.h"

namespace espalier {

Plan checkPlanRequest(const OpenModel& model, const ScoreOptions& scoring, const PlanRequest& request) {
  const auto& allocator = allocatorNamed(request.allocator);
  const auto& method = scoreMethodRegistry().named("method", scoring.method);
  const bool gathers = scoring.statistics || method.needs == ScoreMethod::Needs::Statistics;
  if (!allocator.key.empty() && !gathers)
    throw Error(ErrorKind::InvalidInput,
                allocator.title + " shares by the " + allocator.statistic + ", which " + scoring.method +
                    " does not gather; score with \"statistics\", or by the method local.");
  settledOptions(allocator, request.options);
  Scores equal;
  for (const auto& block : model.model->blocks()) {
    if (!takesPart(*block, scoring.includeBridge)) continue;
    const auto& description = block->description();
    for (const auto& m : description.matrices)
      equal.matrices.push_back(
          {m.name, description.name, nameOf(description.component), m.parameters(), 1, 0, {}});
  }
  auto uniform = request;
  uniform.allocator = "uniform", uniform.options.clear();
  return makePlan(equal, uniform);
}

void checkPruning(const OpenModel& model, const Plan& plan, const PruneOptions& options) {
  const BlockPruning pruning(modelOptionsOf(options, *model.model));
  jobsOf(*model.model, plan.sparsities(), pruning);
}

void checkRecovery(const OpenModel& model, bool dense, const Dataset& data, const RecoverOptions& options) {
  checkOptions(options);
  const auto methods = recoveryMethodsIn(options.methods);
  for (const auto* m : methods) {
    if (m->needsDense() && !dense)
      throw Error(ErrorKind::InvalidInput, "\"" + m->name() +
                                               "\" goes by what the dense model gives; --dense was expected "
                                               "to name the model that was pruned.");
    if (m->needsPredictions()) requireAnswers(model, data, "\"" + m->name() + "\"");
  }
  if (options.views == 1) return;
  if (!model.processor->hasPictures())
    throw Error(ErrorKind::InvalidInput, "--views " + std::to_string(options.views) +
                                             " is of pictures, and " + model.info.folder.string() +
                                             " takes none.");
  // It would be told that the answers of the data hold for every part of a picture.
  for (const auto* m : methods)
    if (m->needsAnswers())
      throw Error(ErrorKind::InvalidInput,
                  "\"" + m->name() +
                      "\" goes by the answers of the data, which may not be true of a part of "
                      "a picture; --views 1 was expected, or methods that go by the dense model alone.");
}

std::string checkEvaluation(const OpenModel& model, const Dataset& data, const AnswerOptions& options) {
  return evaluationTask(model, data, options.task).name();
}

}  // namespace espalier
