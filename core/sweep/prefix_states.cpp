#include "core/sweep/prefix_states.h"

#include <algorithm>

#include "core/sweep/run.h"

namespace espalier {

namespace {

// The block that a tensor is of by its name; the first where none says so.
size_t blockOf(const Model& model, const std::string& tensor) {
  const auto& blocks = model.blocks();
  for (size_t b = 0; b < blocks.size(); ++b)
    if (tensor.starts_with(blocks[b]->name() + ".")) return b;
  return 0;
}

}  // namespace

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
  std::map<std::string, at::Tensor> others(set.begin(), set.end());
  for (size_t b = 0; b < blocks.size(); ++b) {
    std::vector<at::Tensor> now;
    for (const auto& m : blocks[b]->description().matrices) {
      const auto it = set.find(m.name);
      now.push_back(it == set.end() ? at::Tensor() : it->second);
      others.erase(m.name);
    }
    const bool same =
        known && std::equal(now.begin(), now.end(), m_matrices[b].begin(), m_matrices[b].end(),
                            [](const at::Tensor& x, const at::Tensor& y) { return x.is_same(y); });
    if (!same) m_first = std::min(m_first, b);
    m_matrices[b] = std::move(now);
  }
  // What a recovery trains beside the matrices.
  const auto differs = [](const auto& in, const std::string& name, const at::Tensor& value) {
    const auto it = in.find(name);
    return it == in.end() || !it->second.is_same(value);
  };
  for (const auto& [name, value] : others)
    if (differs(m_others, name, value)) m_first = std::min(m_first, blockOf(model, name));
  for (const auto& [name, value] : m_others)
    if (differs(others, name, value)) m_first = std::min(m_first, blockOf(model, name));
  m_others = std::move(others);
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
