#include "ui/tour/sample_tour.h"

#include <QCoreApplication>
#include <algorithm>
#include <memory>

#include "core/evaluate/chance.h"
#include "ui/base/format.h"
#include "ui/plot/plan_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr double kTourTarget = 0.6, kComparedTarget = 0.7;

struct SampleTourText {
  Q_DECLARE_TR_FUNCTIONS(SampleTour)
};

// The run itself, which every claim is read from.
class TourRun {
 public:
  explicit TourRun(TourStage stage) : m_stage(std::move(stage)) {}

  const TourStage& stage() const { return m_stage; }
  Session& session() const { return m_stage.session; }
  bool hasPlan() const { return !session().plan().isEmpty(); }
  const Plan& plan() const { return session().plan().settledPlan(); }
  int pinned() const {
    return int(
        std::count_if(plan().groups.begin(), plan().groups.end(), [](const auto& g) { return g.pinned; }));
  }

  void share(double target, const char* allocator) {
    if (!hasPlan()) return;
    session().plan().setTarget(target);
    session().plan().setAllocator(allocator);
    if (!m_stage.isLive()) m_stage.prune();
  }

  // What the present plan's model answers; kept under the way it is shared.
  std::optional<MeasuredPlan>& measured(const char* allocator) {
    auto& known = std::string(allocator) == "uniform" ? m_even : m_byScore;
    if (hasPlan() && plan().allocator == allocator)
      if (auto now = session().measuredNow()) known = std::move(now);
    return known;
  }

  QString waitForAnswers(const char* allocator) {
    if (measured(allocator) && session().isUpToDate()) return {};
    return m_stage.isBusy() ? SampleTourText::tr("The pruned model is being asked the test pairs\u2026")
                            : QString();
  }

  QString answersOf(const std::optional<MeasuredPlan>& measured) const {
    if (!measured) return {};
    const auto all = measured->evaluation.overall();
    return SampleTourText::tr("At %1 sparsity the model answers <b>%2 of %3</b> right.")
        .arg(percent(measured->sparsity))
        .arg(all.right)
        .arg(all.total);
  }

  QString comparison() {
    const auto &even = measured("uniform"), &byScore = measured("ecoflap");
    if (!even || !byScore || even->evaluation.pairs.size() != byScore->evaluation.pairs.size())
      return SampleTourText::tr("This run has no answers of both plans, so it does not say which is better.");
    int onlyEven = 0, onlyScore = 0;
    for (size_t i = 0; i < even->evaluation.pairs.size(); ++i) {
      const bool a = even->evaluation.pairs[i].right, b = byScore->evaluation.pairs[i].right;
      onlyEven += a && !b;
      onlyScore += b && !a;
    }
    const auto a = even->evaluation.overall(), b = byScore->evaluation.overall();
    const QString counts =
        SampleTourText::tr(
            "Shared evenly, at %1 sparsity: <b>%2 of %3</b> right. Shared by score, at %4: <b>%5 of "
            "%6</b>. %7 answers are right by score alone, %8 evenly alone.")
            .arg(percent(even->sparsity))
            .arg(a.right)
            .arg(a.total)
            .arg(percent(byScore->sparsity))
            .arg(b.right)
            .arg(b.total)
            .arg(onlyScore)
            .arg(onlyEven);
    const double chance = chanceOfDifference(onlyEven, onlyScore);
    QString verdict;
    if (chance >= kChance)
      verdict =
          SampleTourText::tr(
              "Chance alone parts two equally good plans as far in %1 of all runs like this one: these pairs "
              "do not show which is better. More test pairs would.")
              .arg(percent(chance, 0));
    else if (onlyScore > onlyEven)
      verdict =
          SampleTourText::tr("Chance alone does that in %1 of all runs: sharing by score is better here.")
              .arg(percent(chance, chance < 0.01 ? 1 : 0));
    else
      verdict = SampleTourText::tr("Chance alone does that in %1 of all runs: sharing evenly is better here.")
                    .arg(percent(chance, chance < 0.01 ? 1 : 0));
    return counts + ' ' + verdict;
  }

