#pragma once

#include "core/model/layers/activation.h"
#include "core/model/model.h"

namespace espalier {

// The sizes of an OPT decoder, with the reference implementation's defaults.
struct OptConfig {
  int64_t width, inner, layers, heads, vocabulary, positions;
  int64_t tokenWidth;  // of the token embeddings; where it is not the width, projections stand before and
                       // after the layers
  int64_t startToken, padToken;
  std::vector<int64_t> endTokens;
  bool normFirst, finalNorm, biases, normsHaveWeights, tied;
  Activation activation;

  // generation: generation_config.json, or null.
  static OptConfig parse(const nlohmann::json& config, const nlohmann::json& generation);
};

// Declares what a decoder starts with. root is where embed_tokens is: "model.decoder.", ...
void declareOptStart(Model& model, const OptConfig& config, const std::string& root);

// For the block that begins the decoder: from embedded tokens [forks * rows, length, tokenWidth] and their
// mask (undefined: no padding) to what the layers need.
void startOpt(State& state, const Pass& pass, const OptConfig& config, const std::string& root,
              const at::Tensor& embedded, const at::Tensor& mask, int64_t past);

// Adds the layers, the head and the loss. headRoot is "" or "language_model.": where lm_head is.
void addOpt(Model& model, const OptConfig& config, const std::string& root, const std::string& headRoot);

}  // namespace espalier
