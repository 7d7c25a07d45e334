#include "core/sweep/traversal.h"

#include "core/base/parallel.h"
#include "core/sweep/run.h"

namespace espalier {

States beginAll(const std::vector<std::shared_ptr<const Batch>>& batches, const Weights& weights,
                const std::function<bool(int64_t)>& here) {
  States states(batches.size());
  for (size_t b = 0; b < batches.size(); ++b)
    if (!here || here(int64_t(b))) states[b] = begin(batches[b], weights);
  return states;
}

void visitStates(const Block& block, const States& states, const JobControl& control,
                 const std::function<void(const WorkUnit&, const State&)>& work,
                 std::optional<OwnPages::For> pages, std::optional<BatchRange> among) {
  const auto [begin, end] = among.value_or(BatchRange{0, int64_t(states.size())});
  std::vector<int64_t> batches;
  for (int64_t b = begin; b < end; ++b)
    if (states[size_t(b)].inputs) batches.push_back(b);
  parallelFor(int64_t(batches.size()), [&](int64_t i) {
    control.throwIfCancelled();
    std::optional<OwnPages> own;
    if (pages) own.emplace(*pages);
    const int64_t batch = batches[size_t(i)];
    work({block, batch}, states[size_t(batch)]);
  });
}

void visitBlock(const Block& block, States& states, const JobControl& control, const UnitWork& work,
                std::optional<OwnPages::For> pages) {
  visitStates(
      block, states, control,
      [&](const WorkUnit& unit, const State&) { work(unit, states[size_t(unit.batch)]); }, pages);
}

void passBlock(const Block& block, States& states, const Weights& weights, const JobControl& control,
               std::optional<OwnPages::For> pages) {
  visitBlock(
      block, states, control, [&](const WorkUnit&, State& state) { block.run(state, Pass{weights}); }, pages);
}

int64_t heldBytes(const State& state) {
  const auto bytes = [](const at::Tensor& t) { return t.defined() ? int64_t(t.nbytes()) : 0; };
  int64_t sum = bytes(state.hidden) + bytes(state.context) + bytes(state.logits);
  for (const auto& [name, t] : state.kept) sum += bytes(t);
  return sum;
}

int64_t heldBytes(const States& states) {
  int64_t sum = 0;
  for (const auto& s : states) sum += heldBytes(s);
  return sum;
}

}  // namespace espalier
