#include "core/text/train_sentence_piece.h"

#include <map>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/char_map_builder.h"
#include "core/text/sentence_piece_file.h"
#include "core/text/sentence_piece_model.h"
#include "core/text/unigram_trainer.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr const char* kWordMark = "\u2581";
constexpr int64_t kReserved = 3;  // <pad>, </s>, <unk>

// The words of the sentences, each with the mark of the space before it, as the finished model will see them.
std::map<std::string, int64_t> countWords(const std::vector<std::string>& sentences,
                                          const SentencePieceModel& rules) {
  std::map<std::string, int64_t> out;
  const std::string mark = kWordMark;
  for (const auto& sentence : sentences) {
    std::string text = validUtf8(sentence);
    std::erase(text, '\0');
    text = rules.normalize(text);
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find(mark, begin + mark.size()), text.size());
      if (end - begin > mark.size()) ++out[text.substr(begin, end - begin)];
      begin = end;
    }
  }
  return out;
}

}  // namespace

void trainSentencePiece(const std::vector<std::string>& sentences, int vocabSize,
                        const std::filesystem::path& modelOut, const SentencePieceTraining& options) {
  using Type = SentencePieceFile::PieceType;
  SentencePieceFile file;
  file.normalizerName = options.compatibilityForms ? "nmt_nfkc" : "nmt";
  file.charMap = compileCharMap(normalizationRules(options.compatibilityForms));
  file.pieces = {{"<pad>", 0, Type::Control}, {"</s>", 0, Type::Control}, {"<unk>", 0, Type::Unknown}};

  const auto words = countWords(sentences, SentencePieceModel(file, modelOut.string()));
  if (words.empty())
    throw Error(ErrorKind::InvalidInput, "There are no sentences with text to train " + modelOut.string() +
                                             " on; at least one was expected.");
  const UnigramTrainer trainer(words, options.maxPieceCharacters);
  const int64_t least = trainer.characterCount() + kReserved;
  if (vocabSize < least)
    throw Error(ErrorKind::InvalidInput,
                "A vocabulary of " + std::to_string(vocabSize) + " pieces for " + modelOut.string() +
                    " has no room for the " + std::to_string(trainer.characterCount()) +
                    " characters of the sentences; at least " + std::to_string(least) + " was expected.");
  const auto pieces = trainer.train(vocabSize - kReserved);
  if (const int64_t most = int64_t(pieces.size()) + kReserved; most < vocabSize && !options.allowSmaller)
    throw Error(ErrorKind::InvalidInput, "The sentences yield " + std::to_string(most) + " pieces for " +
                                             modelOut.string() + ", not " + std::to_string(vocabSize) +
                                             "; more text or a vocabulary of at most " +
                                             std::to_string(most) + " was expected.");
  for (const auto& piece : pieces) file.pieces.push_back({piece.text, float(piece.score), Type::Normal});
  writeFileAtomically(modelOut, serializeSentencePieceFile(file));
}

}  // namespace espalier
