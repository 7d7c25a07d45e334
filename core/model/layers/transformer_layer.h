#pragma once

#include <string>
#include <vector>

#include "core/model/layers/activation.h"
#include "core/model/model.h"

namespace espalier {

// One transformer layer with layer norms: self-attention and a two-layer MLP, each with a residual. ViT,
// CLIP, SigLIP, DINO, BLIP's vision tower, EVA and OPT differ in names, in the places of the norms and in
// some extras. Names are relative to the block's; an empty one means "absent".
struct TransformerLayerSpec {
  int64_t width = 0, heads = 0, inner = 0;
  int64_t attentionWidth = 0;  // heads times the width of a head; 0: width
  double epsilon = 1e-5;
  Activation activation = Activation::Gelu;
  bool normFirst = true;  // before each half; otherwise after the residual

  std::string norm1, norm2, out, fc1, fc2;
  std::vector<std::string> qkv;  // one fused projection or three
  bool normsHaveWeights = true, qkvHasBias = true, othersHaveBias = true;
  bool queryHasBias = true, keyHasBias = true, valueHasBias = true;  // of three projections, where qkvHasBias
  bool outHasBias = true;                                            // where othersHaveBias
  bool mlpHasBias = true;                                            // where othersHaveBias
  bool rotates = false;                                              // queries and keys, by State::rotary
  bool gatesInOne = false;  // fc1 makes 2 inner numbers: the first half, activated, times the second
  std::string gated;        // a further projection that what fc1 gives, activated, is multiplied with

  std::string queryBias, valueBias;  // EVA: the fused projection's bias is these with zeros between
  std::string scale1, scale2;        // layer scale: factors [width] on what is added to the residual
  std::string relativeTable;         // BEiT: bias of the attention scores, by its full name, [offsets, heads]
  std::string queryNorm, keyNorm;    // RMS norms of all heads of the queries and keys together
  bool rmsNorms = false;             // norm1 and norm2 are RMS norms
  at::Tensor relativeIndex;          // which of its rows, int64 [length, length]
};

// Declares the layer's tensors and adds its block. `record`: the name under which its output is recorded;
// empty: not.
void addTransformerLayer(Model& model, const std::string& name, Component component,
                         const TransformerLayerSpec& spec, const std::string& record);

}  // namespace espalier
