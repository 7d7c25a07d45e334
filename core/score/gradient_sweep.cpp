#include "core/score/gradient_sweep.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <utility>

#include "core/base/memory.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/base/tensor_memory.h"
#include "core/score/gradient_taker.h"
#include "core/score/kept_products.h"
#include "core/score/state_streams.h"
#include "core/sweep/block_owners.h"
#include "core/sweep/packed_state.h"
#include "core/sweep/state_store.h"
#include "core/sweep/traversal.h"

namespace espalier {

namespace {

using Flows = std::map<std::string, at::Tensor>;

// What flows into a batch's end: d(batch's mean loss) / d(sum of a row).
Flows flowsAtTheEnd(const State& end) {
  lossOfForks(end);  // throws where there is none
  const auto& loss = end.lossSum;
  return {{"lossSum", at::ones(loss.sizes(), loss.options().dtype(at::kDouble)) / end.lossCount.sum()}};
}

// The way of states and gradients over processes that hold blocks of their own; of one that holds all of
// them, none. Every process makes the same calls.
class Relay {
 public:
  Relay(const Model& model, const JobControl& control)
      : m_processes(processesOf(control)), m_relays(m_processes.ownBlocks()), m_owners(model, m_processes) {}

  bool relays() const { return m_relays; }
  bool owns(size_t block) const { return !m_relays || m_owners.owns(block); }

  // From the process of the block before to that of this one.
  void forward(size_t block, States& states, const std::vector<std::shared_ptr<const Batch>>& batches,
               at::Device device) {
    if (m_relays && block > 0)
      moveStates(m_processes, m_owners.ownerOf(block - 1), m_owners.ownerOf(block), states, batches, device);
  }

  // What flows into the states of each batch, from the process of the block behind.
  void back(size_t block, std::vector<Flows>& flows, at::Device device) {
    if (!m_relays) return;
    const int from = m_owners.ownerOf(block + 1), to = m_owners.ownerOf(block);
    if (from == to) return;
    for (auto& flow : flows) {
      if (m_processes.rank() == from) {
        PackedValues out;
        for (const auto& [name, t] : std::exchange(flow, {})) {
          out.put(name);
          putTensor(out, t);
        }
        m_processes.sendText(to, out.bytes());
      } else if (m_processes.rank() == to) {
        const auto text = m_processes.receiveText(from);
        for (PackedReader in(text); !in.atEnd();) {
          auto name = in.takeText();
          flow[std::move(name)] = takeTensor(in).to(device);
        }
      }
    }
  }

  // The sums of a block, from the process that has it.
  void tell(size_t block, std::vector<MatrixGradients>& gradients) {
    if (!m_relays) return;
    PackedValues mine;
    if (owns(block))
      for (const auto& g : gradients) mine.put(g.batches);
    const auto told = m_processes.broadcastText(m_owners.ownerOf(block), mine.bytes());
    PackedReader in(told);
    for (auto& g : gradients) g.batches = in.takeVector<GradientSums>(g.batches.size());
  }

