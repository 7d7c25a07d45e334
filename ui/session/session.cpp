#include "ui/session/session.h"

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

bool sameOptions(const PruneOptions& a, const PruneOptions& b) {
  return a.criterion == b.criterion && a.pattern == b.pattern && a.comparison == b.comparison &&
         a.samples == b.samples && a.seed == b.seed;
}

}  // namespace

Session::Session(QObject* parent) : QObject(parent), m_plan(this) {
  connect(&m_plan, &PlanDocument::planSettled, this, &Session::refreshStale);
}

void Session::setScoreOptions(const ScoreOptions& options) {
  m_scoreOptions = options;
  Q_EMIT optionsChanged();
}

void Session::setPruneOptions(const PruneOptions& options) {
  m_pruneOptions = options;
  refreshStale();
  Q_EMIT optionsChanged();
}

void Session::setModel(ModelPtr model, Dataset calibration, Dataset pairs) {
  m_partialScores.clear();
  m_model = std::move(model);
  m_calibration = std::move(calibration);
  m_pairs = std::move(pairs);
  forgetResults();
  auto matrices = matricesOf(info());
  if (matrices.empty())
    m_plan.clear();
  else
    m_plan.begin(unscored(std::move(matrices), kFirstTarget));
  Q_EMIT modelChanged();
  Q_EMIT calibrationChanged();
  Q_EMIT pairsChanged();
  Q_EMIT partialScoresChanged();
  Q_EMIT evaluationChanged();
}

void Session::setCalibration(Dataset calibration) {
  m_calibration = std::move(calibration);
  Q_EMIT calibrationChanged();
}

void Session::setPairs(Dataset pairs) {
  m_pairs = std::move(pairs);
  forgetResults();
  Q_EMIT pairsChanged();
  Q_EMIT evaluationChanged();
}

void Session::addPartialScores(const std::vector<MatrixScore>& scores) {
  m_partialScores.insert(m_partialScores.end(), scores.begin(), scores.end());
  Q_EMIT partialScoresChanged();
}

void Session::beginScoring() {
  m_scoring = true;
  m_partialScores.clear();
  Q_EMIT partialScoresChanged();
}

void Session::endScoring() {
  if (!m_scoring) return;
  m_scoring = false;
  m_partialScores.clear();
  Q_EMIT partialScoresChanged();
}

void Session::addDenseResults(const std::vector<PairResult>& results) {
  take(results, &PairOutcome::dense);
}

void Session::setDense(Evaluation evaluation) {
  take(evaluation.pairs, &PairOutcome::dense);
  m_dense = std::move(evaluation);
  Q_EMIT evaluationChanged();
}

void Session::addPrunedResults(const std::vector<PairResult>& results) {
  take(results, &PairOutcome::pruned);
}

void Session::setPruned(PrunedModel model, std::optional<Evaluation> evaluation) {
  if (evaluation) take(evaluation->pairs, &PairOutcome::pruned);
  m_prunedModel = std::move(model);
  m_prunedEvaluation = std::move(evaluation);
  refreshStale();
  Q_EMIT evaluationChanged();
}

void Session::forgetResults() {
  m_outcomes.assign(m_pairs.samples.size(), {});
  m_dense.reset();
  m_prunedEvaluation.reset();
  m_prunedModel.reset();
  setStale(false);
}

void Session::setStale(bool stale) {
  if (stale == m_stale) return;
  m_stale = stale;
  Q_EMIT staleChanged();
}

void Session::refreshStale() {
  setStale(m_prunedModel && !m_plan.isEmpty() &&
           !(samePlan(m_prunedModel->plan, m_plan.settledPlan()) &&
             sameOptions(m_prunedModel->options, m_pruneOptions)));
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
