#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/model/layers/activation.h"
#include "core/model/layers/rotary.h"

namespace espalier {

// The feed-forward parts that tokens are routed to (mixture of experts): a router gives each token to the
// `perToken` experts it likes best, whose outputs are weighed by its softmax.
struct ExpertsConfig {
  int64_t count = 0, perToken = 0, inner = 0;
  bool weightsSumToOne = false;  // of the chosen ones
};

// What a decoder of LLaMA's kind is made of: an embedding, layers of attention and a gated feed-forward part
// with RMS norms, a head. The families differ in what is said here.
struct DecoderConfig {
  std::string family;  // config.json's model_type: "llama", "qwen2", ...
  int64_t width = 0, inner = 0, layers = 0, heads = 0, keyValueHeads = 0, headWidth = 0, vocabulary = 0;
  int64_t padToken = -1;
  std::vector<int64_t> endTokens;
  double epsilon = 1e-6;
  bool tied = false;  // the head is the table of tokens
  bool queryBias = false, outputBias = false, feedForwardBias = false;
  bool fused = false;           // qkv_proj and gate_up_proj are one matrix each
  bool normsHeads = false;      // an RMS norm of each query and key
  bool normsAroundOne = false;  // a norm's factors are stored less 1
  bool seesAhead = false;       // a place sees those behind it, too (in a window as far as those before it)
  bool normsOutputs = false;    // norms of what attention and feed-forward part put out, too
  double embeddingScale = 1;    // tokens are multiplied by
  double attentionScale = 0;    // queries are multiplied by; 0: 1 / sqrt(headWidth)
  double attentionCap = 0;      // scores are softly limited to; 0: they are not
  double logitCap = 0;          // so are logits
  Activation activation = Activation::Silu;
  RotaryEmbedding rotary;
  RotaryEmbedding localRotary;  // of layers with a window, where hasLocalRotary
  bool hasLocalRotary = false;
  int64_t window = 0;          // how many places a layer with a window sees
  std::vector<bool> windowed;  // which layers have one
  std::vector<bool> rotates;   // which layers turn queries and keys
  ExpertsConfig experts;
  std::vector<bool> routed;  // which layers have experts

  // By the section's "model_type", or `family` where it has none: llama, qwen2, qwen3, mistral, smollm3,
  // gemma, gemma2, gemma3_text, phi3 or qwen3_moe. Keys that are absent have the reference implementation's
  // defaults; both layouts are read, that of transformers 4 and of 5. generation: generation_config.json, or
  // null. Throws Error naming the key and value that cannot be computed.
  static DecoderConfig parse(const nlohmann::json& config, const nlohmann::json& generation,
                             const std::string& family);
  // The families, for messages.
  static std::string knownFamilies();
};

// How many heads keys and values have by a text's configuration: null stands for as many as queries have, no
// key for what the family has.
int64_t keyValueHeadsOf(const nlohmann::json& config, int64_t heads, int64_t absent);

}  // namespace espalier
