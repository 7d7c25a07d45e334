#pragma once

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace espalier {

// Rotary position embedding (Su et al. 2021) as LLaMA has it: the first half of a head is turned against the
// second. Frequencies may be scaled for longer texts:
//   "linear"    positions divided by a factor;
//   "dynamic"   all lowered as soon as a text is longer than those the model was trained on;
//   "llama3"    low frequencies divided, high ones kept, those between blended;
//   "yarn"      the same with a blend that is linear in the frequency's number (Peng et al. 2023);
//   "longrope"  each divided by a factor of its own, for short and for long texts (Ding et al. 2024).
class RotaryEmbedding {
 public:
  RotaryEmbedding() = default;  // turns nothing

  // What a family says by being silent.
  struct Defaults {
    double theta = 10000.0;
    double part = 1.0;        // of each head that is turned
    bool turnsParts = false;  // whether a configuration may say so
  };
  // Reads rope_parameters (transformers 5) or rope_theta, rope_scaling and partial_rotary_factor (4); other
  // kinds of scaling are an Error naming them.
  static RotaryEmbedding parse(const nlohmann::json& config, int64_t headWidth, const Defaults& defaults);

  int64_t frequencies() const { return m_frequencies.size(0); }
  // Whether texts of different lengths are turned differently.
  bool dependsOnLength() const { return m_dynamicFactor > 0 || m_longFrequencies.defined(); }
  // The length from which all places of a text are turned by other frequencies ("longrope"); 0: there is
  // none.
  int64_t changesAt() const { return m_longFrequencies.defined() ? m_trainedLength + 1 : 0; }

  // M-RoPE (Qwen2-VL, Wang et al. 2024): each frequency, of which there are as many as half the turned width,
  // turns by the position along its own axis.
  void setAxes(const std::vector<int64_t>& axisOfFrequency);

  // positions int64 [rows or 1, length] -> cosines and sines, [2, rows or 1, length, turned width]; with
  // setAxes() also [axes, rows or 1, length]. textLength: of the whole text with what went in before, without
  // padding; matters where dependsOnLength().
  at::Tensor tables(const at::Tensor& positions, int64_t textLength) const;

 private:
  void scale(const nlohmann::json& config, const nlohmann::json& scaling, const std::string& kind);

  at::Tensor m_frequencies;      // float32 [turned width / 2]
  at::Tensor m_longFrequencies;  // of texts longer than m_trainedLength ("longrope"); undefined: the same
  at::Tensor m_axes;             // int64 [turned width / 2]: the axis of each; undefined: there is one
  double m_theta = 10000;
  double m_dynamicFactor = 0;  // 0: not "dynamic"
  double m_magnitude = 1;      // what cosines and sines are multiplied by
  int64_t m_trainedLength = 0;
};

// Turns every head of x [forks * rows, length, heads * headWidth] by the tables, which may turn only the
// first part of each. headWidth 0: the tables' width.
at::Tensor rotated(const at::Tensor& x, const at::Tensor& tables, int64_t headWidth = 0);

}  // namespace espalier
