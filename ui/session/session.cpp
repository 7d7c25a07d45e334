#include "ui/session/session.h"

#include <algorithm>
#include <utility>

#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr double kFirstTarget = 0.5;

// What is pruned by default, as scores that say nothing yet.
std::vector<MatrixScore> matricesOf(const ModelInfo& info) {
  std::vector<MatrixScore> matrices;
  for (const auto& block : info.blocks)
    if (block.prunedByDefault)
      for (const auto& m : block.matrices) {
        MatrixScore score;
        score.matrix = m.name;
        score.block = block.name;
        score.component = nameOf(block.component);
        score.parameters = m.parameters();
        matrices.push_back(std::move(score));
      }
  return matrices;
}

bool samePlan(const Plan& a, const Plan& b) {
  return a.sparsities() == b.sparsities();
}

}  // namespace

Session::Session(QObject* parent, ElsewherePtr engine)
    : QObject(parent), m_engine(std::move(engine)), m_plan(this) {
  connect(&m_plan, &PlanDocument::dataChanged, this, &Session::takeData);
  connect(&m_plan, &PlanDocument::planChanged, this, &Session::refreshStale);
  connect(&m_plan, &PlanDocument::choicesChanged, this, [this] {
    refreshStale();
    showSensitivities();
    Q_EMIT optionsChanged();
  });
  connect(&m_plan, &PlanDocument::edited, this, &Session::workChanged);
}

void Session::setScoreOptions(const ScoreOptions& options) {
  m_plan.setChoices({options, pruneOptions(), recoverOptions()});
}

void Session::setPruneOptions(const PruneOptions& options) {
  m_plan.setChoices({scoreOptions(), options, recoverOptions()});
}

void Session::setRecoverOptions(const RecoverOptions& options) {
  m_plan.setChoices({scoreOptions(), pruneOptions(), options});
}

void Session::setModel(ModelPtr model, Dataset calibration, Dataset pairs) {
  if (m_model) Q_EMIT modelAboutToChange();
  m_partialScores.clear();
  m_scoresByMethod.clear();
  m_model = std::move(model);
  m_calibration = std::move(calibration);
  m_pairs = std::move(pairs);
  forgetResults();
  m_savedPlans.clear();
  m_sweep.clear();
  m_runs = {};
  resetPlaces();
  m_sensitivities.clear();
  m_prediction = {};
  m_spreads.clear();
  auto matrices = matricesOf(info());
  if (matrices.empty()) {
    m_plan.clear();
  } else {
    // Of a small model what all allocators need is gathered within a second, and its answers follow a drag:
    // exactly, where other plans change nothing in what its blocks are given.
    Choices choices = m_plan.choices();
    const bool small = info().parameters <= kSmallParameters;
    choices.score.statistics = small;
    choices.prune.inputs = small ? "dense" : "pruned";
    auto state = unscored(std::move(matrices), kFirstTarget, choices);
    state.calibration = m_calibrationNow;
    state.pairs = m_pairsNow;
    state.prompt = promptOf(*m_model);
    m_plan.begin(std::move(state));
  }
  Q_EMIT modelChanged();
  Q_EMIT calibrationChanged();
  Q_EMIT pairsChanged();
  Q_EMIT partialScoresChanged();
  Q_EMIT scoresByMethodChanged();
  Q_EMIT savedPlansChanged();
  Q_EMIT sweepChanged();
  Q_EMIT runsChanged();
  Q_EMIT predictionChanged();
  Q_EMIT evaluationChanged();
}

void Session::changeRuns(const std::function<void(RunsTable&)>& change) {
  change(m_runs);
  Q_EMIT runsChanged();
}

// What was learned of other data and other forms is of a model that gives way.
void Session::resetPlaces() {
  m_learned.clear();
  m_calibrated.clear();
  m_byPrompt = {{promptOf(*m_model), m_model}};
  m_calibrationNow = std::make_shared<const Dataset>(m_calibration);
  m_pairsNow = std::make_shared<const Dataset>(m_pairs);
}

