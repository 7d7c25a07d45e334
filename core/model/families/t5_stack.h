#pragma once

#include "core/model/layers/activation.h"
#include "core/model/model.h"

namespace espalier {

// The sizes of a T5 encoder-decoder (T5 1.0, 1.1, FlanT5), with the reference implementation's defaults.
struct T5Config {
  int64_t width, headWidth, heads, innerWidth, encoderLayers, decoderLayers, vocabulary;
  int64_t buckets, maxDistance, startToken, padToken;
  std::vector<int64_t> endTokens;
  double epsilon;
  bool gated, tied;
  bool scalesOutput;                     // the head reads its input times width^-0.5
  std::string tokens = "shared.weight";  // the table of both stacks
  Activation activation;

  // config: the model's or the section of one that has a T5; generation: generation_config.json, or null;
  // prefix: of the tensors, "" or "language_model.".
  static T5Config parse(const nlohmann::json& config, const nlohmann::json& generation,
                        const ModelSource& source, const std::string& prefix);
};

// Adds everything from the encoder's blocks to the head and loss. prefix is "" or "language_model."; what
// stands before must leave the encoder's input in State::hidden and its mask in State::attentionBias.
void addT5(Model& model, const T5Config& config, const std::string& prefix);

// Embeds input_ids and makes the encoder's mask, for a T5 that stands alone.
void addT5Embedding(Model& model, const T5Config& config);

// Bucket of each relative position: int64 [queries, keys], queries at positions past ... past + queries - 1
// (T5, Raffel et al. 2020, section 2.1; Mesh TensorFlow's logarithmic buckets).
at::Tensor relativePositionBuckets(int64_t queries, int64_t keys, int64_t past, bool bidirectional,
                                   int64_t buckets, int64_t maxDistance, at::Device device);

}  // namespace espalier