  QString pinsSaid() const {
    const int count = hasPlan() ? pinned() : 0;
    return count
               ? ' ' + SampleTourText::tr("%n pinned blocks keep the sparsity you gave them.", nullptr, count)
               : QString();
  }
  QString targetSaid(double wished) const {
    if (!hasPlan()) return {};
    if (plan().target == wished) return SampleTourText::tr("It is set to %1 now.").arg(percent(wished, 0));
    return SampleTourText::tr("Cap and pins do not allow %1, so it is %2 now.")
        .arg(percent(wished, 0), percent(plan().target));
  }

 private:
  TourStage m_stage;
  std::optional<MeasuredPlan> m_even, m_byScore;
};

using Run = std::shared_ptr<TourRun>;

std::vector<TourStep> stepsOfScoring(const Run& run) {
  const auto chart = [run]() -> QWidget* { return run->stage().chart; };
  const auto firstDraw = [run] {
    const Session& session = run->session();
    if (!session.isScoring()) return QString();
    for (const auto& column : run->stage().chart->columns().columns)
      if (!column.score) return SampleTourText::tr("The first draw of noise is not over yet\u2026");
    return QString();
  };
  return {
      {SampleTourText::tr("A model to prune"),
       [] {
         return SampleTourText::tr(
             "This is a small vision-language model, trained to answer questions about pictures. Pruning "
             "sets "
             "weights to zero. The exported file keeps its size; a packer then stores the zeros in less "
             "room. "
             "<b>Which weights can go?</b> That is the whole question.");
       },
       {},
       [run] {
         if (!run->session().hasModel()) run->stage().openSample();
       },
       [run] {
         return run->session().hasModel() ? QString()
                                          : SampleTourText::tr("The sample is being opened\u2026");
       }},
      {SampleTourText::tr("What it can do"),
       [] {
         return SampleTourText::tr(
             "The test pairs, and what the model answers: a tick is right, a cross is wrong. "
             "After pruning, the second answer stands beside it, and answers that flipped "
             "come first.");
       },
       [run] { return run->stage().pane("pairs"); },
       {},
       {}},
      {SampleTourText::tr("How much each block matters"),
       [run] {
         return SampleTourText::tr(
                    "The <b>global score</b> asks how much the whole model's loss depends on a block. "
                    "The gradient's size would say it: <i style='white-space:nowrap'>s = E "
                    "|\u2202L/\u2202W|</i>. ECoFLaP estimates it from forward passes alone: move the "
                    "weights a little one way and the other along random noise <i>z</i>,<br><i>g = "
                    "|L(W + \u03b5z) \u2212 L(W \u2212 \u03b5z)| / 2\u03b5</i>.") +
                (run->session().isScoring()
                     ? "<br>" + SampleTourText::tr("It is being measured now, block by block.")
                     : QString());
       },
       chart,
       [run] {
         if (!run->session().isScoring()) run->stage().watchEstimate();
       },
       firstDraw},
      {SampleTourText::tr("How sure the estimate is"),
       [] {
         return SampleTourText::tr(
             "The thin lines are standard errors. With few draws of noise, two seeds can order the blocks "
             "differently. Noise is drawn again and again: the bars close in on the <b>exact values</b>, the "
             "lines "
             "across, which the method <i>exact gradient</i> computes. Go on when you have seen enough.");
       },
       chart,
       {},
       firstDraw},
  };
}

