#pragma once

#include <string>
#include <vector>

#include "core/model/layers/activation.h"
#include "core/model/layers/rotary.h"
#include "core/model/model.h"

namespace espalier {

// The texts of Qwen2-VL, Qwen2.5-VL, Qwen3-VL and Qwen3.5: decoders with positions along three axes, which
// read the tokens of a picture tower. Qwen3.5 has layers with the gated delta rule in place of attention, and
// a gate on what attention puts out.
enum class QwenTextKind { Qwen2, Qwen3, Qwen35 };

// Their sizes, with the reference implementation's defaults.
struct QwenTextConfig {
  QwenTextKind kind;
  int64_t width, inner, layers, heads, keyValueHeads, headWidth, rotaryWidth, vocabulary;
  int64_t padToken;
  std::vector<int64_t> endTokens;
  double epsilon;
  bool attentionBias, tied;
  Activation activation;
  RotaryEmbedding rotary;
  int64_t window = 0;                   // how many positions a layer with a window sees
  std::vector<std::string> layerTypes;  // "full_attention", "sliding_attention" or "linear_attention"
  // Of layers with the gated delta rule.
  int64_t keyHeads = 0, valueHeads = 0, keyWidth = 0, valueWidth = 0, kernel = 0;

  // config: the text section, or the whole where it has none; generation: generation_config.json, or null.
  static QwenTextConfig parse(const nlohmann::json& config, const nlohmann::json& generation,
                              QwenTextKind kind);
};

// Adds layer i; record: under which its output is recorded.
void addQwenTextLayer(Model& model, const QwenTextConfig& config, const std::string& root, int64_t i,
                      const std::string& record);

// In State::fixed: the mask of layers with a window.
inline constexpr const char* kQwenWindowBias = "bias.sliding";

// The norms of these texts: Qwen3.5's factors are stored less one.
at::Tensor qwenTextNorm(const QwenTextConfig& config, const Pass& pass, const std::string& name,
                        const at::Tensor& x);

// What a text reads of its picture tower.
struct QwenPictures {
  int64_t token = 0;     // in whose places the tower's tokens go
  int64_t merge = 2;     // patches of a token, each way
  size_t deepStack = 0;  // so many first layers are followed by tokens of deepStackStream()
};

// Adds the whole text, from State::hidden as the tower leaves it to logits and loss. root is where
// embed_tokens is: "model.", "model.language_model.", ...; headRoot where lm_head is.
void addQwenText(Model& model, const QwenTextConfig& config, const QwenPictures& pictures,
                 const std::string& root, const std::string& headRoot);

}  // namespace espalier
