#pragma once

#include "core/engine/kept_tensors.h"
#include "core/prune/prune_model.h"

namespace espalier {

// Pruned blocks in a folder, with what became of their matrices.
class PrunedFolder : public PrunedBlocks {
 public:
  // inputs: everything that the pruned matrices depend on. What the folder holds of other inputs is removed.
  // Throws Error naming the folder: it holds something else, is in use, or is damaged.
  PrunedFolder(std::shared_ptr<const Checkpoint> dense, const nlohmann::json& inputs,
               const JournalOptions& options, Processes& processes = oneProcess());

  // Throws Error (Format) where the block's file is not as it was written.
  std::optional<Kept> find(const std::string& block) override;
  Kept keep(const std::string& block, const std::map<std::string, at::Tensor>& weights,
            const std::vector<MatrixPruning>& matrices, int writer) override;

 private:
  Kept blockOf(KeptTensors::Kept&& kept) const;

  KeptTensors m_kept;
};

}  // namespace espalier
