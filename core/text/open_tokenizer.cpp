#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/model_folder.h"
#include "core/text/bert_word_piece.h"
#include "core/text/byte_level_bpe.h"
#include "core/text/clip_bpe.h"
#include "core/text/sentence_piece.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

enum class Family { Clip, ByteLevel, Bert, T5, Llama };

struct KnownClass {
  const char* name;
  Family family;
};

constexpr KnownClass kClasses[] = {
    {"CLIPTokenizer", Family::Clip},   {"GPT2Tokenizer", Family::ByteLevel},  {"BertTokenizer", Family::Bert},
    {"BlipTokenizer", Family::Bert},   {"DistilBertTokenizer", Family::Bert}, {"T5Tokenizer", Family::T5},
    {"LlamaTokenizer", Family::Llama},
};

bool has(const TokenizerSettings& settings, const char* name) {
  std::error_code ec;
  return fs::is_regular_file(settings.file(name), ec);
}

// The family by the class that the folder names, or by the files it has if it names none.
Family familyOf(const TokenizerSettings& settings) {
  const bool spiece = has(settings, "spiece.model"), model = has(settings, "tokenizer.model");
  const bool words = has(settings, "vocab.txt");
  const bool pairs = has(settings, "vocab.json") || has(settings, "merges.txt");
  const std::string& name = settings.tokenizerClass;
  const auto known = std::find_if(std::begin(kClasses), std::end(kClasses),
                                  [&](const KnownClass& each) { return name == each.name; });
  const std::string folder = settings.folder.string();
  if (!spiece && !model && !words && !pairs)
    throw Error(ErrorKind::Io,
                folder +
                    " has no tokenizer; tokenizer.json, vocab.json with merges.txt, vocab.txt, "
                    "spiece.model or tokenizer.model was expected in it.");
  if (known != std::end(kClasses)) {
    const auto want = [&](bool there, const char* files) {
      if (!there)
        throw Error(ErrorKind::Io, settings.file("tokenizer_config.json").string() + " names the class " +
                                       name + ", but the folder has no " + files +
                                       ", which was expected beside it.");
    };
    switch (known->family) {
      case Family::Clip:
      case Family::ByteLevel:
        want(pairs, "vocab.json and merges.txt");
        break;
      case Family::Bert:
        want(words, "vocab.txt");
        break;
      case Family::T5:
        want(spiece || model, "spiece.model");
        break;
      case Family::Llama:
        want(spiece || model, "tokenizer.model");
        break;
    }
    return known->family;
  }
  // Names that tell only how the tokenizer was loaded.
  if (!name.empty() && name != "PreTrainedTokenizer" && name != "AutoTokenizer" && name != "Blip2Processor")
    throw Error(ErrorKind::Unsupported, settings.file("tokenizer_config.json").string() +
                                            " names the class " + name +
                                            "; CLIPTokenizer, GPT2Tokenizer, BertTokenizer, T5Tokenizer, "
                                            "LlamaTokenizer or a tokenizer.json was expected.");
  if (pairs) {
    const bool endsWords = has(settings, "merges.txt") &&
                           readTextFile(settings.file("merges.txt")).find("</w>") != std::string::npos;
    return endsWords ? Family::Clip : Family::ByteLevel;
  }
  if (words) return Family::Bert;
  return spiece ? Family::T5 : Family::Llama;
}

}  // namespace

std::unique_ptr<Tokenizer> openTokenizer(const fs::path& named) {
  const auto modelFolder = modelFolderAt(named);
  std::error_code ec;
  if (!fs::is_directory(modelFolder, ec))
    throw Error(ErrorKind::Io, modelFolder.string() +
                                   (fs::exists(modelFolder, ec) ? " is a file" : " does not exist") +
                                   "; a model folder was expected.");
  for (const char* name : {"tokenizer_config.json", "tokenizer.json", "tokenizer.model", "spiece.model",
                           "vocab.json", "merges.txt", "vocab.txt", "special_tokens_map.json"})
    refusePointer(modelFolder / name);
  TokenizerSettings settings = readTokenizerSettings(modelFolder);
  if (has(settings, "tokenizer.json")) return openTokenizerJson(std::move(settings));
  const Family family = familyOf(settings);
  const bool t5Name = has(settings, "spiece.model");
  const fs::path piecesFile = settings.file(t5Name ? "spiece.model" : "tokenizer.model");
  switch (family) {
    case Family::Clip:
      return openClipBpe(std::move(settings));
    case Family::ByteLevel:
      return openByteLevelBpe(std::move(settings));
    case Family::Bert:
      return openBertWordPiece(std::move(settings));
    case Family::T5:
      return openSentencePiece(std::move(settings), SentencePieceFamily::T5, piecesFile);
    case Family::Llama:
      return openSentencePiece(std::move(settings), SentencePieceFamily::Llama, piecesFile);
  }
  return nullptr;
}

}  // namespace espalier
