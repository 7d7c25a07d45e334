#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/model/batch.h"

namespace espalier {

// Keys and values of one attention layer: [R, length, heads * width].
struct KeyValue {
  at::Tensor key, value;
};

// Text being generated: what goes into the decoder now, and what is remembered of what went in before. Shared
// by the copies of a State.
struct Decoding {
  at::Tensor tokens;        // int64 [rows, n]: the prompt, later one new token a row
  at::Tensor tokenMask;     // [rows, n], 1: a token, 0: padding; undefined: no padding
  int64_t position = 0;     // how many positions have gone in (a picture in the prompt takes several)
  bool everyLogit = false;  // wanted are the logits of all tokens that go in, not of the last alone
  at::Tensor mask;  // of those positions, [rows, position]; undefined: no padding. The decoder's first block
                    // keeps it
  // By the prefix of the attention layer. A self-attention layer's tensors have room for more positions than
  // `position`; what lies behind is not set.
  std::map<std::string, KeyValue> cache;
  // What a family's own layers remember from one token to the next, by name: how far a row's positions are
  // ahead of its tokens, the state of a recurrence. The first dimension is rows: beams reorder it.
  std::map<std::string, at::Tensor> remembered;
};

// Puts the new keys and values behind those the cache holds of a self-attention layer and remembers all of
// them. Without decoding (null) they stay as they are.
void appendToCache(Decoding* decoding, const std::string& layer, KeyValue& keyValue);

// Keys and values of a cross-attention layer, whose context stays the same: made at the first token, kept for
// the others.
KeyValue cachedOnce(Decoding* decoding, const std::string& layer, const std::function<KeyValue()>& make);

// What text is generated from.
struct Prompt {
  at::Tensor ids;    // int64 [rows, n]
  at::Tensor mask;   // [rows, n]; undefined: no padding
  at::Tensor shown;  // what the finished sequences begin with; undefined: ids
};

// How a family generates text.
struct Generation {
  size_t decoderStart = 0;  // blocks from this index on are run again for each token
  std::function<Prompt(const Batch&)> prompt;
  std::vector<int64_t> endTokens;  // any of them ends a row
  int64_t padToken = 0;            // fills up rows that have ended
  int64_t positions =
      0;  // the decoder has places for so many, where text ends at the latest; 0: for any number
  // The prompt is one token a row, and of a forward pass the logits at place t are those of the t-th new
  // token where the labels before it are what was generated.
  bool labelsFollow = false;
};

// The prompt a batch gives: prompt_ids with prompt_mask, or else input_ids with attention_mask. ids
// undefined: neither.
Prompt givenPrompt(const Batch& batch);

// One token for each row.
Prompt startTokenPrompt(const Batch& batch, int64_t token);

}  // namespace espalier
