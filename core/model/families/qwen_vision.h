#pragma once

#include <string>
#include <vector>

#include "core/model/layers/activation.h"
#include "core/model/model.h"

namespace espalier {

// The picture towers of Qwen2-VL, Qwen2.5-VL, Qwen3-VL and Qwen3.5: patches of pictures of any size
// (layers/picture_grids.h), a rotation by row and column, and a merger that makes one token of merge x merge
// patches. Qwen2.5-VL has RMS norms, gated MLPs and attention in windows; Qwen3-VL has a table of positions
// and hands further layers' patches to the text (DeepStack).
enum class QwenVisionKind { Qwen2, Qwen25, Qwen3, Qwen35 };

// Its sizes, with the reference implementation's defaults.
struct QwenVisionConfig {
  QwenVisionKind kind;
  int64_t width, inner, layers, heads, channels, patch, frames, merge;
  int64_t textWidth;           // of the tokens it makes
  int64_t positions = 0;       // rows of the table, a square number; 0: none
  int64_t windowSide = 0;      // in tokens; 0: no windows
  std::vector<int64_t> whole;  // the layers that see all of a picture where others see windows
  std::vector<int64_t>
      deepStack;  // the layers whose patches go to the text, too, as their mergers are numbered
  Activation activation;

  size_t streams() const;  // of deepStackStream()
  static QwenVisionConfig parse(const nlohmann::json& visionConfig, QwenVisionKind kind);
};

// In State::kept: the tokens made of the i-th of the layers of deepStack, in the order they run, [forks,
// tokens, textWidth].
std::string deepStackStream(size_t i);

// Adds the tower, root is "visual." or "model.visual.": pixel_values and image_grid_thw -> State::hidden
// [forks, tokens, textWidth], the tokens of all pictures one behind the other. Without pixel_values
// State::hidden stays undefined.
void addQwenVision(Model& model, const QwenVisionConfig& config, const std::string& root);

}  // namespace espalier
