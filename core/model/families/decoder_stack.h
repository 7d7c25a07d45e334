#pragma once

#include "core/model/families/decoder_config.h"
#include "core/model/model.h"

namespace espalier {

// Declares the token table. root is where embed_tokens is: "model.", "language_model.model.", ...
void declareDecoderStart(Model& model, const DecoderConfig& config, const std::string& root);

// Embedded tokens, [rows, length, width], scaled as the family has it. root as above.
at::Tensor decoderTokens(const Pass& pass, const DecoderConfig& config, const std::string& root,
                         const at::Tensor& ids);

// What goes into the layers now.
struct DecoderStart {
  at::Tensor embedded;   // [forks * rows, length, width], pictures in their places
  at::Tensor mask;       // of all positions (maskWithPast); undefined: no padding
  at::Tensor positions;  // int64 [rows or 1, length], or [axes, rows or 1, length]
  int64_t past = 0;      // positions that went in before
  at::Tensor alsoSeen;   // bool, see Sight; undefined: texts are read causally
};

// For the block that begins the decoder: sets what the layers need.
void startDecoder(State& state, const Pass& pass, const DecoderConfig& config, const DecoderStart& start);

// Adds the layers, the head and the loss. headRoot is "" or "language_model.": where lm_head is.
void addDecoder(Model& model, const DecoderConfig& config, const std::string& root,
                const std::string& headRoot);

}  // namespace espalier
