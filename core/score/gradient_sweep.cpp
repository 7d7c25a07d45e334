#include "core/score/gradient_sweep.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/sweep/run.h"
#include "core/sweep/state_store.h"

namespace espalier {

namespace {

// The streams of a state that gradients flow through, by name. Masks and position biases are constants here:
// they are made of tables that are not pruned.
std::map<std::string, at::Tensor> streamsOf(const State& s) {
  std::map<std::string, at::Tensor> out;
  const auto take = [&](const std::string& name, const at::Tensor& t) {
    if (t.defined() && t.is_floating_point()) out[name] = t;
  };
  take("hidden", s.hidden);
  take("context", s.context);
  take("lossSum", s.lossSum);
  for (const auto& [name, t] : s.kept) take("kept " + name, t);
  return out;
}

void setStream(State& s, const std::string& name, const at::Tensor& t) {
  if (name == "hidden")
    s.hidden = t;
  else if (name == "context")
    s.context = t;
  else if (name == "lossSum")
    s.lossSum = t;
  else
    s.kept[name.substr(5)] = t;
}

// Makes the gradient of each matrix of a block out of the gradient of its layer's output, dW = dy^T x, as
// soon as that flows by, and keeps its sums only. (With the weights themselves as leaves all gradients of the
// block would be in memory at once.)
class GradientTaker : public LinearHook {
 public:
  GradientTaker(const std::vector<PrunableMatrix>& matrices, const Weights& weights) : m_weights(weights) {
    for (size_t i = 0; i < matrices.size(); ++i) m_taken[matrices[i].name].place = i;
    m_sums.resize(matrices.size());
  }

  void onLinear(const std::string& name, const at::Tensor& input, at::Tensor& output) override {
    const auto it = m_taken.find(name);
    if (it == m_taken.end()) return;
    auto* taken = &it->second;
    ++taken->calls;
    if (!output.requires_grad()) output.set_requires_grad(true);
    output.register_hook([this, taken, &name = it->first,
                          x = std::make_shared<at::Tensor>(input.detach())](const at::Tensor& gradient) {
      c10::NoGradGuard noGrad;
      auto product = at::mm(gradient.reshape({-1, gradient.size(-1)}).t(), x->reshape({-1, x->size(-1)}));
      x->reset();  // the hook lives as long as the block's graph
      // A layer that runs several times has the sum of what its runs give.
      if (taken->sum.defined()) product += taken->sum;
      if (--taken->calls > 0)
        taken->sum = product;
      else
        reduce(*taken, name, product);
    });
  }

  std::vector<GradientSums> finish() {
    // Runs whose output has no way to the loss were not told of.
    for (auto& [name, taken] : m_taken)
      if (taken.calls > 0 && taken.sum.defined()) reduce(taken, name, taken.sum);
    return std::move(m_sums);
  }

 private:
  struct Taken {
    size_t place = 0;
    int calls = 0;
    at::Tensor sum;
  };

  void reduce(Taken& taken, const std::string& name, const at::Tensor& gradient) {
    m_sums[taken.place] = gradientSums(m_weights.get(name), gradient);
    taken.sum.reset();
  }

