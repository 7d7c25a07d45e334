#pragma once

#include <string>

#include "core/model/state.h"

namespace espalier {

// What goes into a decoder now: the inputs' tokens of a forward pass, or those that text is being generated
// from.
struct DecoderInput {
  at::Tensor ids;    // int64 [rows, length]
  at::Tensor mask;   // [rows, length]; undefined: no padding
  int64_t past = 0;  // how many positions went in before
};
DecoderInput decoderInput(const State& state, const std::string& ids = "input_ids",
                          const std::string& mask = "attention_mask");

// In State::fixed, bool [rows, length]: the places of the hidden stream that are no padding, where
// attention's bias does not tell because nothing behind them is looked at.
constexpr const char* kRealPositions = "real positions";
// In State::fixed, bool [rows, length]: the places of a language model's stream that pictures take.
constexpr const char* kPictureMask = "places of pictures";

// The mask of all positions, those that went in before and the new ones: [rows, past + length], or undefined
// where none is padding. While text is generated it is remembered for the next token; to be called once a
// pass.
at::Tensor maskWithPast(State& state, const at::Tensor& newMask, int64_t length);

// Numbers of the new positions, int64. Counted by place: [1, length], past ... past + length - 1. Counted by
// mask, so that padding before a text does not matter: [rows, length], padding is given `padPosition`;
// without a mask by place.
at::Tensor positionsByPlace(int64_t length, int64_t past, at::Device device);
at::Tensor positionsByMask(const at::Tensor& maskWithPast, int64_t length, int64_t past, int64_t padPosition,
                           at::Device device);

// What decoderBias() allows and hides besides.
struct Sight {
  int64_t window = 0;   // how many places back a position sees, itself included (a sliding window); 0: all
  at::Tensor alsoSeen;  // bool [rows or 1, 1, length, past + length]: places seen whatever causality and
                        // window say, such as the rest of a picture or of a prefix; undefined: none
};

// Causal, and blind to padding: additive, [rows or 1, 1, length, past + length]; undefined: all is seen.
at::Tensor decoderBias(const at::Tensor& maskWithPast, int64_t length, int64_t past, at::Device device,
                       const Sight& sight = {});

}  // namespace espalier
