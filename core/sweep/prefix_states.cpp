#include "core/sweep/prefix_states.h"

#include <algorithm>

#include "core/sweep/run.h"

namespace espalier {

PrefixStates::PrefixStates(int64_t memoryBytes) : m_memoryBytes(memoryBytes) {}

void PrefixStates::setBatches(std::vector<std::shared_ptr<const Batch>> batches) {
  m_batches = std::move(batches);
  m_before.assign(m_batches.size(), {});
  for (size_t b = 0; b < m_batches.size(); ++b) m_before[b].emplace_back().inputs = m_batches[b];
  m_matrices.clear();
}

void PrefixStates::begin(const Model& model, const Weights& weights) {
  const auto& blocks = model.blocks();
  const bool known = m_matrices.size() == blocks.size();
  m_matrices.resize(blocks.size());
  m_first = blocks.size();
  const auto& set = weights.overrides();
  for (size_t b = 0; b < blocks.size(); ++b) {
    std::vector<at::Tensor> now;
    for (const auto& m : blocks[b]->description().matrices) {
      const auto it = set.find(m.name);
      now.push_back(it == set.end() ? at::Tensor() : it->second);
    }
    const bool same =
        known && std::equal(now.begin(), now.end(), m_matrices[b].begin(), m_matrices[b].end(),
                            [](const at::Tensor& x, const at::Tensor& y) { return x.is_same(y); });
    if (!same) m_first = std::min(m_first, b);
    m_matrices[b] = std::move(now);
  }
  for (auto& states : m_before)
    if (states.size() > m_first + 1) states.resize(m_first + 1);
}

State PrefixStates::before(const Model& model, const Pass& pass, size_t batch, size_t block,
                           const Known* known) {
  auto& states = m_before[batch];
  if (states.size() > block) return states[block];
  const bool further = known && known->block >= states.size();
  State now = further ? known->state : states.back();
  size_t at = further ? known->block : states.size() - 1;
  if (at == 0) now = espalier::begin(m_batches[batch], pass.weights);
  bool keep = !further && !m_batches[batch]->prepare;
  for (; at < block; ++at) {
    runBlocks(model, pass, now, at, at + 1);
    keep = keep && heldBytes(now) * int64_t(m_batches.size() * model.blocks().size()) <= m_memoryBytes;
    if (keep) states.push_back(now);
  }
  return now;
}

}  // namespace espalier
