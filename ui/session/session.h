#pragma once

#include <QObject>
#include <optional>
#include <vector>

#include "core/document/project.h"
#include "core/engine/elsewhere.h"
#include "core/engine/engine.h"
#include "core/live/loss_prediction.h"
#include "core/live/matrix_view.h"
#include "ui/session/plan_document.h"
#include "ui/session/selection.h"

namespace espalier {

// Models up to this size answer within seconds and are asked as soon as they are open.
constexpr int64_t kSmallParameters = 50'000'000;

// What a model says to a pair now and what it said before pruning.
struct PairOutcome {
  std::optional<PairResult> dense;
  std::optional<PairResult> pruned;
};

// A model pruned to a plan, and with what.
struct PrunedModel {
  ModelPtr model;
  Plan plan;
  PruneOptions options;
  double sparsity = 0;
  bool preview = false;         // by LivePruner::preview(): good for a first answer, not for export
  RecoveredPtr recovered = {};  // what the model is; null: as pruned
};

// What the window is about: a model, the pairs, the plan and the results. Holds and tells; jobs are the
// controllers'.
class Session : public QObject {
  Q_OBJECT

 public:
  // engine: where models are open and everything is computed; null: in this process.
  explicit Session(QObject* parent = nullptr, ElsewherePtr engine = {});

  const ElsewherePtr& engine() const { return m_engine; }

  bool hasModel() const { return m_model != nullptr; }
  const ModelPtr& model() const { return m_model; }
  const ModelInfo& info() const { return infoOf(*m_model); }
  const Dataset& calibration() const { return m_calibration; }
  const Dataset& pairs() const { return m_pairs; }
  PlanDocument& plan() { return m_plan; }
  const PlanDocument& plan() const { return m_plan; }

  Selection& selection() { return m_selection; }

  const std::vector<PairOutcome>& outcomes() const { return m_outcomes; }  // one for each of pairs()
  const std::optional<Evaluation>& dense() const { return m_dense; }
  const std::optional<Evaluation>& pruned() const { return m_prunedEvaluation; }
  const std::optional<PrunedModel>& prunedModel() const { return m_prunedModel; }
  // The pruned model is of another plan than the present one, a drag's while there is one.
  bool isStale() const { return m_stale; }
  // The results are those of a preview; the exact ones are to come.
  bool isPreview() const { return m_prunedModel && m_prunedModel->preview; }
  // The pruned model is exactly that of the settled plan: what may be exported, kept and compared.
  bool isUpToDate() const { return m_prunedModel && !m_stale && !isPreview() && !m_plan.isDragging(); }

  // The pairs that a person looks at: they are asked first.
  const std::vector<int64_t>& watchedPairs() const { return m_watchedPairs; }
  void setWatchedPairs(std::vector<int64_t> pairs) { m_watchedPairs = std::move(pairs); }

  const ScoreOptions& scoreOptions() const { return m_plan.choices().score; }
  const PruneOptions& pruneOptions() const { return m_plan.choices().prune; }
  const RecoverOptions& recoverOptions() const { return m_plan.choices().recover; }
  void setScoreOptions(
      const ScoreOptions& options);  // a step of the plan's history, as all that a person decides
  void setPruneOptions(const PruneOptions& options);
  void setRecoverOptions(const RecoverOptions& options);

  void setModel(ModelPtr model, Dataset calibration, Dataset pairs);
  // The same model asked in another form (withPrompt), as a step of the plan's history: forgets the results
  // as other data would, and undo brings them back.
  void setPrompted(ModelPtr model);
  void setCalibration(Dataset calibration);
  void setPairs(Dataset pairs);  // forgets the results

  // The session as a project file keeps it, and back. restore() throws Error where the project is of another
  // model; nothing has changed then.
  Project project() const;
  void restore(ModelPtr model, Dataset calibration, Dataset pairs, const Project& project);

  // What the loss of the plan will be, from what is known without running anything.
  // Calibration pairs, or a criterion that goes without.
  bool hasWhatPruningNeeds() const;

  const LossPrediction& prediction() const { return m_prediction; }
  LossPrediction::Result predictedLoss() const;  // of the plan shown, a drag's too
  void setErrorCurves(ErrorCurves errors);
  const std::map<std::string, ScoreSpread>& spreads() const { return m_spreads; }  // by matrix; may be empty
  void setSpreads(std::map<std::string, ScoreSpread> spreads);
  // Sensitivities are kept for each set of options they were measured with; the prediction knows those of the
  // present options.
  void addSensitivity(const PruneOptions& measuredWith, const std::string& group, const Curve& curve);
  void addSensitivity(const std::string& group, const Curve& curve) {
    addSensitivity(pruneOptions(), group, curve);
  }
  void clearSensitivities();          // of the present options
  int measuredSensitivities() const;  // curves, of whatever options

  // A search for a better plan is under way: its steps are not worth pruning to.
  bool isImproving() const { return m_improving; }
  void setImproving(bool improving);

