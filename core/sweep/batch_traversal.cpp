#include "core/sweep/batch_traversal.h"

#include "core/base/error.h"
#include "core/sweep/run.h"

namespace espalier {

BatchPath::BatchPath(const BatchTraversal& traversal, size_t batch)
    : m_traversal(traversal),
      m_batch(batch),
      m_pass{.weights = traversal.weights, .stop = traversal.control.stop} {}

const State& BatchPath::before(size_t block) {
  const auto& [model, weights, batches, asked, control, stage, kept] = m_traversal;
  if (block < m_block) throw Error(ErrorKind::Internal, "A batch was asked to go back to an earlier block.");
  const bool begun = bool(m_state.inputs);
  if (kept) {
    const PrefixStates::Known known{m_block, m_state};
    m_state = kept->before(model, m_pass, m_batch, block, begun ? &known : nullptr);
  } else {
    if (!begun) m_state = begin(batches[m_batch], weights);
    runBlocks(model, m_pass, m_state, m_block, block);
  }
  m_block = block;
  return m_state;
}

}  // namespace espalier
