// The session to and from the values of a project file.
#include <map>
#include <set>

#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// What a project says of the model has to be true of the model that was opened.
void checkFits(const Project& project, const ModelInfo& info) {
  std::map<std::string, int64_t> known;
  for (const auto& block : info.blocks)
    for (const auto& m : block.matrices) known[m.name] = m.parameters();
  const auto check = [&](const std::string& matrix, int64_t parameters) {
    const auto it = known.find(matrix);
    if (it == known.end())
      throw Error(ErrorKind::InvalidInput, "The project is of another model: " + info.folder.string() +
                                               " has no matrix " + matrix + ".");
    if (parameters > 0 && it->second != parameters)
      throw Error(ErrorKind::InvalidInput, "The project is of another model: " + matrix + " has " +
                                               std::to_string(it->second) + " weights in " +
                                               info.folder.string() + ", " + std::to_string(parameters) +
                                               " in the project.");
  };
  for (const auto& set : project.scores)
    for (const auto& m : set.scores.matrices) check(m.matrix, m.parameters);
  for (const auto& scores : project.scoresByMethod)
    for (const auto& m : scores.matrices) check(m.matrix, m.parameters);
  for (const auto& step : project.steps)
    for (const auto& group : step.plan.groups)
      for (const auto& matrix : group.matrices) check(matrix, 0);
}

}  // namespace

Project Session::project() const {
  Project p;
  if (!m_model) return p;
  p.model = std::filesystem::absolute(info().folder).lexically_normal();
  p.prompt = promptOf(*m_model);
  p.calibration = m_calibration.path;
  p.pairs = m_pairs.path;
  p.calibrationOptions = m_calibration.options;
  p.pairsOptions = m_pairs.options;
  p.scoreOptions = scoreOptions();
  p.pruneOptions = pruneOptions();
  p.recoverOptions = recoverOptions();
  std::map<const RecoveredModel*, size_t> recoveries;
  const auto placeOf = [&](const RecoveredPtr& recovered) -> std::optional<size_t> {
    if (!recovered) return std::nullopt;
    const auto [place, fresh] = recoveries.try_emplace(recovered.get(), p.recoveries.size());
    if (fresh) p.recoveries.push_back(recovered->record);
    return place->second;
  };
  std::map<const Scores*, size_t> known;
  // Steps that changed the data alone lead nowhere once others are not at hand any more.
  int current = 0, at = 0;
  KeptStatePtr before;
  for (const auto& step : m_plan.steps()) {
    const bool ofData = before && !sameData(before->rest(), step.state->rest());
    before = step.state;
    if (at++ <= m_plan.currentStep() && !ofData) current = int(p.steps.size());
    if (ofData) continue;
    const PlanState& state = step.state->rest();
    const auto [place, fresh] = known.try_emplace(state.scores.get(), p.scores.size());
    if (fresh) p.scores.push_back({*state.scores, state.scored});
    p.steps.push_back({step.text.toStdString(), step.state->plan(), place->second, state.capFollowsTarget,
                       state.choices, placeOf(state.recovered)});
  }
  p.current = size_t(current);
  p.savedPlans = m_savedPlans;
  p.dense = m_dense;
  if (m_prunedModel && m_prunedEvaluation) {
    p.pruned = m_prunedEvaluation;
    p.prunedPlan = m_prunedModel->plan;
    p.prunedOptions = m_prunedModel->options;
    p.prunedSparsity = m_prunedModel->sparsity;
    p.prunedRecovered = placeOf(m_prunedModel->recovered);
  }
  p.sweep = m_sweep;
  p.runs = m_runs.runs;
  p.sensitivities = m_sensitivities;
  for (const auto& [method, scores] : m_scoresByMethod) p.scoresByMethod.push_back(scores);
  return p;
}

void Session::restore(ModelPtr model, Dataset calibration, Dataset pairs, const Project& p) {
  checkFits(p, infoOf(*model));
  if (m_model) Q_EMIT modelAboutToChange();
  m_model = std::move(model);
  m_calibration = std::move(calibration);
  m_pairs = std::move(pairs);
  resetPlaces();
  m_partialScores.clear();
  m_scoresByMethod.clear();
  for (const auto& scores : p.scoresByMethod) m_scoresByMethod[scores.method] = scores;
  m_sensitivities = p.sensitivities;
  forgetResults();
  m_prediction = {};
  m_spreads.clear();
  m_savedPlans = p.savedPlans;
  for (auto& saved : m_savedPlans)
    if (saved.measured && !saved.measured->evaluation.isOf(m_pairs)) saved.measured.reset();
  m_sweep = p.sweep;
  m_runs = {p.runs, nlohmann::json::object()};
  std::vector<RecoveredPtr> recoveries;
  for (const auto& record : p.recoveries)
    recoveries.push_back(std::make_shared<RecoveredModel>(RecoveredModel{record, nullptr}));
  const auto recoveryAt = [&](const std::optional<size_t>& place) {
    return place ? recoveries[*place] : nullptr;
  };
  // The answers before the plan: while live, a plan without results is pruned to at once.
  if (p.dense && p.dense->isOf(m_pairs)) {
    m_dense = p.dense;
    m_prediction.setDenseLoss(m_dense->overall().loss);
    take(p.dense->pairs, &PairOutcome::dense);
  }
  if (p.pruned && p.prunedPlan && p.pruned->isOf(m_pairs)) {
    m_prunedEvaluation = p.pruned;
    m_prunedModel = PrunedModel{nullptr,          *p.prunedPlan, p.prunedOptions,
                                p.prunedSparsity, false,         recoveryAt(p.prunedRecovered)};
    if (!m_prunedModel->recovered) m_prediction.addMeasured(*p.prunedPlan, p.pruned->overall().loss);
    take(p.pruned->pairs, &PairOutcome::pruned);
  }
  if (p.steps.empty()) {
    m_plan.clear();
    m_plan.setChoices({p.scoreOptions, p.pruneOptions, p.recoverOptions});
  } else {
    std::vector<std::shared_ptr<const Scores>> scores;
    for (const auto& set : p.scores) scores.push_back(std::make_shared<Scores>(set.scores));
    std::vector<PlanDocument::Step> steps;
    for (const auto& step : p.steps) {
      PlanState state{scores[step.scores],
                      p.scores[step.scores].measured,
                      step.capFollowsTarget,
                      step.plan,
                      step.choices,
                      m_calibrationNow,
                      m_pairsNow,
                      promptOf(*m_model),
                      recoveryAt(step.recovered)};
      steps.push_back(
          {text(step.text), std::make_shared<KeptState>(std::move(state),
                                                        steps.empty() ? nullptr : steps.back().state.get())});
    }
    m_plan.restore(steps, int(p.current));
  }
  const bool staleBefore = m_stale;
  refreshStale();
  showSensitivities();
  Q_EMIT modelChanged();
  Q_EMIT calibrationChanged();
  Q_EMIT pairsChanged();
  Q_EMIT partialScoresChanged();
  Q_EMIT scoresByMethodChanged();
  Q_EMIT savedPlansChanged();
  Q_EMIT sweepChanged();
  Q_EMIT runsChanged();
  Q_EMIT predictionChanged();
  Q_EMIT optionsChanged();
  Q_EMIT evaluationChanged();
  if (m_stale != staleBefore) Q_EMIT workChanged();
}

}  // namespace espalier