std::vector<TourStep> stepsOfBudget(const Run& run) {
  const auto chart = [run]() -> QWidget* { return run->stage().chart; };
  return {
      {SampleTourText::tr("The budget"),
       [run] {
         return SampleTourText::tr(
                    "The target says how much goes in all. Important blocks keep more, the others "
                    "give more, and the total always holds: <i>keep<sub>g</sub> = n<sub>g</sub>(1 "
                    "\u2212 cap) + share by score</i>.") +
                ' ' + run->targetSaid(kTourTarget) + run->pinsSaid();
       },
       [run] { return run->stage().pane("budget"); },
       [run] {
         run->stage().takeEstimate();
         if (run->hasPlan()) run->session().plan().setTarget(kTourTarget);
       },
       [run] {
         return run->session().isScoring() ? SampleTourText::tr("The scores are not there yet\u2026")
                                           : QString();
       }},
      {SampleTourText::tr("The cap"),
       [run] {
         return SampleTourText::tr(
                    "No block loses more than the cap, however little it scores: the dashed line. At "
                    "the target itself every block would lose the same. The paper takes the target "
                    "plus 10 points.") +
                (run->hasPlan() ? ' ' + SampleTourText::tr("It is %1 now.").arg(percent(run->plan().cap))
                                : QString());
       },
       chart,
       [run] {
         if (run->hasPlan()) run->session().plan().letCapFollowTarget();
       },
       {}},
      {SampleTourText::tr("Bend it by hand"),
       [] {
         return SampleTourText::tr(
             "Drag the top of a bar. The block is pinned where you leave it and the others give "
             "way. Arrow keys do the same; Ctrl+Z takes it back. Try it: the window under this "
             "hole is the real one.");
       },
       chart,
       [run] {
         if (run->hasPlan()) run->stage().chart->setCurrent(0);
       },
       {}},
      {SampleTourText::tr("Which weights of a block go"),
       [run] {
         const bool dense = run->session().pruneOptions().inputs == "dense";
         return SampleTourText::tr(
                    "<b>Local pruning</b> removes the weights that matter least for the block's own "
                    "output. Wanda's measure is the weight times the norm of its input, "
                    "<i>|W<sub>ij</sub>| \u00b7 \u2016X<sub>j</sub>\u2016</i>.") +
                ' ' +
                (dense ? SampleTourText::tr(
                             "Here that is the input in the dense model, the same for every plan; as "
                             "published, it is what the pruned blocks before produce (<i>Calibrated "
                             "on</i>, under Budget).")
                       : SampleTourText::tr("That is the input which the pruned blocks before produce, as "
                                            "published.")) +
                ' ' + run->answersOf(run->measured("ecoflap"));
       },
       [run] { return run->stage().pane("results"); }, [run] { run->stage().prune(); },
       [run] { return run->waitForAnswers("ecoflap"); }},
  };
}

std::vector<TourStep> stepsOfComparison(const Run& run) {
  const auto chart = [run]() -> QWidget* { return run->stage().chart; };
  return {
      {SampleTourText::tr("The same for every block"),
       [run] {
         return SampleTourText::tr(
                    "The plan now shares the same target evenly: blocks that the model depends on lose "
                    "as much as those it hardly uses. Does that cost answers?") +
                ' ' + run->targetSaid(kComparedTarget) + run->pinsSaid() + ' ' +
                run->answersOf(run->measured("uniform"));
       },
       chart, [run] { run->share(kComparedTarget, "uniform"); },
       [run] { return run->waitForAnswers("uniform"); }},
      {SampleTourText::tr("And back"),
       [run] {
         const QString said = run->waitForAnswers("ecoflap").isEmpty() ? run->comparison() : QString();
         return SampleTourText::tr("Shared by score again.") + run->pinsSaid() + ' ' + said + "<br>" +
                SampleTourText::tr(
                    "Everything you did stands in Edit \u203a Undo, and is kept with the project "
                    "(Ctrl+S). Ctrl+K finds any command.");
       },
       [run] { return run->stage().pane("results"); }, [run] { run->share(kComparedTarget, "ecoflap"); },
       [run] { return run->waitForAnswers("ecoflap"); }},
  };
}

}  // namespace

std::vector<TourStep> sampleTour(TourStage stage) {
  const Run run = std::make_shared<TourRun>(std::move(stage));
  std::vector<TourStep> steps;
  for (const auto& part : {stepsOfScoring(run), stepsOfBudget(run), stepsOfComparison(run)})
    steps.insert(steps.end(), part.begin(), part.end());
  return steps;
}

}  // namespace espalier
