#include "core/report/plan_grid.h"

#include <algorithm>
#include <map>

#include "core/allocate/planner.h"
#include "core/base/error.h"
#include "core/engine/elsewhere.h"
#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"

namespace espalier {

namespace {

void checkGrid(const GridOptions& options) {
  if (options.targets.empty())
    throw Error(ErrorKind::InvalidInput, "A grid of plans needs one target at least.");
  for (const double t : options.targets)
    if (!(t >= 0 && t <= 1))
      throw Error(ErrorKind::InvalidInput,
                  "A target is " + std::to_string(t) + "; it has to be 0 to 1, such as 0.5.");
  if (!(options.step >= 0 && options.step <= 0.5))
    throw Error(ErrorKind::InvalidInput, "The step of the components is " + std::to_string(options.step) +
                                             "; it has to be 0 to 0.5, such as 0.15.");
}

// The largest components, in model order.
std::vector<std::string> movedComponents(const std::vector<PlanGroup>& groups, size_t most) {
  std::map<std::string, int64_t> sizes;
  std::vector<std::string> order;
  for (const auto& g : groups) {
    if (!sizes.contains(g.component)) order.push_back(g.component);
    sizes[g.component] += g.parameters;
  }
  auto largest = order;
  std::stable_sort(largest.begin(), largest.end(),
                   [&](const auto& a, const auto& b) { return sizes[a] > sizes[b]; });
  largest.resize(std::min(most, largest.size()));
  std::erase_if(order,
                [&](const auto& c) { return std::find(largest.begin(), largest.end(), c) == largest.end(); });
  return order;
}

}  // namespace

PlanGrid measureGrid(const ModelPtr& model, const Scores& scores, const Dataset& calibration,
                     const Dataset& pairs, const PruneOptions& prune, const GridOptions& options,
                     const JobControl& control) {
  requireHere(*model, "Writing a page to explore");
  checkGrid(options);
  PlanGrid grid;
  grid.pairs = pairs;
  if (grid.pairs.samples.size() > options.mostPairs) grid.pairs.samples.resize(options.mostPairs);
  grid.step = options.step;
  std::vector<Plan> plans;
  for (const double target : options.targets) {
    PlanRequest request;
    request.target = target;
    plans.push_back(makePlan(scores, request));
  }
  grid.groups = plans.front().groups;
  grid.components = movedComponents(grid.groups, options.step > 0 ? options.components : 0);
  size_t shifted = 1;
  for (size_t i = 0; i < grid.components.size(); ++i) shifted *= 3;

  ProgressMeter meter(control, "Measuring the grid", int64_t(plans.size() * shifted + 1));
  // The steps of each plan are not told one by one.
  const JobControl quiet{.onProgress = {}, .stop = control.stop};
  LiveEvaluator evaluator(grid.pairs);
  grid.dense = evaluator.run(*model, quiet);
  grid.judged = evaluationColumns(grid.dense.task).right;
  // Pictures that cannot be read have no results, in any plan.
  std::vector<Sample> asked;
  for (auto& p : grid.dense.pairs) asked.push_back(grid.pairs.samples[size_t(p.sample)]);
  meter.advance();
  LivePruner pruner(model, calibration, prune);
  for (size_t t = 0; t < plans.size(); ++t)
    for (size_t s = 0; s < shifted; ++s) {
      GridPlan point;
      point.target = options.targets[t];
      Plan plan = plans[t];
      size_t rest = s;
      point.shifts.resize(grid.components.size());
      for (size_t c = grid.components.size(); c-- > 0; rest /= 3) point.shifts[c] = int(rest % 3) - 1;
      for (auto& g : plan.groups) {
        const auto c = std::find(grid.components.begin(), grid.components.end(), g.component);
        if (c != grid.components.end())
          g.sparsity = std::clamp(
              g.sparsity + options.step * point.shifts[size_t(c - grid.components.begin())], 0.0, 1.0);
        point.sparsities.push_back(g.sparsity);
      }
      const auto pruned = pruner.run(plan, quiet);
      point.achieved = pruned.sparsity;
      auto evaluation = evaluator.run(*pruned.model, quiet);
      const auto all = evaluation.overall();
      point.right = all.right;
      point.loss = all.loss;
      point.pairs = std::move(evaluation.pairs);
      grid.plans.push_back(std::move(point));
      meter.advance(1, std::to_string(grid.plans.size()) + " of " + std::to_string(plans.size() * shifted));
    }
  grid.pairs.samples = std::move(asked);
  return grid;
}

}  // namespace espalier
