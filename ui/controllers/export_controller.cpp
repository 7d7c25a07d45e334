#include "ui/controllers/export_controller.h"

#include <nlohmann/json.hpp>

#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// What was done, enough to do it again.
nlohmann::json recipeOf(const Session& session) {
  const Plan& plan = session.plan().settledPlan();
  const Scores& scores = session.plan().scores();
  const PruneOptions& prune = session.pruneOptions();
  nlohmann::json groups = nlohmann::json::array();
  for (const auto& g : plan.groups)
    groups.push_back(
        {{"name", g.name}, {"sparsity", g.sparsity}, {"pinned", g.pinned}, {"matrices", g.matrices}});
  nlohmann::json recipe{{"model", session.info().name},
                        {"plan",
                         {{"target", plan.target},
                          {"cap", plan.cap},
                          {"granularity", nameOf(plan.granularity)},
                          {"aggregate", nameOf(plan.aggregate)},
                          {"allocator", plan.allocator},
                          {"groups", groups}}},
                        {"prune",
                         {{"criterion", prune.criterion},
                          {"pattern", prune.pattern},
                          {"comparison", prune.comparison},
                          {"samples", prune.samples},
                          {"batch_size", prune.batchSize},
                          {"seed", prune.seed}}}};
  if (session.plan().isScored())
    recipe["score"] = {
        {"method", scores.method}, {"samples", scores.samples}, {"batch_size", scores.batchSize},
        {"draws", scores.draws},   {"eps", scores.eps},         {"seed", scores.seed}};
  return recipe;
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
      tr("Exporting"), [this, folder, ready, dense = m_session.model(), recipe = recipeOf(m_session),
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