 private:
  Processes& m_processes;
  bool m_relays;
  BlockOwners m_owners;
};

// A part of a block, run with gradients recorded.
struct RecordedPart {
  const Block& block;
  size_t part;
  bool last;   // of the model: what flows into it is found when it has run
  bool first;  // of those wanted: what flows before it is not needed
};

// `flows` holds the loss's gradients by the streams after the part and is replaced by those before it. taker:
// null where the block's matrices are not wanted.
void differentiate(const RecordedPart& p, const Weights& weights, const State& before, GradientTaker* taker,
                   Flows& flows) {
  c10::AutoGradMode record(true);
  std::map<std::string, at::Tensor> inputs;
  torch::autograd::edge_list roots;
  torch::autograd::variable_list flowsIntoRoots;
  {
    State state = before;
    for (const auto& [name, t] : streamsOf(before)) {
      inputs[name] = t.detach().set_requires_grad(!p.first);
      setStream(state, name, inputs[name]);
    }
    p.block.runPart(p.part, state, Pass{weights, taker});
    if (p.last) flows = flowsAtTheEnd(state);
    // Streams after the part with what flows into them. What only passed by takes its gradient along.
    Flows passed;
    for (const auto& [name, t] : streamsOf(state)) {
      const auto it = flows.find(name);
      if (it == flows.end() || !t.requires_grad()) continue;
      if (const auto in = inputs.find(name); in != inputs.end() && in->second.is_same(t)) {
        passed[name] = it->second;
      } else {
        roots.push_back(torch::autograd::impl::gradient_edge(t));
        flowsIntoRoots.push_back(it->second.to(t.scalar_type()));
      }
    }
    flows = std::move(passed);
  }
  // From the edges, so that what the part gave is not held while its gradients are made.
  if (!roots.empty())
    torch::autograd::Engine::get_default_engine().execute(roots, flowsIntoRoots, false, false, true);
  c10::NoGradGuard noGrad;
  for (auto& [name, leaf] : inputs) {
    if (!leaf.grad().defined()) continue;
    auto& flow = flows[name];
    flow = flow.defined() ? flow + leaf.grad() : leaf.grad();
  }
}

// How much memory a sweep may add by what it keeps for the way back, as a part of what is resident without
// it. The gradients of a part need about a fifth more than the part itself; with what is kept all has to stay
// within 1.3 times the memory of inference, and this leaves a margin.
constexpr double kKeptOfResident = 0.18;

// For products, of what they may take beside the states.
int64_t roomForProducts(const StateStore& states, const KeptProducts& products) {
  const int64_t kept = states.bytesInMemory();
  const auto room = int64_t(kKeptOfResident * double(residentMemory() - kept - products.bytes())) - kept;
  return std::max<int64_t>(0, memoryLimit() > 0 ? std::min(room, memoryLimit() / 8 - kept) : room);
}

}  // namespace

void sweepGradients(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches,
                    const std::function<bool(const Block&)>& wanted, const JobControl& control,
                    const BlockDifferentiated& onBlock, const GradientMade& onGradient,
                    int64_t batchesOfAll) {
  const auto& blocks = model.blocks();
  const auto count = int64_t(batches.size());
  const auto isScored = [&](const Block& b) { return !b.description().matrices.empty() && wanted(b); };
  size_t first = blocks.size();
  for (size_t i = blocks.size(); i-- > 0;)
    if (isScored(*blocks[i])) first = i;
  Relay relay(model, control);
  const bool split = batchesOfAll > 0 || relay.relays();
  ProgressMeter meter(control, "Scoring",
                      std::max(count, batchesOfAll) * int64_t(blocks.size() + 3 * (blocks.size() - first)),
                      split ? ProgressMeter::Steps::Split : ProgressMeter::Steps::Own);

  giveFreedMemoryBack();
  StateStore states(batches.size());
  KeptProducts products(batches.size());
  States ends = beginAll(batches, weights, [&](int64_t) { return relay.owns(0); });
  for (size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = *blocks[i];
    relay.forward(i, ends, batches, weights.device());
    if (!relay.owns(i)) continue;
    if (weights.device().is_cpu()) products.allow(roomForProducts(states, products));
    const auto forward = [&](const WorkUnit& unit, State& end) {
      const auto b = size_t(unit.batch);
      for (size_t part = 0; part < block.parts(); ++part) {
        if (i >= first) states.push(b, end);
        // The last part is run on the way back alone.
        if (i >= first && i + 1 == blocks.size() && part + 1 == block.parts()) break;
        if (i >= first && isScored(block)) {
          KeptProducts::Hook hook(products, b, block, weights);
          block.runPart(part, end, Pass{weights, &hook});
        } else {
          block.runPart(part, end, Pass{weights});
        }
      }
      meter.advance(1, block.name());
    };
    visitBlock(block, ends, control, forward, OwnPages::For::Brief);
  }
  ends.clear();
  giveFreedMemoryBack();
  std::vector<Flows> flows(batches.size());
  for (size_t i = blocks.size(); i-- > first;) {
    const Block& block = *blocks[i];
    const bool scored = isScored(block);
    std::vector<MatrixGradients> gradients;
    if (scored)
      for (const auto& m : block.description().matrices)
        gradients.push_back({&m, std::vector<GradientSums>(batches.size())});
    if (i + 1 < blocks.size()) relay.back(i, flows, weights.device());
    parallelFor(relay.owns(i) ? count : 0, [&](int64_t b) {
      control.throwIfCancelled();
      OwnPages pages(OwnPages::For::Brief);
      GradientTaker taker(block, weights, onGradient);
      for (size_t part = block.parts(); part-- > 0;) {
        const RecordedPart p{block, part, i + 1 == blocks.size() && part + 1 == block.parts(),
                             i == first && part == 0};
        const State before = states.pop(size_t(b));
        if (scored && !p.last) taker.setMade(products.pop(size_t(b)));
        differentiate(p, weights, before, scored ? &taker : nullptr, flows[size_t(b)]);
      }
      const auto sums = taker.finish();
      for (size_t m = 0; m < gradients.size(); ++m) gradients[m].batches[size_t(b)] = sums[m];
      meter.advance(3, block.name());
    });
    // What the loss took, with as many classes as there are words, is not needed again.
    if (i + 1 == blocks.size()) giveFreedMemoryBack();
    if (scored) relay.tell(i, gradients);
    if (scored && onBlock) onBlock(block, gradients);
  }
}

}  // namespace espalier
