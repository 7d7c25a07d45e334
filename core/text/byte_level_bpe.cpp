#include "core/text/byte_level_bpe.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/pipeline_tokenizer.h"

namespace espalier {

std::pair<Vocabulary, Merges> readVocabularyAndMerges(const TokenizerSettings& settings) {
  const auto vocabularyFile = settings.file("vocab.json"), mergesFile = settings.file("merges.txt");
  std::error_code ec;
  if (!std::filesystem::exists(vocabularyFile, ec))
    throw Error(ErrorKind::Io,
                settings.folder.string() +
                    " has a merges.txt but no vocab.json; a BPE tokenizer keeps its tokens in both.");
  if (!std::filesystem::exists(mergesFile, ec))
    throw Error(ErrorKind::Io,
                settings.folder.string() +
                    " has a vocab.json but no merges.txt; a BPE tokenizer keeps its tokens in both.");
  Merges merges = parseMergesText(readTextFile(mergesFile), mergesFile.string());
  return {Vocabulary::fromJson(readJsonFile(vocabularyFile), vocabularyFile.string()), std::move(merges)};
}

std::unique_ptr<Tokenizer> openByteLevelBpe(TokenizerSettings settings) {
  const bool opt = settings.modelType == "opt" && settings.tokenizerClass.empty();
  if (opt)  // a bare OPT folder: what its published tokenizer_config.json says
    settings.setDefaultRoles(
        {{"bos_token", "</s>"}, {"eos_token", "</s>"}, {"unk_token", "</s>"}, {"pad_token", "<pad>"}});
  settings.setDefaultRoles(
      {{"bos_token", "<|endoftext|>"}, {"eos_token", "<|endoftext|>"}, {"unk_token", "<|endoftext|>"}});

  auto [vocabulary, merges] = readVocabularyAndMerges(settings);
  TokenizerPipeline pipeline;
  registerAddedTokens(settings, vocabulary, pipeline.added);
  TokenizerTraits traits = settings.traits();
  traits.special = specialTokensOf(settings, vocabulary, pipeline.added);
  if (settings.addBos.value_or(opt) && traits.special.bos)
    traits.frame = SpecialFrame::around({*traits.special.bos}, {});

  pipeline.preTokenizer = byteLevelPreTokenizer(settings.addPrefixSpace.value_or(false), true);
  pipeline.decoder = byteLevelDecoder();
  pipeline.byteLevel = true;
  BpeOptions options;
  options.unknown = settings.role("unk_token");
  pipeline.model = std::make_unique<BpeModel>(std::move(vocabulary), merges, std::move(options),
                                              settings.file("merges.txt").string());
  return std::make_unique<PipelineTokenizer>(std::move(pipeline), std::move(traits));
}

}  // namespace espalier
