#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

struct ForwardOptions {
  int64_t maxNewTokens = 8;
  int64_t beams = 1;  // of generation; 1: greedy
};

// Makes every call a safetensors file holds and writes what each gives. Inputs are named
// "<call>/in/<argument>" with the reference implementation's argument names (pixel_values, input_ids,
// attention_mask, labels, ...), outputs
// "<call>/out/<value>": logits, loss, per_sample_loss, hidden_states.N, ... as far as the model has them.
// What a call is its name says: "generate..." is greedy generation (sequences, step_logits, and margin, the
// distance between the two highest logits of a step) or, with several beams, beam search (sequences, scores);
// "itm..." and "itc..." are the two heads of BLIP
// retrieval; "text_loss..." takes the tokens seen as labels; anything else is a forward pass, where a text
// that comes alone, without mask, is its own label. Returns the names of the calls. Throws Error naming the
// file, the call or the input that cannot be used.
std::vector<std::string> runForwardCalls(const std::filesystem::path& model,
                                         const std::filesystem::path& inputs,
                                         const std::filesystem::path& outputs,
                                         const ForwardOptions& options = {});

}  // namespace espalier