void Session::setPrompted(ModelPtr model) {
  const PromptForm form = promptOf(*model);
  if (!m_model || form == promptOf(*m_model)) return;
  m_byPrompt[form] = model;
  if (!m_plan.isEmpty()) return m_plan.setPrompt(tr("Prompt Form %1").arg(promptTitle(form)), form);
  m_model = std::move(model);
  forgetResults();
  Q_EMIT calibrationChanged();
  Q_EMIT pairsChanged();
  Q_EMIT evaluationChanged();
}

void Session::setCalibration(Dataset calibration) {
  auto made = std::make_shared<const Dataset>(std::move(calibration));
  if (!m_plan.isEmpty())
    return m_plan.setData(tr("Calibration Pairs %1").arg(placeTitle(made->path)), made, m_pairsNow);
  m_calibrationNow = made;
  m_calibration = *made;
  Q_EMIT calibrationChanged();
}

void Session::setPairs(Dataset pairs) {
  auto made = std::make_shared<const Dataset>(std::move(pairs));
  if (!m_plan.isEmpty())
    return m_plan.setData(tr("Test Pairs %1").arg(placeTitle(made->path)), m_calibrationNow, made);
  m_pairsNow = made;
  m_pairs = *made;
  forgetResults();
  Q_EMIT pairsChanged();
  Q_EMIT evaluationChanged();
}

// Of a step, or one that was taken back.
void Session::takeData() {
  // A plan may have been begun without a model: there is one form then.
  const PromptForm form = m_plan.prompt(), formBefore = m_model ? promptOf(*m_model) : form;
  const bool otherForm = form != formBefore;
  if (otherForm) m_model = m_byPrompt.at(form);
  if (const auto now = m_plan.calibration(); now && (otherForm || now != m_calibrationNow)) {
    m_calibrated[{m_calibrationNow, formBefore}] = {std::move(m_scoresByMethod), std::move(m_sensitivities)};
    m_calibrationNow = now;
    m_calibration = *now;
    Calibrated known = std::exchange(m_calibrated[{now, form}], {});
    m_scoresByMethod = std::move(known.scoresByMethod);
    m_sensitivities = std::move(known.sensitivities);
    m_prediction.setErrors({});
    m_spreads.clear();
    showSensitivities();
    Q_EMIT predictionChanged();
    Q_EMIT scoresByMethodChanged();
    Q_EMIT calibrationChanged();
  }
  if (const auto now = m_plan.pairs(); now && (otherForm || now != m_pairsNow)) {
    Learned& before = m_learned[{m_pairsNow, formBefore}];
    before = {std::move(m_dense), {}, {}, std::move(m_sweep), {}};
    if (m_prunedModel && !m_prunedModel->preview) {
      before.pruned = std::move(m_prunedEvaluation);
      before.prunedModel = std::move(m_prunedModel);
      before.prunedModel->model.reset();
    }
    for (const auto& saved : m_savedPlans)
      if (saved.measured) before.measured[saved.name] = *saved.measured;
    m_pairsNow = now;
    m_pairs = *now;
    forgetResults();
    bringBack(std::exchange(m_learned[{now, form}], {}));
  }
}

// What was learned with the pairs that are the present ones again.
void Session::bringBack(Learned known) {
  m_sweep = std::move(known.sweep);
  for (auto& saved : m_savedPlans)
    if (const auto it = known.measured.find(saved.name); it != known.measured.end())
      saved.measured = std::move(it->second);
  if (known.dense) {
    take(known.dense->pairs, &PairOutcome::dense);
    m_dense = std::move(known.dense);
    m_prediction.setDenseLoss(m_dense->overall().loss);
  }
  if (known.pruned && known.prunedModel) {
    take(known.pruned->pairs, &PairOutcome::pruned);
    m_prunedEvaluation = std::move(known.pruned);
    m_prunedModel = std::move(known.prunedModel);
    if (!m_prunedModel->recovered)
      m_prediction.addMeasured(m_prunedModel->plan, m_prunedEvaluation->overall().loss);
    refreshStale();
  }
  Q_EMIT savedPlansChanged();
  Q_EMIT sweepChanged();
  Q_EMIT pairsChanged();
  Q_EMIT evaluationChanged();
}

bool Session::hasWhatPruningNeeds() const {
  return !m_calibration.samples.empty() || !needsCalibration(pruneOptions());
}

