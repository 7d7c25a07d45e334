#pragma once

#include <QObject>
#include <QUndoStack>
#include <map>
#include <optional>

#include "core/allocate/redistribute.h"
#include "ui/session/plan_state.h"

namespace espalier {

// What a person wished that cannot be: said where it was wished.
struct PlanNotice {
  enum class Place { None, Target, Cap, Group };
  Place place = Place::None;
  std::string group;  // where place is Group
  QString text;
};

// The plan being worked on, the choices it is scored and pruned by, and the history of both. Every change is
// a named step of the undo stack; a drag is shown as it goes and becomes one step when it is let go.
class PlanDocument : public QObject {
  Q_OBJECT

 public:
  explicit PlanDocument(QObject* parent = nullptr);

  QUndoStack& history() { return m_history; }

  bool isEmpty() const { return !m_state; }
  // The plan to be shown: the drag's while there is one.
  const Plan& plan() const;
  const Plan& settledPlan() const { return m_state->plan; }
  const Scores& scores() const { return *m_state->scores; }
  bool isScored() const { return m_state && m_state->scored; }
  bool capFollowsTarget() const { return m_state && m_state->capFollowsTarget; }
  const Choices& choices() const { return m_state ? m_state->choices : m_choices; }
  const PlanNotice& notice() const { return m_notice; }

  void begin(PlanState state);  // forgets what was, history included

  // The history as a project keeps it: the state it began with and each step's name and state.
  struct Step {
    QString text;
    KeptStatePtr state;
  };
  std::vector<Step> steps() const;
  int currentStep() const { return m_history.index(); }
  void restore(const std::vector<Step>& steps, int current);  // at least one step; all of the same data

  void clear();
  void setScores(Scores scores);
  // A plan made elsewhere, over the same matrices; with how it is to be pruned, where that belongs to it.
  void setPlan(const QString& stepName, Plan plan, const std::optional<PruneOptions>& prune = {});

  // The same, of which those that follow each other become one step until endGesture().
  void setPlanStepwise(const QString& stepName, Plan plan);

  // Moves in a row, as of a slider, become one step until endGesture() or another kind of change.
  void setTarget(double target);
  void setCap(double cap);
  void endGesture() { ++m_gesture; }

  // What the plan is calibrated and tested with, as a step of its own. There has to be a plan.
  void setData(const QString& stepName, std::shared_ptr<const Dataset> calibration,
               std::shared_ptr<const Dataset> pairs);
  // How the model is asked, as a step of its own. There has to be a plan.
  void setPrompt(const QString& stepName, PromptForm prompt);
  PromptForm prompt() const { return m_state ? m_state->prompt : PromptForm::Auto; }
  std::shared_ptr<const Dataset> calibration() const { return m_state ? m_state->calibration : nullptr; }
  std::shared_ptr<const Dataset> pairs() const { return m_state ? m_state->pairs : nullptr; }
  // Whether any step that led here changed more than the data.
  bool isTouched() const;

  // The plan's model after a recovery, as a step of its own. Steps after it keep it as long as they change
  // nothing in what the plan prunes.
  void setRecovered(const QString& stepName, RecoveredPtr recovered);
  // The same for the plan it was of, which has gone on: that plan comes back with it.
  void setRecovered(const QString& stepName, Plan plan, const PruneOptions& prune, RecoveredPtr recovered);
  // What the plan that is shown was recovered to; null: nothing, or a drag is under way.
  RecoveredPtr recovered() const { return m_state && !m_drag ? m_state->recovered : nullptr; }

  // A named step; those of one choice in a row, as of a spin box, become one. Without a plan there is no
  // history: the choices are taken as they are.
  void setChoices(const Choices& choices);

  void letCapFollowTarget();
  // A cap of its own for a component's blocks, in place of the plan's; none: that again.
  void setComponentCap(const std::string& component, std::optional<double> cap);
  void setGranularity(Granularity granularity);
  void setAggregate(Aggregate aggregate);
  void setAllocator(const std::string& allocator);

  void setSparsity(const std::string& group, double sparsity);  // one step
  void nudge(const std::string& group, double by);              // steps in a row on one group become one
  void setPinned(const std::string& group, bool pinned);
  void resetGroup(const std::string& group);  // back to what the allocator gives it
  void resetAll();                            // no pins

  // Several at once, each one step. Moves go as far as the target allows, all by the same amount.
  using Groups = std::vector<std::string>;
  void nudge(const Groups& groups, double by);
  void setPinned(const Groups& groups, bool pinned);  // a locked component: all of its groups are pinned
  void resetGroups(const Groups& groups);
  // Moves every unpinned group away from the target (factor above 1) or towards it; the total holds.
  void scale(double factor);

  // A drag of one group's bar: the others give way from where they were when it began. Those in `with` move
  // along with it.
  void beginDrag(const std::string& group, const Groups& with = {});
  void dragTo(double sparsity);  // as near to it as the target allows
  void endDrag();                // one step, if anything moved
  void cancelDrag();
  bool isDragging() const { return m_drag.has_value(); }
  const std::string& draggedGroup() const { return m_drag->group; }
  // How far the group can be moved with the target held; nothing if it cannot.
  std::optional<SparsityRange> rangeOf(const std::string& group) const;

 Q_SIGNALS:
  // Once for each edit, undo, redo and move of a drag, when all of it is in place, the history too: after
  // those below.
  void edited();
  void planChanged();    // what plan() shows: settled changes and every move of a drag
  void planSettled();    // a new settled plan: worth pruning to
  void scoresChanged();  // scores() or isScored()
  void choicesChanged();
  void dataChanged();  // calibration(), pairs() or prompt(), before all others
  void noticeChanged();

 private:
  friend class PlanCommand;
  struct Drag {
    std::string group;
    Plan plan;
    Groups with;  // further groups that move by as much
    bool moved = false;
  };
  enum StepKind { Single = -1, Target = 1, Cap, ComponentCap, Nudge, Stepwise, Choice };

  const PlanGroup* groupNamed(const std::string& name) const;
  void push(const QString& text, PlanState next, StepKind kind = Single, const std::string& subject = {});
  void install(const KeptStatePtr& kept);
  void adopt(const KeptStatePtr& kept);
  // The plan with a group at the sparsity, or as near as can be with a notice.
  Plan withGroupAt(const std::string& group, double sparsity);
  // The plan with all of these moved by as much as the target allows of `by`, with a notice at `lead`.
  Plan withGroupsMoved(const Groups& groups, double by, const std::string& lead);
  // Makes the plan anew; false, with a notice at the group, where no plan meets the target.
  bool reallocate(Plan& plan, const std::string& group);
  // The state with its plan made anew, its target moved to the nearest possible one with a notice at `place`.
  PlanState reallocatedNear(PlanState state, PlanNotice::Place place);
  void note(PlanNotice::Place place, const QString& text = {}, const std::string& group = {});

  KeptStatePtr m_kept;       // the settled state as the history has it
  PlanStatePtr m_state;      // the same, to be read
  bool m_restoring = false;  // steps are put back, and nobody reads those in between
  Choices m_choices;         // while there is no state
  std::optional<Drag> m_drag;
  PlanNotice m_notice;
  QUndoStack m_history;
  int m_gesture = 0;
  bool m_installed = false;  // since edited() was told
};

}  // namespace espalier
