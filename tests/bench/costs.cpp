// What small things cost that are done often, each as it is and as it was before, in one run:
// docs/performance.md shows the numbers. Not a test: what it prints depends on the machine.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>

#include "core/allocate/kept_plan.h"
#include "core/engine/open_model.h"
#include "core/live/live_pruner.h"
#include "core/prune/select.h"
#include "core/samples/sample_folder.h"
#include "tests/support/test_plans.h"

using namespace espalier;

namespace {

double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void tell(const char* what, double before, double now, const char* unit) {
  std::printf("| %s | %.3g %s | %.3g %s | %.1f |\n", what, before, unit, now, unit, before / now);
}

// Weights::get of tensors that are held. Before: the tensor was looked up by its bytes, which were looked up
// by its name.
void benchGet(const OpenModel& model) {
  std::vector<std::string> names;
  for (const auto& block : infoOf(model).blocks)
    for (const auto& m : block.matrices) names.push_back(m.name);
  using Key = std::pair<const std::byte*, size_t>;
  std::mutex mutex;
  std::map<Key, at::Tensor> held;
  std::map<std::string, at::Tensor> overrides;
  const Weights& weights = model.weights;
  for (const auto& name : names) {
    const auto stored = weights.stored(name);
    held[{stored.place.data(), stored.place.size()}] = weights.get(name);
  }
  constexpr int kRounds = 2000;
  const auto each = [&](const std::function<void(const std::string&)>& look) {
    double least = 1e9;
    for (int repeat = 0; repeat < 5; ++repeat)
      least = std::min(least, secondsOf([&] {
                         for (int i = 0; i < kRounds; ++i)
                           for (const auto& name : names) look(name);
                       }));
    return least / kRounds / double(names.size()) * 1e6;
  };
  const double before = each([&](const std::string& name) {
    if (overrides.contains(name)) return;
    const auto stored = weights.stored(name);
    std::lock_guard lock(mutex);
    const at::Tensor value = held.at({stored.place.data(), stored.place.size()});
  });
  const double now = each([&](const std::string& name) { const at::Tensor value = weights.get(name); });
  tell("a held tensor by its name", before, now, "us");
  Weights pruned = weights;
  for (size_t i = 0; i < names.size(); i += 2) pruned.set(names[i], at::zeros({1}));
  tell("the same, half of them pruned", before,
       each([&](const std::string& name) { const at::Tensor value = pruned.get(name); }), "us");
}

// A preview as a bar is dragged. Before: all weights of the pruned model were read once more, to count zeros
// that pruning had counted.
void benchPreview(const ModelPtr& model) {
  const auto calibration = openDatasetFor(*model, sampleFolder() / "calibration");
  for (const char* what : {"wanda, dense inputs", "wanda, pruned inputs", "magnitude"}) {
    PruneOptions options;
    options.criterion = std::string(what).substr(0, std::string(what).find(','));
    options.inputs = std::string(what).ends_with("pruned inputs") ? "pruned" : "dense";
    for (const bool all : {true, false}) {
      LivePruner pruner(model, calibration, options);
      Plan plan = test::uniformPlan(*model, 0.5);
      pruner.preview(plan, {});
      std::vector<double> now, recount;
      for (int i = 0; i < 40; ++i) {
        if (all)
          plan = edited(plan, {{plan.groups[plan.groups.size() / 2].name, 0.5 + 0.01 * (i % 8 + 1)}}).plan;
        else
          plan.groups.back().sparsity = 0.5 + 0.01 * (i % 8 + 1);
        PruneResult result;
        now.push_back(secondsOf([&] { result = pruner.preview(plan, {}); }));
        recount.push_back(secondsOf([&] { sparsityOf(*result.model); }));
      }
      std::sort(now.begin(), now.end());
      std::sort(recount.begin(), recount.end());
      const double a = 1e3 * now[now.size() / 2], b = 1e3 * recount[recount.size() / 2];
      const std::string row =
          std::string("a preview, ") + what + (all ? ", every block changed" : ", one block changed");
      tell(row.c_str(), a + b, a, "ms");
    }
  }
}

// A history of 1,000 steps over 588 groups, as the window keeps it. Before: each step held its plan.
void benchHistory() {
  Scores scores;
  scores.method = "zeroth-order";
  for (int i = 0; i < 588; ++i) {
    const std::string block = "language_model.model.layers." + std::to_string(i / 7);
    MatrixScore s;
    s.matrix = block + ".self_attn.q_proj_" + std::to_string(i % 7) + ".weight";
    s.block = block, s.component = "language", s.parameters = 1000000, s.score = 1 + i % 9;
    scores.matrices.push_back(std::move(s));
  }
  PlanRequest request;
  request.granularity = Granularity::Layer;
  Plan plan = makePlan(scores, request);
  const auto megabytes = [&](const std::function<void(const Plan&)>& keep) {
    const auto before = mallinfo2().uordblks + mallinfo2().hblkhd;
    for (int i = 0; i < 1000; ++i) {
      plan.groups[size_t(i) % plan.groups.size()].sparsity += 1e-4;
      keep(plan);
    }
    return double(mallinfo2().uordblks + mallinfo2().hblkhd - before) / 1e6;
  };
  std::vector<std::shared_ptr<const Plan>> whole;
  const double before = megabytes([&](const Plan& p) { whole.push_back(std::make_shared<const Plan>(p)); });
  whole.clear();
  std::vector<std::shared_ptr<const KeptPlan>> kept;
  const double now = megabytes([&](const Plan& p) {
    kept.push_back(std::make_shared<const KeptPlan>(p, kept.empty() ? nullptr : kept.back().get()));
  });
  tell("the plans of 1,000 undo steps over 588 groups", before, now, "MB");
}

}  // namespace

int main() {
  std::printf("| | before | now | times |\n| --- | ---: | ---: | ---: |\n");
  const auto model = openModel(sampleFolder() / "model");
  benchGet(*model);
  benchPreview(model);
  benchHistory();
}
