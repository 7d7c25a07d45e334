#pragma once

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/batch.h"
#include "core/model/decoding.h"

namespace espalier {

// What flows from block to block for a batch. The first dimension of a stream (hidden, context, kept) is its
// forks times its rows, fork-major: the copies that a sweep perturbs differently run through the same blocks
// as one larger batch. Streams that are the same in all forks are kept once; layers bring two streams to the
// same forks where they meet (matchForks). Masks, positions and labels never differ between forks.
struct State {
  std::shared_ptr<const Batch> inputs;
  at::Tensor hidden;         // [forks * rows, length, width]
  at::Tensor attentionBias;  // additive, [rows or 1, heads or 1, length or 1, length]; undefined: none
  at::Tensor rotary;         // cosines and sines of the positions, [2, rows or 1, length, head width]
  at::Tensor context;        // what cross-attention reads: [forks * rows, length, width]
  at::Tensor contextBias;    // additive, [rows or 1, 1, 1, context length]; undefined: none
  std::map<std::string, at::Tensor> kept;  // further streams, by name: embeddings of a finished tower
  // What further layers read that never differs between forks, by name: a second mask or rotation for the
  // layers of another kind, positions. The first dimension is rows or 1.
  std::map<std::string, at::Tensor> fixed;
  at::Tensor labels;  // int64 [rows, length] where a block had to rearrange those of the inputs
  at::Tensor logits;  // [forks * rows, length, classes]; [forks * rows, classes] of a classifier; [forks *
                      // texts, pictures] of a model that matches them
  at::Tensor
      lossSum;  // float64 [forks * rows]: loss summed over what a row has to predict; undefined: no loss
  at::Tensor lossCount;  // float64 [rows]: how much that is
  // The same place by place: float64 [forks * rows, length], 0 where nothing is predicted, and what is:
  // int64 [rows, length]. Not kept with gradients, or by states that were merged.
  at::Tensor lossTerms, lossTargets;

  std::shared_ptr<Decoding> decoding;  // set while text is generated token by token
};

// Repeats the one with fewer rows until both have the same number (which must be a multiple).
void matchForks(at::Tensor& a, at::Tensor& b);

// Sum and product of two streams, brought to the same forks.
at::Tensor sumOf(at::Tensor a, at::Tensor b);
at::Tensor productOf(at::Tensor a, at::Tensor b);

// States of the same batch that were forked in different ways after the same block, as one with all their
// forks. Each has `forks` forks or, where nothing was changed, one, and then counts as that many equal ones.
// clean: the state without forks, which tells how many rows a stream has. A stream that no state forked is
// kept once.
State mergeForks(const std::vector<State>& forked, int64_t forks, const State& clean);

// A stream with one row for each picture, [forks * P, ...], as one with a row for each text row by
// image_index, [forks * R, ...]; as it is where the inputs have no image_index.
at::Tensor pictureOfEachRow(const State& state, const at::Tensor& pictures);

// Mean loss of each fork over all that its rows predict: float64 [forks]. Throws Error where the model gave
// no loss.
at::Tensor lossOfForks(const State& state);

}  // namespace espalier
