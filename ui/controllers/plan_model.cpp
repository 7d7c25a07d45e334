#include "ui/controllers/plan_model.h"

#include <QCoreApplication>

#include "ui/session/session.h"

namespace espalier {

namespace {

struct PlanModelText {
  Q_DECLARE_TR_FUNCTIONS(PlanModelText)
};

}  // namespace

PlanWork planWorkOf(const Session& session) {
  const auto& state = session.plan();
  return {session.isUpToDate() ? session.prunedModel()->model : nullptr,
          session.model(),
          state.settledPlan(),
          session.calibration(),
          session.pruneOptions(),
          state.recovered()};
}

ModelPtr modelOf(const PlanWork& work, const JobControl& control) {
  if (work.ready) return work.ready;
  const auto& recovered = work.recovered;
  if (recovered && recovered->model) return recovered->model;
  if (recovered && recovered->record.stopped)
    throw Error(
        ErrorKind::InvalidInput,
        PlanModelText::tr("The recovery was stopped on the way and its weights are not in the project: "
                          "recover again in the Recovery pane, or take the step back.")
            .toStdString());
  const int parts = recovered ? 2 : 1;
  const ModelPtr pruned =
      pruneModel(*work.dense, work.plan, work.calibration, work.prune, partOf(control, 0, parts)).model;
  if (!recovered) return pruned;
  return recoverModel(*pruned, work.dense, work.calibration, recovered->record.options, {},
                      partOf(control, 1, parts))
      .model;
}

}  // namespace espalier
