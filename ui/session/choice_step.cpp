#include "ui/session/choice_step.h"

#include <QCoreApplication>
#include <QLocale>
#include <vector>

#include "ui/base/format.h"

namespace espalier {

namespace {

struct ChoiceText {
  Q_DECLARE_TR_FUNCTIONS(ChoiceText)
};

QString comparisonTitle(const std::string& comparison) {
  if (comparison == "row") return ChoiceText::tr("Compared in output rows");
  if (comparison == "matrix") return ChoiceText::tr("Compared in whole matrices");
  return ChoiceText::tr("Compared as in the paper");
}

QString number(int64_t value) {
  return QLocale().toString(qlonglong(value));
}

}  // namespace

ChoiceStep choiceStep(const Choices& before, const Choices& after) {
  std::vector<ChoiceStep> steps;
  const auto note = [&](bool changed, const char* subject, const QString& text) {
    if (changed) steps.push_back({text, subject});
  };
  const ScoreOptions &s = before.score, &t = after.score;
  const PruneOptions &p = before.prune, &q = after.prune;
  note(s.method != t.method, "method", ChoiceText::tr("Scoring method %1").arg(methodTitle(t.method)));
  note(s.samples != t.samples, "samples", ChoiceText::tr("Scoring samples %1").arg(number(t.samples)));
  note(s.batchSize != t.batchSize, "batch", ChoiceText::tr("Scoring batch size %1").arg(number(t.batchSize)));
  note(s.draws != t.draws, "draws", ChoiceText::tr("Noise draws %1").arg(number(t.draws)));
  note(s.untilStable != t.untilStable, "stable",
       t.untilStable > 0 ? ChoiceText::tr("Draw until certain to %1").arg(percent(t.untilStable))
                         : ChoiceText::tr("Draw as often as said"));
  note(s.seed != t.seed, "seed", ChoiceText::tr("Scoring seed %1").arg(number(int64_t(t.seed))));
  note(s.includeBridge != t.includeBridge, "bridge",
       t.includeBridge ? ChoiceText::tr("Prune the Q-Former too")
                       : ChoiceText::tr("Leave the Q-Former alone"));
  note(s.statistics != t.statistics, "statistics",
       t.statistics ? ChoiceText::tr("Statistics for other allocators")
                    : ChoiceText::tr("No statistics for other allocators"));
  note(p.criterion != q.criterion, "criterion", ChoiceText::tr("Criterion %1").arg(methodTitle(q.criterion)));
  note(p.refinement != q.refinement, "refinement",
       q.refinement.empty() ? ChoiceText::tr("No refinement")
                            : ChoiceText::tr("Refined by %1").arg(methodTitle(q.refinement)));
  note(p.comparison != q.comparison, "comparison", comparisonTitle(q.comparison));
  note(p.inputs != q.inputs, "inputs",
       q.inputs == "dense" ? ChoiceText::tr("Calibrated on the dense model")
                           : ChoiceText::tr("Calibrated on pruned blocks"));
  note(p.pattern != q.pattern, "pattern", ChoiceText::tr("Pattern %1").arg(text(q.pattern)));
  note(p.samples != q.samples, "calibration",
       ChoiceText::tr("Calibration samples %1").arg(number(q.samples)));
  if (steps.size() == 1) return steps.front();
  if (steps.empty() && sameChoices(before, after)) return {};
  return {ChoiceText::tr("Options"), {}};
}

}  // namespace espalier
