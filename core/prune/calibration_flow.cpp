#include "core/prune/calibration_flow.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "core/base/processes.h"
#include "core/model/layers/decoder_input.h"
#include "core/sweep/packed_state.h"
#include "core/sweep/traversal.h"

namespace espalier {

CalibrationFlow::CalibrationFlow(const std::vector<std::shared_ptr<const Batch>>& batches,
                                 const Weights& weights, bool firstLayerArguments, const JobControl& control,
                                 bool drift, const std::function<bool(int64_t)>& here)
    : m_batches(batches), m_dense(weights), m_control(control) {
  if (here)
    m_states = beginAll(batches, weights, here);
  else if (auto& processes = processesOf(control); processes.several())
    m_states = beginAll(batches, weights, [&](int64_t batch) { return processes.owns(batch); });
  else
    m_states = beginAll(batches, weights);
  if (firstLayerArguments) m_layerCalls = m_states;
  if (drift) m_denseStates = m_states;
}

void CalibrationFlow::move(Processes& processes, int from, int to) {
  for (auto* states : {&m_states, &m_layerCalls, &m_denseStates})
    moveStates(processes, from, to, *states, m_batches, m_dense.device());
}

namespace {

// What it costs to prune a matrix, in products, once its inputs are known; what does not belong to one matrix
// alone counts for each.
double costOf(const PrunableMatrix& m, const StatisticsNeeds& needs) {
  const auto rows = double(m.rows), columns = double(m.columns);
  return needs.hessian ? rows * columns * columns + columns * columns * columns : rows * columns;
}

std::vector<double> costsOf(const Block& block, const std::vector<std::string>& names,
                            const StatisticsNeeds& needs) {
  std::vector<double> costs;
  for (const auto& name : names)
    for (const auto& m : block.description().matrices)
      if (m.name == name) costs.push_back(costOf(m, needs));
  return costs;
}

// How many rounds of batches processes go through before they tell each other what they saw: each waits for
// the slowest then. As many as the products of a worker take kProductsOfWorker at most.
int64_t roundsTogether(const Block& block, const std::vector<std::string>& names,
                       const StatisticsNeeds& needs) {
  constexpr int64_t kProductsOfWorker = int64_t(32) << 20, kMost = 1 << 20;
  if (!needs.hessian && !needs.drift) return kMost;
  int64_t bytes = 0;
  for (const auto& name : names)
    for (const auto& m : block.description().matrices)
      if (m.name == name) bytes += m.columns * m.columns * int64_t(sizeof(float));
  return std::clamp<int64_t>(kProductsOfWorker / std::max<int64_t>(1, bytes), 1, kMost);
}

}  // namespace

std::vector<std::shared_ptr<const InputStatistics>> gatherInputs(const Block& block, const Weights& weights,
                                                                 const std::vector<std::string>& matrices,
                                                                 StatisticsNeeds needs, const States& states,
                                                                 const JobControl& control, States* after,
                                                                 const DensePass* dense) {
  StatisticsGatherer gatherer(matrices, needs, after != nullptr, routedMatrices(block.description()));
  // What small states need in between leaves no holes worth the time that pages take.
  constexpr int64_t kLargeState = int64_t(2) << 20;
  bool large = false;
  for (const auto& s : states) large = large || (s.inputs && heldBytes(s) >= kLargeState);
  const auto pages = large ? std::optional(OwnPages::For::Brief) : std::nullopt;
  auto& processes = processesOf(control);
  std::mutex mutex;
  std::map<int64_t, InputRecorder> seen;  // of this round, where several processes share the batches
  const auto watch = [&](const WorkUnit& unit, const State& state) {
    DenseInputs denseInputs;
    if (dense) block.run(dense->states[size_t(unit.batch)], {dense->weights, &denseInputs});
    const bool chooses = needs.pictureShare > 0 && state.fixed.contains(kPictureMask);
    State behind;
    if (chooses) {
      behind = state;
      block.run(behind, {weights});
    }
    auto recorder = gatherer.recorder(&state, dense ? &denseInputs : nullptr, chooses ? &behind : nullptr);
    State aside = state;
    block.run(aside, {weights, &recorder});
    if (processes.several()) {
      recorder.dropInputs();
      std::lock_guard lock(mutex);
      seen.emplace(unit.batch, std::move(recorder));
    } else {
      gatherer.add(unit.batch, std::move(recorder));
    }
    if (after) (*after)[size_t(unit.batch)] = std::move(aside);
  };
  if (!processes.several()) {
    visitStates(block, states, control, watch, pages);
    return gatherer.finish();
  }
  // In rounds, so that no process holds the products of many batches at a time; sums are small.
  const auto costs = costsOf(block, matrices, needs);
  const auto all = int64_t(states.size());
  const auto batches = roundsTogether(block, matrices, needs) * processes.workers();
  for (int64_t first = 0; first < all; first += batches) {
    const BatchRange round{first, std::min(all, first + batches)};
    visitStates(block, states, control, watch, pages, round);
    gatherer.addAmong(processes, round.end - round.begin, std::exchange(seen, {}), costs);
  }
  return gatherer.finish();
}

std::vector<std::shared_ptr<const InputStatistics>> CalibrationFlow::gather(
    const Block& block, const Weights& weights, const std::vector<std::string>& matrices,
    StatisticsNeeds needs) {
  const DensePass dense{m_dense, m_denseStates};
  const bool drift = !m_denseStates.empty();
  auto out = gatherInputs(block, weights, matrices, needs, m_layerCalls.empty() ? m_states : m_layerCalls,
                          m_control, nullptr, drift ? &dense : nullptr);
  m_denseAhead = drift;
  return out;
}

std::vector<std::shared_ptr<const InputStatistics>> CalibrationFlow::gatherAndRun(
    const Block& block, const Weights& weights, const std::vector<std::string>& matrices,
    StatisticsNeeds needs) {
  return gatherInputs(block, weights, matrices, needs, m_states, m_control, &m_states);
}

void CalibrationFlow::run(const Block& block, const Weights& weights) {
  const bool layer = !block.description().matrices.empty();
  const auto onward = [&](const WorkUnit& unit, State& state) {
    block.run(state, {weights});
    if (!m_denseStates.empty() && !m_denseAhead) block.run(m_denseStates[size_t(unit.batch)], {m_dense});
    if (m_layerCalls.empty()) return;
    auto& call = m_layerCalls[size_t(unit.batch)];
    if (layer) {
      const auto bias = call.attentionBias;
      block.run(call, {weights});
      call.attentionBias = bias;
    } else {
      call = state;
    }
  };
  visitBlock(block, m_states, m_control, onward, OwnPages::For::Brief);
  m_denseAhead = false;
}

}  // namespace espalier
