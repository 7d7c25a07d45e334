#pragma once

#include <memory>
#include <string>

#include "core/text/added_tokens.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_settings.h"

namespace espalier {

// How the families that keep a SentencePiece model differ.
enum class SentencePieceFamily {
  T5,     // </s> behind each text; <extra_id_99> ... <extra_id_0> after the model's pieces
  Llama,  // <s> before each text
};

// T5's or LLaMA's tokenizer from a SentencePiece model (spiece.model or tokenizer.model), as transformers'
// slow classes behave, with "legacy" true unless the settings say otherwise.
std::unique_ptr<Tokenizer> openSentencePiece(TokenizerSettings settings, SentencePieceFamily family,
                                             const std::filesystem::path& modelFile);

}  // namespace espalier
