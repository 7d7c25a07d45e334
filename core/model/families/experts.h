#pragma once

#include "core/model/block_builder.h"
#include "core/model/families/decoder_config.h"

namespace espalier {

// The feed-forward part of a layer with experts (Qwen3-MoE). Its router, `mlp.gate`, is not pruned; each
// expert, `mlp.experts.E`, has the three matrices of a gated feed-forward part, which see the tokens routed
// to it alone.
void declareExperts(BlockBuilder& block, const DecoderConfig& config);

// What the experts make of x, [forks * rows, length, width]. prefix: the layer's name and a dot. real: where
// tokens stand and no padding, bool [rows or 1, length]; undefined: everywhere. Padding is routed nowhere, so
// that it does not count among what an expert sees. An expert that no token is routed to does not run. A
// token's experts are added up in the order of their numbers.
at::Tensor routedFeedForward(const Pass& pass, const DecoderConfig& config, const std::string& prefix,
                             const at::Tensor& x, const at::Tensor& real);

}  // namespace espalier
