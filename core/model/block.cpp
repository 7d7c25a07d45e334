#include "core/model/block.h"

namespace espalier {

void Block::runPart(size_t, State& state, const Pass& pass) const {
  run(state, pass);
}

bool Block::endsPart(const std::string&) const {
  return false;
}

}  // namespace espalier
