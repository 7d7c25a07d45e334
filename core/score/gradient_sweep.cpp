#include "core/score/gradient_sweep.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include "core/base/parallel.h"
#include "core/sweep/run.h"

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

GradientSums sumsOf(const at::Tensor& weight, const at::Tensor& gradient) {
  const auto g = gradient.to(at::kDouble).abs(), w = weight.to(at::kDouble).abs(), product = w * g;
  return {g.square().sum().sqrt().item<double>(), g.sum().item<double>(), product.sum().item<double>(),
          product.square().sum().item<double>()};
}

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
  Weights traced(weights);
  std::vector<at::Tensor> leaves;
  if (wanted)
    for (const auto& m : block.description().matrices) {
      leaves.push_back(weights.get(m.name).detach().set_requires_grad(true));
      traced.set(m.name, leaves.back());
    }
  block.run(state, Pass{traced});

  // One scalar whose gradients are the wanted ones: the streams after the block weighted by what flows into
  // them.
  at::Tensor total;
  for (const auto& [name, t] : streamsOf(state)) {
    const auto it = flowing.find(name);
    if (it == flowing.end() || !t.requires_grad()) continue;
    const auto part = (t * it->second).sum();
    total = total.defined() ? total + part.to(total.scalar_type()) : part;
  }
  flowing.clear();
  if (!total.defined() || !total.requires_grad()) return std::vector<GradientSums>(leaves.size());
  total.backward();
  for (auto& [name, leaf] : inputs)
    if (leaf.grad().defined()) flowing[name] = leaf.grad();
  c10::NoGradGuard noGrad;
  std::vector<GradientSums> out;
  for (auto& leaf : leaves)
    out.push_back(leaf.grad().defined() ? sumsOf(leaf.detach(), leaf.grad()) : GradientSums{});
  return out;
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

  std::vector<std::vector<State>> states(batches.size());
  std::vector<std::map<std::string, at::Tensor>> flowing(batches.size());
  parallelFor(count, [&](int64_t b) {
    State state;
    state.inputs = batches[size_t(b)];
    for (size_t i = 0; i < blocks.size(); ++i) {
      control.throwIfCancelled();
      if (i >= first) states[size_t(b)].push_back(state);
      blocks[i]->run(state, Pass{weights});
      meter.advance(1, blocks[i]->name());
    }
    lossOfForks(state);  // throws where there is none
    // d(batch's mean loss) / d(sum of a row).
    flowing[size_t(b)]["lossSum"] = at::ones_like(state.lossSum) / state.lossCount.sum();
  });
  for (size_t i = blocks.size(); i-- > first;) {
    const Block& block = *blocks[i];
    const bool scored = !block.description().matrices.empty() && wanted(block);
    std::vector<MatrixGradients> gradients;
    if (scored)
      for (const auto& m : block.description().matrices)
        gradients.push_back({&m, std::vector<GradientSums>(batches.size())});
    parallelFor(count, [&](int64_t b) {
      control.throwIfCancelled();
      auto& mine = states[size_t(b)];
      const auto sums = differentiate(block, weights, mine.back(), scored, flowing[size_t(b)]);
      mine.pop_back();
      for (size_t m = 0; m < gradients.size(); ++m) gradients[m].batches[size_t(b)] = sums[m];
      meter.advance(3, block.name());
    });
    if (scored && onBlock) onBlock(block, gradients);
  }
}

}  // namespace espalier
