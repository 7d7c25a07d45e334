#pragma once

#include "core/text/added_tokens.h"
#include "core/text/decoder.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_model.h"
#include "core/text/tokenizer.h"

namespace espalier {

// The stations a text goes through, as tokenizer.json describes them and as the other readers assemble them.
struct TokenizerPipeline {
  AddedTokens added;
  Normalizer normalizer;
  PreTokenizer preTokenizer;
  std::unique_ptr<TokenModel> model;
  Decoder decoder;
  bool trimDecoded = false;  // no white space at the ends of a decoded text
  bool byteLevel = false;    // pieces are written in GPT-2's byte alphabet
};

// A tokenizer made of such stations: added tokens are cut out of the raw text, what is between is normalized,
// cut again at the added tokens that live in normalized text, pre-tokenized, and given to the model piece by
// piece.
class PipelineTokenizer : public Tokenizer {
 public:
  PipelineTokenizer(TokenizerPipeline pipeline, TokenizerTraits traits);

  std::string piece(int64_t id) const override;
  std::string pieceText(int64_t id) const override;
  std::optional<int64_t> idOf(const std::string& piece) const override;
  int64_t vocabSize() const override;
  bool isSpecial(int64_t id) const override;

 protected:
  std::vector<int64_t> tokenize(const std::string& text) const override;
  std::string detokenize(const std::vector<int64_t>& ids, bool skipSpecial) const override;

 private:
  void tokenizePart(std::string text, bool first, std::vector<int64_t>& out) const;

  TokenizerPipeline m_pipeline;
};

// What a person sees of a piece whose bytes may not be text by themselves: those bytes as "<0xE2>".
std::string readableBytes(const std::string& bytes);

}  // namespace espalier
