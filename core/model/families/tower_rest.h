#pragma once

#include <memory>
#include <string>

#include "core/model/model.h"

namespace espalier {

// The layer norm that a tower ends with; no name: none.
struct TowerNorm {
  std::string name;
  double epsilon = 0;
};

// Where a projector reads a layer of a tower before its last, adds a block that records what the reference
// calls last_hidden_state: what the layers behind, which are no part of the model otherwise, would make of
// it. It does so where somebody looks and the files hold these layers. whole: the tower with all layers,
// whose blocks from `first` on are those.
void addTowerRest(Model& model, const std::string& root, std::shared_ptr<const Model> whole, size_t first,
                  TowerNorm norm);

}  // namespace espalier
