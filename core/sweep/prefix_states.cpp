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
  m_before.assign(1, States(m_batches.size()));
  for (size_t b = 0; b < m_batches.size(); ++b) m_before[0][b].inputs = m_batches[b];
  m_matrices.clear();
  m_fits = true;
}

bool PrefixStates::keeps(size_t block, size_t batch) const {
  return block < m_before.size() && batch < m_before[block].size() && m_before[block][batch].inputs;
}

bool PrefixStates::keeps(size_t block) const {
  for (size_t b = 0; b < m_batches.size(); ++b)
    if (!keeps(block, b)) return false;
  return true;
}

void PrefixStates::forgetBehind(size_t block) {
  if (m_before.size() > block + 1) m_before.resize(block + 1);
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
  forgetBehind(m_first);
  m_before.resize(blocks.size() + 1);
  for (auto& states : m_before) states.resize(m_batches.size());
}

State PrefixStates::before(const Model& model, const Pass& pass, size_t batch, size_t block,
                           const Known* known) {
  size_t at = block;
  while (!keeps(at, batch)) --at;  // the inputs always are
  const bool further = known && known->block > at;
  State now = further ? known->state : m_before[at][batch];
  if (further) at = known->block;
  if (at == 0) now = espalier::begin(m_batches[batch], pass.weights);
  bool keep = !further && !m_batches[batch]->prepare;
  for (; at < block; ++at) {
    runBlocks(model, pass, now, at, at + 1);
    keep = keep && heldBytes(now) * int64_t(m_batches.size() * model.blocks().size()) <= m_memoryBytes;
    if (keep) m_before[at + 1][batch] = now;
  }
  return now;
}

const States& PrefixStates::allBefore(const Model& model, const Weights& weights, size_t block,
                                      const JobControl& control) {
  m_before.resize(std::max(m_before.size(), block + 1));
  size_t at = block;
  while (at > 0 && !keeps(at)) --at;
  if (at == 0) m_before[0] = beginAll(m_batches, weights);
  for (; at < block; ++at) {
    States next = m_before[at];
    passBlock(*model.blocks()[at], next, weights, control);
    m_fits = heldBytes(next) <= m_memoryBytes / int64_t(model.blocks().size());
    if (!m_fits && at > 0) m_before[at].clear();
    m_before[at + 1] = std::move(next);
  }
  return m_before[block];
}

}  // namespace espalier
