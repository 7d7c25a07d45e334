#pragma once

#include <memory>

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_settings.h"

namespace espalier {

// A "fast" tokenizer from tokenizer.json: BPE, WordPiece or Unigram with its stations, and what the folder's
// settings change in it (add_bos_token and add_eos_token of LLaMA, do_lower_case of BERT, add_prefix_space of
// GPT-2).
std::unique_ptr<Tokenizer> openTokenizerJson(TokenizerSettings settings);

}  // namespace espalier
