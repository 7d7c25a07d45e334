#pragma once

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace espalier {

// Rotary position embedding (Su et al. 2021) as LLaMA has it: the first half of a head is turned against the
// second. Frequencies may be scaled for longer texts: "linear" (positions divided by a factor), "dynamic"
// (all lowered as soon as a text is longer than those the model was trained on) and "llama3" (low frequencies
// divided, high ones kept, those between blended).
class RotaryEmbedding {
 public:
  // Reads rope_theta and rope_scaling (or rope_parameters); other kinds of scaling are an Error naming them.
  static RotaryEmbedding parse(const nlohmann::json& config, int64_t headWidth);

  // M-RoPE (Qwen2-VL, Wang et al. 2024): each frequency, of which there are headWidth / 2, turns by the
  // position along its own axis.
  void setAxes(const std::vector<int64_t>& axisOfFrequency);

  // positions int64 [rows or 1, length] -> cosines and sines, [2, rows or 1, length, headWidth]; with
  // setAxes() also [axes, rows or 1, length]. textLength: of the whole text with what went in before.
  at::Tensor tables(const at::Tensor& positions, int64_t textLength) const;

 private:
  at::Tensor m_frequencies;  // float32 [headWidth / 2]
  at::Tensor m_axes;         // int64 [headWidth / 2]; undefined: all turn by the one position there is
  double m_theta = 10000;
  double m_dynamicFactor = 0;  // 0: not "dynamic"
  int64_t m_trainedLength = 0;
};

// Turns every head of x [forks * rows, length, heads * headWidth] by the tables.
at::Tensor rotated(const at::Tensor& x, const at::Tensor& tables);

}  // namespace espalier
