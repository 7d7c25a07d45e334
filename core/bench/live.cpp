#include "core/bench/live.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>

#include "core/allocate/planner.h"
#include "core/base/numerics.h"
#include "core/bench/work.h"
#include "core/engine/open_model.h"
#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"
#include "core/samples/sample_folder.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr double kTarget = 0.5, kStep = 0.01;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Plan uniformPlan(const OpenModel& model) {
  Scores scores;
  scores.method = "none";
  for (const auto& b : infoOf(model).blocks)
    if (b.prunedByDefault)
      for (const auto& m : b.matrices)
        scores.matrices.push_back(
            {m.name, b.name, nameOf(b.component), m.parameters(), double(m.parameters()), 0, {}});
  PlanRequest request;
  request.target = kTarget;
  return makePlan(scores, request);
}

// One model as the window holds it.
class LiveSession {
 public:
  LiveSession(const std::string& name, const fs::path& modelFolder, const fs::path& calibration,
              const fs::path& pairs, const std::string& inputs, const LiveBenchOptions& options,
              const JobControl& control)
      : m_options(options),
        m_control(control),
        m_model(openModel(modelFolder)),
        m_calibration(openDatasetFor(*m_model, calibration)),
        m_plan(uniformPlan(*m_model)) {
    auto tested = openDatasetFor(*m_model, pairs);
    PruneOptions prune;
    prune.samples = options.samples;
    prune.criterion = options.criterion;
    prune.refinement = options.refinement;
    prune.inputs = inputs;
    m_fixed = LivePruner::previewsExactly(prune);
    m_result = {name, inputs, int64_t(tested.samples.size()), int64_t(m_plan.groups.size()), 0, {}};
    m_pruner = std::make_unique<LivePruner>(m_model, m_calibration, prune);
    m_evaluator = std::make_unique<LiveEvaluator>(std::move(tested));
    m_least = leastOperations(prune);
    answer(m_plan);
  }

  LiveBenchModel run(double gflops) {
    m_result.leastSeconds = m_least / (gflops * 1e9);
    const size_t middle = m_plan.groups.size() / 2;
    tell("every block: a bar in the middle dragged, the others give way", [&](Plan& plan, double by) {
      plan = edited(m_plan, {{m_plan.groups[middle].name, kTarget + by}}).plan;
    });
    std::string component;
    for (size_t g = 0; g < m_plan.groups.size(); ++g) {
      const auto& group = m_plan.groups[g];
      const bool last = g + 1 == m_plan.groups.size();
      if (group.component == component && !last) continue;
      if (!last) component = group.component;
      tell(last ? "the last block alone" : "from the first block of " + component + " on",
           [&](Plan& plan, double by) { plan.groups[g].sparsity += by; });
    }
    return std::move(m_result);
  }

 private:
  // Both passes over the calibration pairs, unless their inputs are known, and the one over the test pairs.
  double leastOperations(const PruneOptions& prune) const {
    const auto operations = [&](const Dataset& data, int64_t batchSize) {
      double sum = 0;
      for (const auto& batch : makeBatches(*m_model->processor, data, batchSize, m_control.stop))
        sum += workOf(*m_model->model, m_model->weights, *batch).total;
      return sum;
    };
    const double asked = operations(m_evaluator->pairs(), prune.batchSize);
    return inputsAreFixed(prune)
               ? asked
               : asked +
                     2 * operations(drawSamples(m_calibration, prune.samples, prune.seed), prune.batchSize);
  }

  LiveTime answer(const Plan& plan) {
    LiveTime time;
    const auto processor = std::clock();
    double at = now();
    const auto lap = [&] { return now() - std::exchange(at, now()); };
    const auto preview = m_pruner->preview(plan, m_control);
    time.previewSeconds = lap();
    const auto first = m_evaluator->run(*preview.model, m_control);
    time.previewAskSeconds = lap();
    time.blocksPruned = m_pruner->lastReuse().total - m_pruner->lastReuse().reused;
    if (m_fixed) {
      time.processorSeconds = double(std::clock() - processor) / CLOCKS_PER_SEC;
      return time;
    }
    const auto pruned = m_pruner->run(plan, m_control);
    time.pruneSeconds = lap();
    const auto exact = m_evaluator->run(*pruned.model, m_control);
    time.askSeconds = lap();
    for (size_t i = 0; i < exact.pairs.size(); ++i) {
      const PairResult &a = first.pairs[i], &b = exact.pairs[i];
      time.previewDiffers +=
          a.answer != b.answer || a.pictureRank != b.pictureRank || a.textRank != b.textRank;
    }
    time.processorSeconds = double(std::clock() - processor) / CLOCKS_PER_SEC;
    time.blocksPruned = m_pruner->lastReuse().total - m_pruner->lastReuse().reused;
    return time;
  }

