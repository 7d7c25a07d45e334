#pragma once

#include "core/model/layers/activation.h"
#include "core/model/layers/rotary.h"
#include "core/model/model.h"

namespace espalier {

// The sizes of a LLaMA decoder, with the reference implementation's defaults.
struct LlamaConfig {
  int64_t width, inner, layers, heads, keyValueHeads, headWidth, vocabulary;
  int64_t padToken;
  std::vector<int64_t> endTokens;
  double epsilon;
  bool attentionBias, mlpBias, tied;
  Activation activation;
  RotaryEmbedding rotary;

  // generation: generation_config.json, or null.
  static LlamaConfig parse(const nlohmann::json& config, const nlohmann::json& generation);
};

// Declares the token table. root is where embed_tokens is: "model.", "language_model.model.", ...
void declareLlamaStart(Model& model, const LlamaConfig& config, const std::string& root);

// For the block that begins the decoder: from embedded tokens [forks * rows, length, width], the mask of all
// positions (maskWithPast) and the numbers of the new ones to what the layers need.
void startLlama(State& state, const Pass& pass, const LlamaConfig& config, const at::Tensor& embedded,
                const at::Tensor& mask, const at::Tensor& positions, int64_t past);

// Adds the layers, the head and the loss. headRoot is "" or "language_model.": where lm_head is.
void addLlama(Model& model, const LlamaConfig& config, const std::string& root, const std::string& headRoot);

}  // namespace espalier
