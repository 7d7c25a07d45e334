#include "core/text/clip_bpe.h"

#include "core/base/error.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/pipeline_tokenizer.h"

namespace espalier {

namespace {

constexpr int64_t kClipContext = 77;

}  // namespace

std::unique_ptr<Tokenizer> openClipBpe(TokenizerSettings settings) {
  settings.setDefaultRoles({{"bos_token", "<|startoftext|>"},
                            {"eos_token", "<|endoftext|>"},
                            {"unk_token", "<|endoftext|>"},
                            {"pad_token", "<|endoftext|>"}});
  auto [vocabulary, merges] = readVocabularyAndMerges(settings);
  TokenizerPipeline pipeline;
  registerAddedTokens(settings, vocabulary, pipeline.added);
  TokenizerTraits traits = settings.traits();
  if (settings.tokenizerClass.empty() && !traits.longestSequence) traits.longestSequence = kClipContext;
  traits.special = specialTokensOf(settings, vocabulary, pipeline.added);
  const auto& special = traits.special;
  if (!special.bos || !special.eos)
    throw Error(ErrorKind::Format,
                settings.file("vocab.json").string() +
                    " has no tokens for the start and the end of a text; <|startoftext|> and "
                    "<|endoftext|> were expected of a CLIP vocabulary.");
  traits.frame = SpecialFrame::roberta(*special.bos, *special.eos);

  pipeline.normalizer = clipNormalizer();
  pipeline.preTokenizer = clipPreTokenizer();
  pipeline.decoder = chain({byteLevelDecoder(), replaceDecoder("</w>", " ")});
  pipeline.trimDecoded = true;
  pipeline.byteLevel = true;
  BpeOptions options;
  options.endOfWordSuffix = "</w>";
  options.unknown = settings.role("unk_token");
  pipeline.model = std::make_unique<BpeModel>(std::move(vocabulary), merges, std::move(options),
                                              settings.file("merges.txt").string());
  return std::make_unique<PipelineTokenizer>(std::move(pipeline), std::move(traits));
}

}  // namespace espalier