  const Weights& m_weights;
  std::map<std::string, Taken> m_taken;
  std::vector<GradientSums> m_sums;
};

// Runs one block with gradients recorded. `flowing` holds the loss's gradients by the streams after the block
// and is replaced by those before it.
std::vector<GradientSums> differentiate(const Block& block, const Weights& weights, const State& before,
                                        bool wanted, std::map<std::string, at::Tensor>& flowing) {
  c10::AutoGradMode record(true);
  State state = before;
  std::map<std::string, at::Tensor> inputs;
  for (const auto& [name, t] : streamsOf(before)) {
    inputs[name] = t.detach().set_requires_grad(true);
    setStream(state, name, inputs[name]);
  }
  const auto& matrices = block.description().matrices;
  GradientTaker taker(matrices, weights);
  block.run(state, Pass{weights, wanted ? &taker : nullptr});

  // Streams after the block with what flows into them. What only passed by takes its gradient along.
  std::vector<std::pair<at::Tensor, at::Tensor>> roots;
  std::map<std::string, at::Tensor> passed;
  for (const auto& [name, t] : streamsOf(state)) {
    const auto it = flowing.find(name);
    if (it == flowing.end() || !t.requires_grad()) continue;
    if (const auto in = inputs.find(name); in != inputs.end() && in->second.is_same(t))
      passed[name] = it->second;
    else
      roots.emplace_back(t, it->second);
  }
  flowing = std::move(passed);
  if (roots.size() == 1) {
    roots[0].first.backward(roots[0].second.to(roots[0].first.scalar_type()));
  } else if (!roots.empty()) {
    // One scalar whose gradients are the wanted ones: the streams weighted by what flows into them.
    at::Tensor total;
    for (const auto& [t, flow] : roots) {
      const auto part = (t * flow).sum();
      total = total.defined() ? total + part.to(total.scalar_type()) : part;
    }
    total.backward();
  }
  c10::NoGradGuard noGrad;
  for (auto& [name, leaf] : inputs) {
    if (!leaf.grad().defined()) continue;
    auto& flow = flowing[name];
    flow = flow.defined() ? flow + leaf.grad() : leaf.grad();
  }
  return wanted ? taker.finish() : std::vector<GradientSums>();
}

}  // namespace

void sweepGradients(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches,
                    const std::function<bool(const Block&)>& wanted, const JobControl& control,
                    const BlockDifferentiated& onBlock) {
  const auto& blocks = model.blocks();
  const auto count = int64_t(batches.size());
  size_t first = blocks.size();
  for (size_t i = blocks.size(); i-- > 0;)
    if (!blocks[i]->description().matrices.empty() && wanted(*blocks[i])) first = i;
  ProgressMeter meter(control, "Scoring", count * int64_t(blocks.size() + 3 * (blocks.size() - first)));

  StateStore states(batches.size());
  std::vector<State> ends;
  for (const auto& batch : batches) ends.push_back(begin(batch, weights));
  for (size_t i = 0; i < blocks.size(); ++i)
    parallelFor(count, [&](int64_t b) {
      control.throwIfCancelled();
      State& end = ends[size_t(b)];
      if (i >= first) states.push(size_t(b), end);
      blocks[i]->run(end, Pass{weights});
      // A batch's logits may be larger than everything else that is kept of it.
      if (end.lossSum.defined()) end.logits.reset();
      meter.advance(1, blocks[i]->name());
    });
  std::vector<std::map<std::string, at::Tensor>> flowing(batches.size());
  for (size_t b = 0; b < batches.size(); ++b) {
    lossOfForks(ends[b]);  // throws where there is none
    // d(batch's mean loss) / d(sum of a row).
    flowing[b]["lossSum"] = at::ones_like(ends[b].lossSum) / ends[b].lossCount.sum();
  }
  ends.clear();
  giveFreedMemoryBack();
  for (size_t i = blocks.size(); i-- > first;) {
    const Block& block = *blocks[i];
    const bool scored = !block.description().matrices.empty() && wanted(block);
    std::vector<MatrixGradients> gradients;
    if (scored)
      for (const auto& m : block.description().matrices)
        gradients.push_back({&m, std::vector<GradientSums>(batches.size())});
    parallelFor(count, [&](int64_t b) {
      control.throwIfCancelled();
      const State before = states.pop(size_t(b));
      const auto sums = differentiate(block, weights, before, scored, flowing[size_t(b)]);
      for (size_t m = 0; m < gradients.size(); ++m) gradients[m].batches[size_t(b)] = sums[m];
      meter.advance(3, block.name());
    });
    // What the loss took, with as many classes as there are words, is not needed again.
    if (i + 1 == blocks.size()) giveFreedMemoryBack();
    if (scored && onBlock) onBlock(block, gradients);
  }
}

}  // namespace espalier
