#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

// The parts a multimodal model is made of; scores, budgets and colours are grouped by them.
enum class Component { Vision, Bridge, Text, LanguageEncoder, LanguageDecoder };

std::string nameOf(Component component);  // "vision", "bridge", "text", "language encoder", "language decoder"

// A 2-D linear weight inside a block, by the name it has in the checkpoint. rows = outputs, columns = inputs.
struct PrunableMatrix {
  std::string name;
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t parameters() const { return rows * columns; }
};

// A block as the outside sees it: one transformer layer.
struct BlockDescription {
  std::string name;  // the prefix of its tensors in the checkpoint
  Component component = Component::Vision;
  bool prunedByDefault = true;  // false for the Q-Former, as in the paper
  std::vector<PrunableMatrix> matrices;
  int64_t parameters() const;  // of its matrices
};

}  // namespace espalier
