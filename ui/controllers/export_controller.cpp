#include "ui/controllers/export_controller.h"

#include <nlohmann/json.hpp>

#include "core/session/recipe.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// What was done, enough to do it again, and what each group came to.
nlohmann::json recipeOf(const Session& session, const QString& folder) {
  const Plan& plan = session.plan().settledPlan();
  Recipe recipe;
  recipe.model = session.info().folder;
  recipe.calibration = session.calibration().path;
  recipe.evaluation = session.pairs().path;
  recipe.output = toPath(folder);
  recipe.score = session.scoreOptions();
  recipe.allocate = {plan.target,  plan.cap, plan.granularity, plan.aggregate, plan.allocator,
                     plan.options, {}};
  for (const auto& group : plan.groups)
    if (group.pinned) recipe.allocate.pins[group.name] = group.sparsity;
  recipe.prune = session.pruneOptions();

  nlohmann::json json = toJson(recipe);
  if (!session.plan().isScored()) json.erase("score");
  for (const auto& group : plan.groups) json["plan"][group.name] = group.sparsity;
  return json;
}

}  // namespace

ExportController::ExportController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message); });
  connect(&m_session, &Session::modelChanged, &m_runner, &JobRunner::cancel);
}

void ExportController::exportTo(const QString& folder) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  ModelPtr ready;
  if (m_session.prunedModel() && !m_session.isStale()) ready = m_session.prunedModel()->model;
  m_runner.start(
      tr("Exporting"), [this, folder, ready, dense = m_session.model(), recipe = recipeOf(m_session, folder),
                        plan = m_session.plan().settledPlan(), calibration = m_session.calibration(),
                        options = m_session.pruneOptions()](const JobContext& context) {
        const ModelPtr model =
            ready ? ready : pruneModel(*dense, plan, calibration, options, context.control()).model;
        const ExportResult result = exportModel(*model, recipe, toPath(folder), context.control());
        return [this, folder, result] {
          Q_EMIT exported(folder, tr("The pruned model is in %1: %2, %3 of its prunable weights are zero.")
                                      .arg(folder, fileSize(result.bytes), percent(result.sparsity)));
        };
      });
}

}  // namespace espalier