  // Each repeat changes the plan by another amount, so that nothing is known from before.
  void tell(const std::string& changed, const std::function<void(Plan&, double)>& change) {
    LiveTime best;
    for (int64_t i = 0; i < std::max<int64_t>(1, m_options.repeats); ++i) {
      m_control.throwIfCancelled();
      Plan plan = m_plan;
      change(plan, kStep * double(m_count++ % 8 + 1));
      const auto time = answer(plan);
      if (i == 0 || time.firstSeconds() < best.firstSeconds()) best = time;
    }
    best.changed = changed;
    m_result.times.push_back(best);
    // Back, for the next row.
    answer(m_plan);
  }

  LiveBenchOptions m_options;
  const JobControl& m_control;
  ModelPtr m_model;
  Dataset m_calibration;
  Plan m_plan;
  std::unique_ptr<LivePruner> m_pruner;
  std::unique_ptr<LiveEvaluator> m_evaluator;
  LiveBenchModel m_result;
  bool m_fixed = false;
  double m_least = 0;
  int64_t m_count = 0;
};

std::string milliseconds(double seconds) {
  return std::to_string(std::lround(1000 * seconds));
}

}  // namespace

LiveBenchReport runLiveBench(const LiveBenchOptions& options, const JobControl& control) {
  LiveBenchReport report{numericsReport().processor, numericsReport().threads, measureGflops(), {}};
  const auto emoji = fs::temp_directory_path() / ("espalier-live-" + std::to_string(getpid()));
  writeEmojiSample(emoji);
  for (const auto& [name, folder] :
       {std::pair{"the BLIP-2 sample", sampleFolder()}, std::pair{"the CLIP sample", emoji}})
    for (const char* inputs : {"dense", "pruned"})
      report.models.push_back(LiveSession(name, folder / "model", folder / "calibration", folder / "pairs",
                                          inputs, options, control)
                                  .run(report.gflops));
  std::error_code ignored;
  fs::remove_all(emoji, ignored);
  return report;
}

nlohmann::json toJson(const LiveBenchReport& r) {
  nlohmann::json j{{"processor", r.processor}, {"threads", r.threads}, {"gflops", r.gflops}};
  for (const auto& m : r.models) {
    nlohmann::json model{{"name", m.name},
                         {"inputs", m.inputs},
                         {"pairs", m.pairs},
                         {"blocks", m.blocks},
                         {"leastSeconds", m.leastSeconds}};
    for (const auto& t : m.times)
      model["times"].push_back({{"changed", t.changed},
                                {"blocksPruned", t.blocksPruned},
                                {"previewSeconds", t.previewSeconds},
                                {"previewAskSeconds", t.previewAskSeconds},
                                {"previewDiffers", t.previewDiffers},
                                {"pruneSeconds", t.pruneSeconds},
                                {"askSeconds", t.askSeconds},
                                {"processorSeconds", t.processorSeconds}});
    j["models"].push_back(model);
  }
  return j;
}

std::string toMarkdown(const LiveBenchReport& r) {
  std::string out = "Measured on " + r.processor + ", " + std::to_string(r.threads) + " workers, " +
                    std::to_string(int64_t(r.gflops)) + " GFLOP/s in large products.\n";
  for (const auto& m : r.models) {
    out +=
        "\n### " + m.name + ", " + m.inputs + " inputs: " + std::to_string(m.pairs) + " pairs, " +
        std::to_string(m.blocks) + " blocks\n\nThe products of a plan that changes every block take " +
        milliseconds(m.leastSeconds) +
        " ms at that rate.\n\n| what changed | chosen, ms | asked, ms | first answer, ms | others than the "
        "exact | blocks pruned | pruned, ms | asked, ms | exact answer, ms |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for (const auto& t : m.times)
      out += "| " + t.changed + " | " + milliseconds(t.previewSeconds) + " | " +
             milliseconds(t.previewAskSeconds) + " | " + milliseconds(t.firstSeconds()) + " | " +
             std::to_string(t.previewDiffers) + " | " + std::to_string(t.blocksPruned) + " | " +
             milliseconds(t.pruneSeconds) + " | " + milliseconds(t.askSeconds) + " | " +
             milliseconds(t.exactSeconds()) + " |\n";
  }
  return out;
}

}  // namespace espalier
