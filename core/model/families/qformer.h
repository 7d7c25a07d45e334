#pragma once

#include "core/model/model.h"

namespace espalier {

// Adds BLIP-2's Q-Former: State::hidden (picture features) is read by learned queries through cross-attention
// and becomes the queries' output, [pictures, queries, width].
void addQFormer(Model& model, const nlohmann::json& qformerConfig, int64_t queries, int64_t visionWidth);

// Adds InstructBLIP's, whose queries also see the instruction (qformer_input_ids, qformer_attention_mask):
// State::hidden becomes the output of queries and text, [rows of text, queries + length, width].
void addInstructQFormer(Model& model, const nlohmann::json& qformerConfig, int64_t queries,
                        int64_t visionWidth);

}  // namespace espalier
