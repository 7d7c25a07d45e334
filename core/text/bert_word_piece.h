#pragma once

#include <memory>

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_settings.h"

namespace espalier {

// BERT's tokenizer from vocab.txt, as BLIP and the Q-Former use it: [CLS] before and [SEP] behind each text.
std::unique_ptr<Tokenizer> openBertWordPiece(TokenizerSettings settings);

}  // namespace espalier
