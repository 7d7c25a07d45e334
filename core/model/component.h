#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

// The parts a multimodal model is made of; scores, budgets and colours are grouped by them.
enum class Component {
  Vision,           // a picture encoder
  Bridge,           // BLIP-2's Q-Former and its projection
  Projector,        // LLaVA's projection of picture features
  Text,             // a text tower that is compared with a picture (CLIP), or a text encoder alone (BERT)
  TextEncoder,      // BLIP's
  TextDecoder,      // BLIP's
  LanguageEncoder,  // T5's
  LanguageDecoder,  // T5's
  Language,         // a decoder-only language model
};

// Stable: files keep these. "vision", "bridge", "projector", "text", "text encoder", "text decoder",
// "language encoder", "language decoder", "language".
std::string nameOf(Component component);

// A 2-D linear weight inside a block, by the name it has in the checkpoint. rows = outputs, columns = inputs.
struct PrunableMatrix {
  std::string name;
  int64_t rows = 0;
  int64_t columns = 0;
  bool routed = false;  // an expert's: sees only the tokens that a router sends it, in a batch perhaps none
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
