#pragma once

#include <string>

#include "core/model/component.h"
#include "core/model/pass.h"
#include "core/model/state.h"

namespace espalier {

// One step of a model: the paper's block (one transformer layer), or what stands between blocks (embeddings,
// norms, projections, heads), which has no prunable matrices. Immutable; run() may be called from several
// threads.
class Block {
 public:
  explicit Block(BlockDescription description) : m_description(std::move(description)) {}
  virtual ~Block() = default;

  const BlockDescription& description() const { return m_description; }
  const std::string& name() const { return m_description.name; }

  // Takes the state from before this block to after it.
  virtual void run(State& state, const Pass& pass) const = 0;

  // What run() does, in parts one after the other, which hand on the state alone: what is made for one part
  // only need not be kept with that of another. No matrix is used in two of them.
  virtual size_t parts() const { return 1; }
  virtual void runPart(size_t part, State& state, const Pass& pass) const;
  // Whether the product of this matrix is only added to a stream, which its part then ends with. Then no
  // gradient depends on what the product is.
  virtual bool endsPart(const std::string& weight) const;

 private:
  BlockDescription m_description;
};

}  // namespace espalier
