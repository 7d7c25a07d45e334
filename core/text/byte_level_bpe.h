#pragma once

#include <memory>
#include <utility>

#include "core/text/bpe.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_settings.h"

namespace espalier {

// GPT-2's tokenizer from vocab.json and merges.txt; OPT's is the same with </s> put in front.
std::unique_ptr<Tokenizer> openByteLevelBpe(TokenizerSettings settings);

// The two files of a folder, read and checked against each other's presence.
std::pair<Vocabulary, Merges> readVocabularyAndMerges(const TokenizerSettings& settings);

}  // namespace espalier
