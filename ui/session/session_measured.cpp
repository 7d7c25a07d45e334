// What the session knows of plans that were measured: predictions, sensitivities, kept plans, points of
// sweeps.
#include <algorithm>
#include <utility>

#include "core/data/data_options.h"
#include "core/engine/fingerprint.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

LossPrediction::Result Session::predictedLoss() const {
  // The curves are of zeros anywhere.
  return m_plan.isEmpty() || pruneOptions().pattern != "unstructured" ? LossPrediction::Result{}
                                                                      : m_prediction.of(m_plan.plan());
}

void Session::setErrorCurves(ErrorCurves errors) {
  m_prediction.setErrors(std::move(errors));
  Q_EMIT predictionChanged();
}

void Session::setSpreads(std::map<std::string, ScoreSpread> spreads) {
  m_spreads = std::move(spreads);
  Q_EMIT predictionChanged();
}

Project::SensitivitySet* Session::sensitivitiesOf(const PruneOptions& options) {
  for (auto& set : m_sensitivities)
    if (sameChoices(set.options, options)) return &set;
  return nullptr;
}

void Session::addSensitivity(const PruneOptions& measuredWith, const std::string& group, const Curve& curve) {
  auto* set = sensitivitiesOf(measuredWith);
  if (!set) set = &m_sensitivities.emplace_back(Project::SensitivitySet{measuredWith, {}});
  set->curves[group] = curve;
  showSensitivities();
}

void Session::clearSensitivities() {
  std::erase_if(m_sensitivities, [&](const auto& set) { return sameChoices(set.options, pruneOptions()); });
  showSensitivities();
}

int Session::measuredSensitivities() const {
  int count = 0;
  for (const auto& set : m_sensitivities) count += int(set.curves.size());
  return count;
}

// Those of the present options.
void Session::showSensitivities() {
  const auto* set = sensitivitiesOf(pruneOptions());
  if (!set && m_prediction.sensitivities().empty()) return;
  m_prediction.setSensitivities(set ? set->curves : Sensitivities{});
  Q_EMIT predictionChanged();
}

void Session::savePlan(const std::string& name) {
  if (!m_plan.isEmpty()) keepPlan({name, m_plan.settledPlan(), measuredNow()});
}

void Session::keepPlan(SavedPlan saved) {
  const auto it = std::find_if(m_savedPlans.begin(), m_savedPlans.end(),
                               [&](const auto& p) { return p.name == saved.name; });
  if (it != m_savedPlans.end())
    *it = std::move(saved);
  else
    m_savedPlans.push_back(std::move(saved));
  Q_EMIT savedPlansChanged();
}

std::optional<MeasuredPlan> Session::measuredNow() const {
  if (!m_prunedEvaluation || !isUpToDate()) return {};
  return MeasuredPlan{*m_prunedEvaluation, m_prunedModel->options, m_prunedModel->sparsity,
                      m_prunedModel->recovered ? m_prunedModel->recovered->record.options.methods : ""};
}

void Session::setMeasured(const std::string& name, MeasuredPlan measured) {
  for (auto& saved : m_savedPlans)
    if (saved.name == name) {
      saved.measured = std::move(measured);
      Q_EMIT savedPlansChanged();
      return;
    }
}

void Session::removeSavedPlan(const std::string& name) {
  if (std::erase_if(m_savedPlans, [&](const auto& p) { return p.name == name; })) Q_EMIT savedPlansChanged();
}

std::string Session::sweepConditions() const {
  if (!m_model) return {};
  // Each point has a scoring method, a criterion and a seed of its own.
  ScoreOptions score = scoreOptions();
  PruneOptions prune = pruneOptions();
  score.method = {}, score.seed = 0;
  prune.criterion = {}, prune.seed = 0;
  return shortNameOf({{"calibration", text(m_calibration.path).toStdString()},
                      {"data", toJson(m_calibration.options)},
                      {"samples", m_calibration.samples.size()},
                      {"conversations", makesConversations(*m_model)},
                      {"score", option_fields::toJson(scoreFields(), score)},
                      {"prune", option_fields::toJson(pruneFields(), prune)}});
}

std::string Session::planConditions() const {
  if (!m_model || m_plan.isEmpty()) return {};
  const Plan& plan = m_plan.settledPlan();
  auto shape = toJson(plan);
  for (const char* changing : {"target", "cap", "groups"}) shape.erase(changing);
  if (!m_plan.capFollowsTarget()) shape["cap"] = plan.cap;
  for (const auto& group : plan.groups) {
    nlohmann::json g{{"name", group.name}, {"score", group.score}};
    if (group.pinned) g["pinned"] = group.sparsity;
    shape["shared"].push_back(g);
  }
  return shortNameOf(
      {{"conditions", sweepConditions()}, {"criterion", pruneOptions().criterion}, {"plan", shape}});
}

// Points of earlier versions do not say what they were measured with.
std::vector<StudyPoint> Session::sweepNow() const {
  const std::string now = sweepConditions();
  const bool ofPlans =
      std::any_of(m_sweep.begin(), m_sweep.end(), [](const auto& p) { return p.method == kThisPlan; });
  const std::string ofPlan = ofPlans ? planConditions() : std::string();
  std::vector<StudyPoint> points;
  for (const auto& p : m_sweep)
    if (p.method == kThisPlan ? p.conditions == ofPlan : p.conditions.empty() || p.conditions == now)
      points.push_back(p);
  return points;
}

void Session::addSweepPoint(const StudyPoint& point) {
  std::erase_if(m_sweep, [&](const auto& p) {
    return p.method == point.method && p.sparsity == point.sparsity && p.seed == point.seed &&
           (p.conditions.empty() || p.conditions == point.conditions);
  });
  m_sweep.push_back(point);
  Q_EMIT sweepChanged();
}

void Session::clearSweep() {
  m_sweep.clear();
  Q_EMIT sweepChanged();
}

}  // namespace espalier
