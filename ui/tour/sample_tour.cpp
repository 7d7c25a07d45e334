#include "ui/tour/sample_tour.h"

#include <QCoreApplication>
#include <QDockWidget>

#include "ui/panels/gallery_panel.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/actions.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

struct SampleTourText {
  Q_DECLARE_TR_FUNCTIONS(SampleTour)
};

}  // namespace

std::vector<TourStep> sampleTour(MainWindow& w) {
  MainWindow* window = &w;
  const auto chart = [window]() -> QWidget* { return window->workbench().planPanel()->chart(); };
  const auto dock = [window](const char* name) {
    return [window, name]() -> QWidget* {
      auto* found = window->workbench().findChild<QDockWidget*>(name);
      if (!found) return nullptr;
      found->show();
      found->raise();
      return found;
    };
  };
  const auto plan = [window]() -> PlanDocument& { return window->session().plan(); };
  return {
      {SampleTourText::tr("A model to prune"),
       SampleTourText::tr(
           "This is a small vision-language model, trained to answer questions about pictures. Removing half "
           "of its "
           "weights makes it half as large to store. <b>Which half?</b> That is the whole question."),
       {},
       [window] {
         if (!window->session().hasModel()) window->openSample();
       }},
      {SampleTourText::tr("What it can do"),
       SampleTourText::tr("The test pairs, and what the model answers: a tick is right, a cross is wrong. "
                          "After pruning the second "
                          "answer stands beside it, and answers that flipped come first."),
       dock("pairs"),
       {}},
      {SampleTourText::tr("How much each block matters"),
       SampleTourText::tr("The <b>global score</b> asks how much the whole model's loss depends on a block. "
                          "The gradient's size would say "
                          "it: <i style='white-space:nowrap'>s = E |\u2202L/\u2202W|</i>. ECoFLaP estimates "
                          "it from forward passes alone: move the weights a little "
                          "one way and the other along random noise <i>z</i>,<br><i>g = |L(W + \u03b5z) "
                          "\u2212 L(W \u2212 \u03b5z)| / "
                          "2\u03b5</i>.<br>It is being measured now, block by block."),
       chart,
       [window] {
         if (!window->session().isScoring()) window->actions().watchEstimate->trigger();
       }},
      {SampleTourText::tr("How sure the estimate is"),
       SampleTourText::tr(
           "The thin lines are standard errors. After one draw of noise they are wide: two seeds would not "
           "give the "
           "same order. Noise is drawn again and again now: watch the bars close in on the <b>exact "
           "values</b>, the lines "
           "across, which the method <i>exact gradient</i> computes. Go on when you have seen enough."),
       chart,
       {}},
      {SampleTourText::tr("The budget"),
       SampleTourText::tr("The target says how much goes in all. Important blocks keep more, the others give "
                          "more, and the total always "
                          "holds: <i>keep<sub>g</sub> = n<sub>g</sub>(1 \u2212 cap) + share by score</i>. It "
                          "is set to 60 % now."),
       dock("budget"),
       [window, plan] {
         window->scoring().takeEstimate();
         if (!plan().isEmpty()) plan().setTarget(0.6);
       }},
      {SampleTourText::tr("The cap"),
       SampleTourText::tr("No block loses more than the cap, however little it scores; the dashed line. At "
                          "the target itself every block "
                          "would lose the same. Follow the paper: target plus 10 points."),
       chart,
       [plan] {
         if (!plan().isEmpty()) plan().letCapFollowTarget();
       }},
      {SampleTourText::tr("Bend it by hand"),
       SampleTourText::tr("Drag the top of a bar. The block is pinned where you leave it and the others give "
                          "way. Arrow keys do the same; "
                          "Ctrl+Z takes it back. Try it: the window under this hole is the real one."),
       chart,
       [chart, plan] {
         if (!plan().isEmpty()) static_cast<PlanChart*>(chart())->setCurrent(0);
       }},
      {SampleTourText::tr("Which weights of a block go"),
       SampleTourText::tr("<b>Local pruning</b> removes the weights that matter least for the block's own "
                          "output. Wanda's measure is the "
                          "weight times the norm of its input, <i>|W<sub>ij</sub>| \u00b7 "
                          "\u2016X<sub>j</sub>\u2016</i>. Here that is the input in "
                          "the dense model, the same for every plan; as published, it is what the pruned "
                          "blocks before produce (<i>Calibrated "
                          "on</i>, under Budget). It runs now."),
       dock("results"), [window] { window->actions().prune->trigger(); }},
      {SampleTourText::tr("Why the same for every block fails"),
       SampleTourText::tr("The plan now shares 70 % evenly. Blocks that the model depends on lose as much as "
                          "those it hardly uses, and "
                          "answers go wrong. Undo brings the scored plan back: compare the accuracy."),
       chart,
       [plan] {
         if (plan().isEmpty()) return;
         plan().setTarget(0.7);
         plan().setAllocator("uniform");
       }},
      {SampleTourText::tr("And back"),
       SampleTourText::tr("Shared by score again, at the same 70 %. Everything you did stands in Edit \u203a "
                          "Undo, and is kept with the "
                          "project (Ctrl+S). Ctrl+K finds any command."),
       dock("results"),
       [plan] {
         if (!plan().isEmpty()) plan().setAllocator("ecoflap");
       }},
  };
}

}  // namespace espalier
