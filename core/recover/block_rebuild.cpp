#include "core/recover/block_rebuild.h"

#include <c10/core/GradMode.h>

#include <set>

#include "core/base/parallel.h"
#include "core/recover/kept_report.h"
#include "core/recover/minimise.h"
#include "core/recover/real_positions.h"
#include "core/sweep/traversal.h"

namespace espalier {

namespace {

constexpr double kRebuildRate = 2e-2;  // of a tensor whose numbers have a root mean square of 1

// A block, or one of its parts, with the states of all batches before it: what the dense blocks before give,
// and what the recovered ones do.
class Rebuild {
 public:
  Rebuild(Recovery& r, std::string method, bool vectorsOnly)
      : m_r(r), m_method(std::move(method)), m_vectorsOnly(vectorsOnly) {
    auto batches = r.training;
    batches.insert(batches.end(), r.heldOut.begin(), r.heldOut.end());
    m_recovered = beginAll(batches, r.weights);
    m_dense = m_recovered;
  }

  void run() {
    const auto& blocks = m_r.model.blocks();
    std::vector<bool> changed;
    size_t end = 0;
    int64_t steps = 0;
    for (const auto& block : blocks) {
      m_r.control.throwIfCancelled();
      changed.push_back(isPruned(*block, m_r.dense, m_r.weights));
      if (changed.back()) end = changed.size(), steps += int64_t(partsOf(*block)) * m_r.options.rebuildSteps;
    }
    ProgressMeter meter(m_r.control, "Rebuilding blocks", steps);
    for (size_t b = 0; b < end; ++b)
      for (size_t part = 0; part < partsOf(*blocks[b]); ++part) pass(*blocks[b], part, changed[b], meter);
  }

 private:
  size_t partsOf(const Block& block) const {
    return block.description().parameters() > m_r.wholeBlock ? block.parts() : 1;
  }

  void runPart(const Block& block, size_t part, State& state, const Pass& pass) const {
    if (partsOf(block) == 1)
      block.run(state, pass);
    else
      block.runPart(part, state, pass);
  }

  void advance(const Block& block, size_t part, const Weights& weights, States& states) {
    visitBlock(
        block, states, m_r.control,
        [&](const WorkUnit&, State& state) { runPart(block, part, state, Pass{weights}); },
        OwnPages::For::Brief);
  }

  void pass(const Block& block, size_t part, bool changed, ProgressMeter& meter) {
    std::string name = block.name();
    if (partsOf(block) > 1) name += ", part " + std::to_string(part + 1);
    if (!changed) {
      advance(block, part, *m_r.dense, m_dense);
      advance(block, part, m_r.weights, m_recovered);
      return;
    }
    std::vector<at::Tensor> real;
    for (const auto& state : m_dense) real.push_back(realPositions(state, block.description().component));
    advance(block, part, *m_r.dense, m_dense);
    const auto key = m_r.name + "/" + name;
    if (auto kept = m_r.store ? m_r.store->find(key) : std::nullopt) {
      m_r.weights.store(kept->file);
      m_r.store->readAbout([&] { m_r.reports.push_back(reportFrom(kept->about)); });
      meter.advance(m_r.options.rebuildSteps, name);
    } else if (!m_r.enough.stop_requested()) {
      rebuild(block, part, name, key, real, meter);
    }
    advance(block, part, m_r.weights, m_recovered);
  }

