#include "core/prune/calibration_flow.h"

#include <optional>

#include "core/base/parallel.h"
#include "core/base/tensor_memory.h"
#include "core/model/layers/decoder_input.h"
#include "core/sweep/prefix_states.h"
#include "core/sweep/run.h"

namespace espalier {

CalibrationFlow::CalibrationFlow(const std::vector<std::shared_ptr<const Batch>>& batches,
                                 const Weights& weights, bool firstLayerArguments, const JobControl& control,
                                 bool drift)
    : m_dense(weights), m_control(control) {
  for (const auto& batch : batches) m_states.push_back(begin(batch, weights));
  if (firstLayerArguments) m_layerCalls = m_states;
  if (drift) m_denseStates = m_states;
}

std::vector<std::shared_ptr<const InputStatistics>> gatherInputs(
    const Block& block, const Weights& weights, const std::vector<std::string>& matrices,
    StatisticsNeeds needs, const std::vector<State>& states, const JobControl& control,
    std::vector<State>* after, const DensePass* dense) {
  StatisticsGatherer gatherer(matrices, needs, after != nullptr, routedMatrices(block.description()));
  // What small states need in between leaves no holes worth the time that pages take.
  constexpr int64_t kLargeState = int64_t(2) << 20;
  const bool large = !states.empty() && heldBytes(states[0]) >= kLargeState;
  parallelFor(int64_t(states.size()), [&](int64_t i) {
    control.throwIfCancelled();
    std::optional<OwnPages> pages;
    if (large) pages.emplace(OwnPages::For::Brief);
    DenseInputs denseInputs;
    if (dense) block.run(dense->states[size_t(i)], {dense->weights, &denseInputs});
    const bool chooses = needs.pictureShare > 0 && states[size_t(i)].fixed.contains(kPictureMask);
    State behind;
    if (chooses) {
      behind = states[size_t(i)];
      block.run(behind, {weights});
    }
    auto recorder =
        gatherer.recorder(&states[size_t(i)], dense ? &denseInputs : nullptr, chooses ? &behind : nullptr);
    State aside = states[size_t(i)];
    block.run(aside, {weights, &recorder});
    gatherer.add(i, std::move(recorder));
    if (after) (*after)[size_t(i)] = std::move(aside);
  });
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
  parallelFor(int64_t(m_states.size()), [&](int64_t i) {
    m_control.throwIfCancelled();
    OwnPages pages(OwnPages::For::Brief);
    auto& state = m_states[size_t(i)];
    block.run(state, {weights});
    if (!m_denseStates.empty() && !m_denseAhead) block.run(m_denseStates[size_t(i)], {m_dense});
    if (m_layerCalls.empty()) return;
    auto& call = m_layerCalls[size_t(i)];
    if (layer) {
      const auto bias = call.attentionBias;
      block.run(call, {weights});
      call.attentionBias = bias;
    } else {
      call = state;
    }
  });
  m_denseAhead = false;
}

}  // namespace espalier
