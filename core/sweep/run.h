#pragma once

#include <memory>

#include "core/model/model.h"

namespace espalier {

// The state before the first block, on the device of the weights.
State begin(std::shared_ptr<const Batch> inputs, const Weights& weights);

// The first block that a batch needs. Families whose texts have the features of pictures among their tokens
// (LLaVA) can do without: where there is only a text, the blocks that see pictures alone are passed by.
size_t firstBlockNeeded(const Model& model, const Batch& batch);

// Runs one block on a state, as runBlocks() does.
void runBlock(const Model& model, const Pass& pass, State& state, size_t block);

// Runs blocks first ... last - 1 on a state, all on the calling thread. Throws Cancelled between blocks where
// the pass is stopped.
void runBlocks(const Model& model, const Pass& pass, State& state, size_t first, size_t last);

// A whole forward pass: every block, from inputs to logits (and loss, where the batch has labels).
State runModel(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs);

// Generated text.
struct GeneratedText {
  at::Tensor sequences;   // int64 [rows, length]: what it began with (start token or prompt) and the new
                          // tokens; a row that has ended is filled with the pad token
  int64_t begin = 0;      // the first new token's place in a row
  at::Tensor stepLogits;  // [rows, steps, classes], if asked for
  at::Tensor scores;      // float64 [rows], of beam search: log-probability / length ^ penalty
};

// Puts a state that stands before the decoder (blocks 0 ... decoderStart() - 1 have run) in front of the
// prompt its inputs give, which is returned. Throws Error for a model that generates no text or inputs
// without one.
Prompt beginGeneration(const Model& model, State& state);

// What the decoder remembers and reads, from then on for these of its rows (int64 [n], repeats allowed).
void takeRows(State& state, int64_t rowsBefore, const at::Tensor& rows);

// Whether the decoder has a place for the tokens that go in next. A prompt always goes in: one that is too
// long is an error of the block that embeds it.
bool hasPlace(const Model& model, const State& state);

// Greedy generation with key-value cache: up to maxNewTokens new tokens a row, from the prompt the inputs
// give (Generation::prompt), until every row has ended or the model has no more positions. The state must
// stand before the decoder (blocks 0 ... decoderStart() - 1 have run). rows: of the inputs, for which text is
// wanted (int64 [n]; undefined: all). known: the first new tokens of each of these, where they are known
// already (int64 [n, m], none of them ends a row; undefined: none). Both only where a prompt is tokens alone,
// as in Generation::labelsFollow, and known tokens without keepLogits. Throws Error for a model that
// generates no text.
GeneratedText generateGreedy(const Model& model, const Pass& pass, State state, int64_t maxNewTokens,
                             bool keepLogits = false, const at::Tensor& rows = {},
                             const at::Tensor& known = {});

// Of a text that goes on behind the prompt with these tokens (int64 [n, m], for the rows given), what the
// model says in one pass: logits [n, m + 1, classes], of the first token, of each that follows, and of the
// one after them. State, rows and prompts as in generateGreedy with known tokens.
at::Tensor logitsAlong(const Model& model, const Pass& pass, State state, const at::Tensor& rows,
                       const at::Tensor& tokens);

}  // namespace espalier
