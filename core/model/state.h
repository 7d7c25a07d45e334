#pragma once

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>

namespace espalier {

// The inputs of one forward pass, by the names the reference implementation gives them: pixel_values [P, 3, H, W],
// input_ids [R, L], attention_mask [R, L], labels [R, T], decoder_input_ids, ... image_index [R] says which picture each
// text row belongs to (absent: row i belongs to picture i), so that several questions share one pass over a picture.
struct Batch {
  std::map<std::string, at::Tensor> tensors;

  bool has(const std::string& name) const { return tensors.contains(name); }
  const at::Tensor& at(const std::string& name) const;  // throws Error naming the missing input
};

// Keys and values of decoder attention seen so far, by the prefix of the attention layer: [R, L, heads * width].
struct KeyValueCache {
  struct Entry {
    at::Tensor key, value;
  };
  std::map<std::string, Entry> entries;
};

// What flows from block to block for a batch. The first dimension of a stream (hidden, context, kept) is its forks times
// its rows, fork-major: the copies that a sweep perturbs differently run through the same blocks as one larger batch.
// Streams that are the same in all forks are kept once; layers bring two streams to the same forks where they meet
// (matchForks). Masks never differ between forks.
struct State {
  std::shared_ptr<const Batch> inputs;
  at::Tensor hidden;                        // [forks * rows, length, width]
  at::Tensor attentionBias;                 // additive, [rows or 1, heads or 1, length or 1, length]; undefined: none
  at::Tensor context;                       // what cross-attention reads: [forks * rows, length, width]
  at::Tensor contextBias;                   // additive, [rows or 1, 1, 1, context length]; undefined: none
  std::map<std::string, at::Tensor> kept;   // further streams, by name: embeddings of a finished tower
  at::Tensor logits;                        // [forks * rows, length, classes]
  at::Tensor lossSum;                       // float64 [forks * rows]: loss summed over what a row has to predict
  at::Tensor lossCount;                     // float64 [rows]: how much that is

  // Set while text is generated token by token.
  std::shared_ptr<KeyValueCache> cache;
  at::Tensor generated;                     // int64 [rows, new length]: decoder input in place of the labels
  int64_t position = 0;                     // how many decoder positions the cache holds
};

// Repeats the one with fewer rows until both have the same number (which must be a multiple).
void matchForks(at::Tensor& a, at::Tensor& b);

// Mean loss of each fork over all that its rows predict: float64 [forks].
at::Tensor lossOfForks(const State& state);

}  // namespace espalier
