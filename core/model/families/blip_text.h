#pragma once

#include <string>

#include "core/model/layers/bert_layer.h"
#include "core/model/model.h"

namespace espalier {

// The sizes of BLIP's text towers, with the reference implementation's defaults.
struct BlipTextConfig {
  int64_t layers, vocabulary, positions;
  BertLayerSpec layer;
  int64_t startToken, endToken, padToken;
  double labelSmoothing;
  std::string headWeight, headBias;  // of the decoder's head

  // visionWidth: of what cross-attention reads.
  static BlipTextConfig parse(const ModelSource& source, int64_t visionWidth);
};

// Declares the tables of a tower; root is "text_encoder." or "text_decoder.bert.".
void declareBlipTextStart(Model& model, const BlipTextConfig& config, const std::string& root);

// Tokens with the positions past, past + 1, ... after the first norm: [rows, length, width].
at::Tensor embedBlipText(const Pass& pass, const BlipTextConfig& config, const std::string& root,
                         const at::Tensor& ids, int64_t past);

// Adds an encoder: texts reading State::hidden, the pictures' features, become State::hidden.
void addBlipTextEncoder(Model& model, const BlipTextConfig& config, const std::string& root);

// Adds a decoder that reads State::context, its head and its loss; `record` is the name of its logits. ids
// and mask are the inputs it is given in a forward pass. While text is generated all of the context is read,
// padding too, as in the reference.
struct BlipDecoderNames {
  std::string ids, mask, logits;
};
void addBlipTextDecoder(Model& model, const BlipTextConfig& config, const BlipDecoderNames& names);

// What the last block made becomes what cross-attention reads, for each text row. mask: the input that says
// what of it is padding; empty: nothing is.
void addContextStart(Model& model, const std::string& name, Component component, const std::string& record,
                     const std::string& mask);

}  // namespace espalier