  void rebuild(const Block& block, size_t part, const std::string& name, const std::string& key,
               const std::vector<at::Tensor>& real, ProgressMeter& meter) {
    Minimisation task;
    task.method = m_method;
    task.block = name;
    task.tensors = trainedTensorsOf(m_r.model, block, m_r.weights);
    if (partsOf(block) > 1) {
      const auto used = matricesOf(block, part);
      std::erase_if(task.tensors,
                    [&](const auto& t) { return t.second.value.dim() > 1 && !used.contains(t.first); });
    }
    if (m_vectorsOnly) std::erase_if(task.tensors, [](const auto& t) { return t.second.value.dim() > 1; });
    if (task.tensors.empty()) {
      meter.advance(m_r.options.rebuildSteps, name);
      return;
    }
    task.weightsWith = [&](const std::map<std::string, at::Tensor>& values) {
      Weights weights(m_r.weights);
      for (const auto& [tensor, value] : values) weights.set(tensor, value.to(m_r.weights.device()));
      return weights;
    };
    task.count = int64_t(m_r.training.size());
    task.heldOut = int64_t(m_r.heldOut.size());
    task.steps = m_r.options.rebuildSteps;
    task.batchesInStep = m_r.batchesInStep;
    task.rate = kRebuildRate * m_r.options.rate;
    task.seed = m_r.options.seed;
    const auto units = unitsOf(real);
    task.loss = [&](const Weights& weights, int64_t batch) {
      const auto i = size_t(batch);
      const auto& wanted = m_dense[i].hidden;
      if (!wanted.defined()) return at::zeros({});  // a text without pictures
      State state = m_recovered[i];
      runPart(block, part, state, Pass{weights});
      auto difference = state.hidden - wanted;
      if (real[i].defined()) difference = difference * real[i].unsqueeze(-1);
      return difference.square().sum() /
             (batch < int64_t(m_r.training.size()) ? units.training : units.heldOut);
    };
    auto found = minimise(task, m_r, meter);
    found.report.measure = "relative error";
    found.report.numbers = units.numbers;
    std::map<std::string, at::Tensor> stored;
    for (const auto& [tensor, value] : found.best) stored[tensor] = asStored(m_r.weights, tensor, value);
    setRecovered(m_r, key, stored, found.report, found.enough);
  }

  // The matrices that a part uses.
  std::set<std::string> matricesOf(const Block& block, size_t part) const {
    struct Names : LinearHook {
      void onLinear(const std::string& weight, const at::Tensor&, at::Tensor&) override {
        seen.insert(weight);
      }
      std::set<std::string> seen;
    } names;
    c10::NoGradGuard noGrad;
    for (State state : m_recovered) {
      runPart(block, part, state, Pass{m_r.weights, &names});
      if (!names.seen.empty()) break;
    }
    return names.seen;
  }

  // The variance of what the dense block gives times how many numbers a batch has on average: a squared error
  // over these is a batch's share of the relative error.
  struct Units {
    double training = 0, heldOut = 0;
    int64_t numbers = 0;  // in all training batches
  };

  Units unitsOf(const std::vector<at::Tensor>& real) const {
    struct Sums {
      double count = 0;
      at::Tensor sum, squares;  // float64 [width]
    };
    std::vector<Sums> sums(m_dense.size());
    parallelFor(int64_t(m_dense.size()), [&](int64_t i) {
      c10::NoGradGuard noGrad;
      const auto& h = m_dense[size_t(i)].hidden;
      if (!h.defined()) return;
      auto x = h.reshape({-1, h.size(-1)}).to(at::kDouble);
      auto& s = sums[size_t(i)];
      s.count = double(x.size(0));
      if (const auto& mask = real[size_t(i)]; mask.defined()) {
        x = x * mask.reshape({-1, 1}).to(at::kDouble);
        s.count = mask.sum(at::kDouble).item<double>();
      }
      s.sum = x.sum(0);
      s.squares = x.square().sum(0);
    });
    double counts[2] = {}, batches[2] = {double(m_r.training.size()), double(m_r.heldOut.size())};
    Sums all;
    for (size_t i = 0; i < sums.size(); ++i) {
      if (!sums[i].sum.defined()) continue;
      counts[i < m_r.training.size() ? 0 : 1] += sums[i].count;
      if (i >= m_r.training.size()) continue;
      all.sum = all.sum.defined() ? all.sum + sums[i].sum : sums[i].sum;
      all.squares = all.squares.defined() ? all.squares + sums[i].squares : sums[i].squares;
    }
    Units units{1, 1, 0};
    if (!all.sum.defined()) return units;
    const double variance = (all.squares / counts[0] - (all.sum / counts[0]).square()).mean().item<double>();
    const double width = double(all.sum.numel());
    const double one = variance > 0 ? variance * width : width;
    units.training = one * counts[0] / batches[0];
    if (counts[1] > 0) units.heldOut = one * counts[1] / batches[1];
    units.numbers = int64_t(counts[0] * width);
    return units;
  }

  Recovery& m_r;
  std::string m_method;
  bool m_vectorsOnly;
  States m_dense, m_recovered;  // of the training batches, then of those held out
};

}  // namespace

void rebuildBlocks(Recovery& recovery, const std::string& method, bool vectorsOnly) {
  Rebuild(recovery, method, vectorsOnly).run();
}

}  // namespace espalier
