#pragma once

#include <memory>

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_settings.h"

namespace espalier {

// CLIP's tokenizer from vocab.json and merges.txt: NFC, white space run together, lower case; words by CLIP's
// pattern; byte-level BPE whose words end in "</w>"; <|startoftext|> before and <|endoftext|> behind.
std::unique_ptr<Tokenizer> openClipBpe(TokenizerSettings settings);

}  // namespace espalier
