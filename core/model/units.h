#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.h"

namespace espalier {

// Where a tensor holds units: along dimension dim, unit u has the places from offset + u * size on, size of
// them.
struct UnitPart {
  std::string tensor;
  int64_t dim = 0;
  int64_t offset = 0;
  int64_t size = 1;
};

// A number of config.json that counts units.
struct UnitNumber {
  std::string pointer;   // RFC 6901: "/text_config/intermediate_size"
  int64_t ofEach = 1;    // how much of it belongs to a unit
  bool isFixed = false;  // as it stands it goes with any count; it is written where it was only implied
};

// What can leave a block as a whole, with every weight that leads into it or out of it: the neurons of an
// MLP, or the heads of an attention, a key-value head with the queries that share it.
struct BlockUnits {
  enum class Kind { Heads, Neurons };
  Kind kind = Kind::Neurons;
  int64_t count = 0;
  std::vector<UnitPart> in;      // rows of prunable matrices
  std::vector<UnitPart> biases;  // of these rows
  UnitPart out;  // columns of the prunable matrix behind: where they are zero, the unit does nothing
  std::vector<UnitNumber> numbers;
  // Why config.json cannot say a smaller count, a sentence; empty: it can.
  std::string whyWhole;

  int64_t weightsOfEach(const BlockDescription& block) const;  // of its matrices
};

std::string nameOf(BlockUnits::Kind kind);  // "heads", "neurons"

// Those of a block, heads first; none where Espalier does not know how its matrices belong together.
std::vector<BlockUnits> unitsOf(const Model& model, const Block& block);

}  // namespace espalier
