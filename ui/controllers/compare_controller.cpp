#include "ui/controllers/compare_controller.h"

#include <QFileInfo>
#include <algorithm>
#include <set>

#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

const QString kNow = QStringLiteral("now"), kKept = QStringLiteral("kept:"), kFile = QStringLiteral("file:");

// The plan that stands in a project, checked to be of the model that is open.
Plan presentPlanOf(const Project& project, const std::vector<MatrixScore>& matrices, const QString& file) {
  if (project.steps.empty())
    throw Error(ErrorKind::InvalidInput, file.toStdString() + " holds no plan to compare with.");
  std::set<std::string> known;
  for (const auto& m : matrices) known.insert(m.matrix);
  Plan plan = project.steps[project.current].plan;
  for (const auto& group : plan.groups)
    for (const auto& matrix : group.matrices)
      if (!known.contains(matrix))
        throw Error(ErrorKind::InvalidInput, file.toStdString() +
                                                 " is a project of another model: this one has no matrix " +
                                                 matrix + "; open it in a window of its own.");
  return plan;
}

std::optional<MeasuredPlan> resultsOf(const Project& project, const Dataset& pairs) {
  std::error_code ignored;
  const bool samePairs =
      project.pairs == pairs.path || std::filesystem::equivalent(project.pairs, pairs.path, ignored);
  if (!project.pruned || !project.prunedPlan || !samePairs ||
      project.pruned->pairs.size() != pairs.samples.size())
    return {};
  if (project.prunedPlan->sparsities() != project.steps[project.current].plan.sparsities()) return {};
  MeasuredPlan measured{*project.pruned, project.prunedOptions, project.prunedSparsity};
  if (project.prunedRecovered)
    measured.recovered = project.recoveries[*project.prunedRecovered].options.methods;
  return measured;
}

}  // namespace

CompareController::CompareController(Session& session, QObject* parent)
    : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  connect(&m_session, &Session::modelChanged, this, [this] {
    m_runner.cancel();
    m_others.clear();
    Q_EMIT sidesChanged();
  });
  connect(&m_session, &Session::pairsChanged, this, [this] {
    for (auto& side : m_others) side.measured.reset();
    Q_EMIT sidesChanged();
  });
  for (auto changed : {&Session::savedPlansChanged, &Session::evaluationChanged, &Session::staleChanged})
    connect(&m_session, changed, this, &CompareController::sidesChanged);
  connect(&m_session.plan(), &PlanDocument::planSettled, this, &CompareController::sidesChanged);
}

std::vector<PlanSide> CompareController::sides() const {
  std::vector<PlanSide> out;
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return out;
  out.push_back({kNow, tr("Present plan"), m_session.plan().settledPlan(), m_session.measuredNow()});
  for (const auto& saved : m_session.savedPlans())
    out.push_back({kKept + text(saved.name), text(saved.name), saved.plan, saved.measured});
  out.insert(out.end(), m_others.begin(), m_others.end());
  return out;
}

void CompareController::measure(const QString& key) {
  const auto all = sides();
  const auto side = std::find_if(all.begin(), all.end(), [&](const PlanSide& s) { return s.key == key; });
  if (side == all.end() || m_session.pairs().samples.empty()) return;
  const PruneOptions options = m_session.pruneOptions();
  if (!m_session.hasWhatPruningNeeds()) {
    Q_EMIT failed(tr("Pruning by \"%1\" needs calibration pairs: choose a folder of them with "
                     "File \u203a Calibration Pairs, or prune by magnitude.")
                      .arg(methodTitle(options.criterion)));
    return;
  }
  m_runner.start(tr("Measuring %1").arg(side->name), [this, key, plan = side->plan, options,
                                                      model = m_session.model(),
                                                      calibration = m_session.calibration(),
                                                      pairs = m_session.pairs()](const JobContext& context) {
    const PruneResult pruned = pruneModel(*model, plan, calibration, options, context.control());
    MeasuredPlan measured{evaluateModel(*pruned.model, pairs, context.control()), options, pruned.sparsity};
    return [this, key, measured = std::move(measured)] { setMeasured(key, measured); };
  });
}

void CompareController::setMeasured(const QString& key, const MeasuredPlan& measured) {
  if (key.startsWith(kKept)) return m_session.setMeasured(key.mid(kKept.size()).toStdString(), measured);
  for (auto& side : m_others)
    if (side.key == key) side.measured = measured;
  Q_EMIT sidesChanged();
}

void CompareController::openOther(const QString& projectFile) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  const QString file = QFileInfo(projectFile).absoluteFilePath();
  m_runner.start(tr("Opening %1").arg(QFileInfo(file).fileName()),
                 [this, file, matrices = m_session.plan().scores().matrices,
                  pairs = m_session.pairs()](const JobContext&) {
                   const Project project = readProject(toPath(file));
                   PlanSide side{kFile + file, QFileInfo(file).completeBaseName(),
                                 presentPlanOf(project, matrices, file), resultsOf(project, pairs)};
                   return [this, side = std::move(side)] {
                     std::erase_if(m_others, [&](const PlanSide& s) { return s.key == side.key; });
                     m_others.push_back(side);
                     Q_EMIT sidesChanged();
                     Q_EMIT opened(side.key);
                   };
                 });
}

}  // namespace espalier