  const std::vector<SavedPlan>& savedPlans() const { return m_savedPlans; }
  // The present one, with its results where they are of it; takes the place of one of that name.
  void savePlan(const std::string& name);
  void keepPlan(SavedPlan plan);                                     // one of that name gives way
  void setMeasured(const std::string& name, MeasuredPlan measured);  // what a kept plan's model answered
  void removeSavedPlan(const std::string& name);
  std::optional<MeasuredPlan> measuredNow() const;  // the results, where they are of the present plan

  const std::vector<StudyPoint>& sweep() const { return m_sweep; }  // of whatever options
  std::vector<StudyPoint> sweepNow() const;  // of the present calibration data, options and prompt form
  std::string sweepConditions() const;       // StudyPoint::conditions of those
  std::string planConditions() const;        // of points of kThisPlan: the present plan whatever its target
  // Takes the place of the same method, sparsity, seed and conditions.
  void addSweepPoint(const StudyPoint& point);
  void clearSweep();

  // Models that were made of plans, kept with the project.
  const RunsTable& runs() const { return m_runs; }
  void changeRuns(const std::function<void(RunsTable&)>& change);

  // What scorings of this model by these calibration pairs gave, the last of each method.
  const std::map<std::string, Scores>& scoresByMethod() const { return m_scoresByMethod; }
  void keepScores(const Scores& scores);

  // The matrices scored so far of a scoring that runs; empty when it has ended.
  const std::vector<MatrixScore>& partialScores() const { return m_partialScores; }
  bool isScoring() const { return m_scoring.has_value(); }
  const std::optional<ScoreOptions>& scoring() const { return m_scoring; }
  void beginScoring(const ScoreOptions& options);
  void addPartialScores(const std::vector<MatrixScore>& scores);
  void endScoring();

  void addDenseResults(const std::vector<PairResult>& results);
  void setDense(Evaluation evaluation);
  void addPrunedResults(const std::vector<PairResult>& results);
  void setPruned(PrunedModel model, std::optional<Evaluation> evaluation);

 Q_SIGNALS:
  // What a live pruning follows: the plan shown, its options, what the results are of, a search. Once for
  // each change, when all of it is in place.
  void workChanged();
  void modelAboutToChange();  // what there is, is there for the last time
  void modelChanged();
  void calibrationChanged();
  void pairsChanged();
  void partialScoresChanged();  // partialScores() or isScoring()
  void scoresByMethodChanged();
  void outcomesChanged(const std::vector<qint64>& pairs);  // those with a new answer
  void evaluationChanged();                                // dense(), pruned(), prunedModel()
  void staleChanged();
  void optionsChanged();
  void savedPlansChanged();
  void predictionChanged();  // what prediction() knows
  void improvingChanged();
  void sweepChanged();
  void runsChanged();

 private:
  void takeData();
  void forgetResults();
  void setStale(bool stale);
  void refreshStale();
  void take(const std::vector<PairResult>& results, std::optional<PairResult> PairOutcome::*which);

  ElsewherePtr m_engine;
  ModelPtr m_model;
  Dataset m_calibration, m_pairs;
  PlanDocument m_plan;
  Selection m_selection;
  std::vector<MatrixScore> m_partialScores;
  std::map<std::string, Scores> m_scoresByMethod;
  std::vector<PairOutcome> m_outcomes;
  std::vector<int64_t> m_watchedPairs;
  std::optional<Evaluation> m_dense, m_prunedEvaluation;
  // What was learned with data that undo may bring back.
  struct Learned {
    std::optional<Evaluation> dense, pruned;
    std::optional<PrunedModel> prunedModel;  // without the model itself: it may be large
    std::vector<StudyPoint> sweep;
    std::map<std::string, MeasuredPlan> measured;  // by a kept plan's name
  };
  struct Calibrated {
    std::map<std::string, Scores> scoresByMethod;
    std::vector<Project::SensitivitySet> sensitivities;
  };
  void bringBack(Learned known);
  void showSensitivities();
  void resetPlaces();
  Project::SensitivitySet* sensitivitiesOf(const PruneOptions& options);  // null: none
  using DataKey = std::pair<std::shared_ptr<const Dataset>, PromptForm>;
  std::map<DataKey, Learned> m_learned;        // by test pairs
  std::map<DataKey, Calibrated> m_calibrated;  // by calibration data
  std::map<PromptForm, ModelPtr> m_byPrompt;   // the model in each form it was asked in
  std::vector<Project::SensitivitySet> m_sensitivities;
  std::shared_ptr<const Dataset> m_calibrationNow, m_pairsNow;  // the plan's, as far as they are taken
  std::optional<PrunedModel> m_prunedModel;
  std::vector<SavedPlan> m_savedPlans;
  LossPrediction m_prediction;
  std::map<std::string, ScoreSpread> m_spreads;
  bool m_improving = false;
  std::vector<StudyPoint> m_sweep;
  RunsTable m_runs;
  std::optional<ScoreOptions> m_scoring;
  bool m_stale = false;
};

}  // namespace espalier
