#pragma once

#include <string>

#include "core/model/layers/activation.h"
#include "core/model/model.h"

namespace espalier {

// One layer as BERT has it, norms after the residuals: self-attention, cross-attention where there is a
// context, MLP. BERT, BLIP's text towers and the Q-Former differ in names.
struct BertLayerSpec {
  int64_t width = 0, heads = 0, inner = 0;
  int64_t contextWidth = 0;  // of what cross-attention reads; 0: the layer has none
  double epsilon = 1e-12;
  Activation activation = Activation::Gelu;
  std::string projections = "self";  // attention.<projections>.query
  std::string intermediate = "intermediate", output = "output";
  // InstructBLIP's Q-Former: so many queries stand before a text. Both attend to each other; cross-attention
  // and the feed-forward part above are the queries' alone, the text has one of its own ("intermediate",
  // "output"). 0: all places are alike.
  int64_t queries = 0;
};

// The layer `name` on x [N, L, width]; context undefined: without cross-attention.
at::Tensor runBertLayer(const BertLayerSpec& spec, const std::string& name, const Pass& pass,
                        Decoding* decoding, const at::Tensor& x, const at::Tensor& bias,
                        const at::Tensor& context, const at::Tensor& contextBias);

// Declares a layer's tensors and describes its block.
BlockDescription declareBertLayer(Model& model, const std::string& name, Component component,
                                  const BertLayerSpec& spec, bool prunedByDefault = true);

// The same and adds a block that takes State::hidden through it. `record`: the name under which its output is
// recorded; empty: not.
void addBertLayer(Model& model, const std::string& name, Component component, const BertLayerSpec& spec,
                  const std::string& record, bool prunedByDefault = true);

}  // namespace espalier