void Session::keepScores(const Scores& scores) {
  m_scoresByMethod[scores.method] = scores;
  Q_EMIT scoresByMethodChanged();
}

// Told again with every further draw, a matrix takes its own place.
void Session::addPartialScores(const std::vector<MatrixScore>& scores) {
  for (const auto& score : scores) {
    const auto it = std::find_if(m_partialScores.begin(), m_partialScores.end(),
                                 [&](const MatrixScore& s) { return s.matrix == score.matrix; });
    if (it != m_partialScores.end())
      *it = score;
    else
      m_partialScores.push_back(score);
  }
  Q_EMIT partialScoresChanged();
}

void Session::beginScoring(const ScoreOptions& options) {
  m_scoring = options;
  m_partialScores.clear();
  Q_EMIT partialScoresChanged();
}

void Session::endScoring() {
  if (!m_scoring) return;
  m_scoring.reset();
  m_partialScores.clear();
  Q_EMIT partialScoresChanged();
}

void Session::addDenseResults(const std::vector<PairResult>& results) {
  take(results, &PairOutcome::dense);
}

void Session::setDense(Evaluation evaluation) {
  take(evaluation.pairs, &PairOutcome::dense);
  m_dense = std::move(evaluation);
  m_prediction.setDenseLoss(m_dense->overall().loss);
  Q_EMIT evaluationChanged();
}

void Session::addPrunedResults(const std::vector<PairResult>& results) {
  take(results, &PairOutcome::pruned);
}

void Session::setPruned(PrunedModel model, std::optional<Evaluation> evaluation) {
  if (evaluation) take(evaluation->pairs, &PairOutcome::pruned);
  m_prunedModel = std::move(model);
  m_prunedEvaluation = std::move(evaluation);
  // What foresees losses and what plans are kept with goes by plans alone.
  const bool exact = m_prunedEvaluation && !m_prunedModel->preview && !m_prunedModel->recovered;
  if (exact) m_prediction.addMeasured(m_prunedModel->plan, m_prunedEvaluation->overall().loss);
  const bool staleBefore = m_stale;
  refreshStale();
  // A plan that was kept before it was measured.
  bool kept = false;
  for (auto& saved : m_savedPlans)
    if (exact && !saved.measured && samePlan(saved.plan, m_prunedModel->plan)) {
      saved.measured = {*m_prunedEvaluation, m_prunedModel->options, m_prunedModel->sparsity};
      kept = true;
    }
  if (kept) Q_EMIT savedPlansChanged();
  Q_EMIT evaluationChanged();
  // A plan that changed while the first run went on is stale only when that has ended.
  if (m_stale != staleBefore) Q_EMIT workChanged();
}

void Session::setImproving(bool improving) {
  if (improving == m_improving) return;
  m_improving = improving;
  Q_EMIT improvingChanged();
  Q_EMIT workChanged();
}

void Session::forgetResults() {
  m_prediction.forgetMeasured();
  m_outcomes.assign(m_pairs.samples.size(), {});
  m_dense.reset();
  m_prunedEvaluation.reset();
  m_prunedModel.reset();
  for (auto& saved : m_savedPlans) saved.measured.reset();  // of other pairs
  setStale(false);
}

void Session::setStale(bool stale) {
  if (stale == m_stale) return;
  m_stale = stale;
  Q_EMIT staleChanged();
}

void Session::refreshStale() {
  setStale(m_prunedModel && !m_plan.isEmpty() &&
           !(samePlan(m_prunedModel->plan, m_plan.plan()) &&
             sameChoices(m_prunedModel->options, pruneOptions()) &&
             m_prunedModel->recovered == m_plan.recovered()));
}

void Session::take(const std::vector<PairResult>& results, std::optional<PairResult> PairOutcome::*which) {
  std::vector<qint64> changed;
  for (const auto& result : results)
    if (size_t(result.sample) < m_outcomes.size()) {
      m_outcomes[size_t(result.sample)].*which = result;
      changed.push_back(result.sample);
    }
  if (!changed.empty()) Q_EMIT outcomesChanged(changed);
}

}  // namespace espalier
