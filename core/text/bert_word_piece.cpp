#include "core/text/bert_word_piece.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/word_piece.h"

namespace espalier {

std::unique_ptr<Tokenizer> openBertWordPiece(TokenizerSettings settings) {
  settings.setDefaultRoles({{"unk_token", "[UNK]"},
                            {"sep_token", "[SEP]"},
                            {"pad_token", "[PAD]"},
                            {"cls_token", "[CLS]"},
                            {"mask_token", "[MASK]"}});
  const auto file = settings.file("vocab.txt");
  Vocabulary vocabulary = Vocabulary::fromLines(readTextFile(file), file.string());
  for (const char* role : {"cls_token", "sep_token"})
    if (!vocabulary.idOf(settings.role(role)))
      throw Error(ErrorKind::Format, file.string() + " has no line \"" + settings.role(role) +
                                         "\"; a BERT vocabulary with its special tokens was expected.");

  TokenizerPipeline pipeline;
  registerAddedTokens(settings, vocabulary, pipeline.added);
  TokenizerTraits traits = settings.traits();
  traits.special = specialTokensOf(settings, vocabulary, pipeline.added);
  traits.frame = SpecialFrame::bert(*traits.special.cls, *traits.special.sep);

  BertNormalization normalization;
  normalization.lowerCase = settings.lowerCase.value_or(true);
  normalization.stripAccents = settings.stripAccents;
  normalization.spaceIdeographs = settings.spaceIdeographs.value_or(true);
  pipeline.normalizer = bertNormalizer(normalization);
  pipeline.preTokenizer = bertPreTokenizer();
  WordPieceOptions options;
  options.unknown = settings.role("unk_token");
  pipeline.decoder = wordPieceDecoder(options.continuingPrefix, false);
  pipeline.model = std::make_unique<WordPieceModel>(std::move(vocabulary), options, file.string());
  return std::make_unique<PipelineTokenizer>(std::move(pipeline), std::move(traits));
}

}  // namespace espalier
