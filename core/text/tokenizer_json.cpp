#include "core/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/text/bpe.h"
#include "core/text/json_field.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/unigram.h"
#include "core/text/word_piece.h"

namespace espalier {

namespace {

using nlohmann::json;

const json& member(const json& object, const char* key) {
  static const json none;
  const auto it = object.find(key);
  return it == object.end() ? none : *it;
}

Merges parseMerges(const json& model, const std::string& source) {
  Merges out;
  for (const auto& each : jsonArray(model, "merges", source)) {
    if (each.is_array() && each.size() == 2 && each[0].is_string() && each[1].is_string()) {
      out.emplace_back(each[0].get<std::string>(), each[1].get<std::string>());
      continue;
    }
    const std::string pair = each.is_string() ? each.get<std::string>() : std::string();
    const size_t space = pair.find(' ');
    if (space == std::string::npos || space == 0 || space + 1 == pair.size())
      throw Error(ErrorKind::Format, source + " has the merge " + jsonText(each).substr(0, 60) +
                                         "; two tokens with a space between were expected.");
    out.emplace_back(pair.substr(0, space), pair.substr(space + 1));
  }
  return out;
}

std::unique_ptr<TokenModel> parseBpe(const json& model, const std::string& source) {
  BpeOptions options;
  options.continuingPrefix = jsonString(model, "continuing_subword_prefix", source).value_or("");
  options.endOfWordSuffix = jsonString(model, "end_of_word_suffix", source).value_or("");
  options.unknown = jsonString(model, "unk_token", source);
  options.fuseUnknown = jsonBool(model, "fuse_unk", source).value_or(false);
  options.byteFallback = jsonBool(model, "byte_fallback", source).value_or(false);
  options.ignoreMerges = jsonBool(model, "ignore_merges", source).value_or(false);
  return std::make_unique<BpeModel>(Vocabulary::fromJson(member(model, "vocab"), source),
                                    parseMerges(model, source), std::move(options), source);
}

std::unique_ptr<TokenModel> parseWordPiece(const json& model, const std::string& source) {
  WordPieceOptions options;
  options.unknown = jsonString(model, "unk_token", source).value_or(options.unknown);
  options.continuingPrefix =
      jsonString(model, "continuing_subword_prefix", source).value_or(options.continuingPrefix);
  options.longestWordCharacters =
      jsonInteger(model, "max_input_chars_per_word", source).value_or(options.longestWordCharacters);
  return std::make_unique<WordPieceModel>(Vocabulary::fromJson(member(model, "vocab"), source), options,
                                          source);
}

std::unique_ptr<TokenModel> parseUnigram(const json& model, const std::string& source) {
  std::vector<UnigramModel::Piece> pieces;
  for (const auto& each : jsonArray(model, "vocab", source)) {
    if (!each.is_array() || each.size() != 2 || !each[0].is_string() || !each[1].is_number())
      throw Error(ErrorKind::Format,
                  source + " has an entry in its vocabulary (number " + std::to_string(pieces.size()) +
                      ") in another form than the piece and its score that were expected.");
    pieces.push_back({each[0].get<std::string>(), each[1].get<double>()});
  }
  return std::make_unique<UnigramModel>(pieces, jsonInteger(model, "unk_id", source),
                                        jsonBool(model, "byte_fallback", source).value_or(false), source);
}

std::unique_ptr<TokenModel> parseModel(const json& model, const std::string& source) {
  if (!model.is_object())
    throw Error(ErrorKind::Format,
                source + " has no \"model\"; the tokenizer.json of a Hugging Face folder was expected.");
  std::string type = jsonString(model, "type", source).value_or("");
  if (type.empty()) {  // files of early versions do not name it
    const json& vocabulary = member(model, "vocab");
    type = model.contains("merges") ? "BPE" : vocabulary.is_array() ? "Unigram" : "WordPiece";
  }
  if (type == "BPE") return parseBpe(model, source);
  if (type == "WordPiece") return parseWordPiece(model, source);
  if (type == "Unigram") return parseUnigram(model, source);
  throw Error(ErrorKind::Unsupported,
              source + " has a model of the kind \"" + type + "\"; BPE, WordPiece or Unigram was expected.");
}

void parseAddedTokens(const json& root, AddedTokens& added, const std::string& source) {
  if (!root.contains("added_tokens")) return;
  for (const auto& each : jsonArray(root, "added_tokens", source)) {
    const auto id = jsonInteger(each, "id", source);
    const auto content = jsonString(each, "content", source);
    if (!id || *id < 0 || !content)
      throw Error(
          ErrorKind::Format,
          source + " has an added token without the \"id\" and \"content\" that were expected of it.");
    AddedToken token;
    token.content = *content;
    token.special = jsonBool(each, "special", source).value_or(false);
    token.normalized = jsonBool(each, "normalized", source).value_or(!token.special);
    token.leftStrip = jsonBool(each, "lstrip", source).value_or(false);
    token.rightStrip = jsonBool(each, "rstrip", source).value_or(false);
    token.singleWord = jsonBool(each, "single_word", source).value_or(false);
    added.add(std::move(token), *id);
  }
}

// What transformers' classes override in the file from the folder's settings.
void applySettings(const TokenizerSettings& settings, json& root) {
  const std::string& kind = settings.tokenizerClass;
  if ((kind == "BertTokenizer" || kind == "BlipTokenizer") && member(root, "normalizer").is_object() &&
      member(root["normalizer"], "type") == "BertNormalizer") {
    auto& normalizer = root["normalizer"];
    if (settings.lowerCase) normalizer["lowercase"] = *settings.lowerCase;
    if (settings.stripAccents) normalizer["strip_accents"] = *settings.stripAccents;
    if (settings.spaceIdeographs) normalizer["handle_chinese_chars"] = *settings.spaceIdeographs;
  }
  if (kind == "GPT2Tokenizer" && settings.addPrefixSpace && member(root, "pre_tokenizer").is_object() &&
      member(root["pre_tokenizer"], "type") == "ByteLevel")
    root["pre_tokenizer"]["add_prefix_space"] = *settings.addPrefixSpace;
}

bool holdsType(const json& node, const std::string& type) {
  if (node.is_object()) {
    if (member(node, "type") == type) return true;
    for (const char* list : {"normalizers", "pretokenizers", "decoders", "processors"})
      if (holdsType(member(node, list), type)) return true;
  }
  if (node.is_array())
    for (const auto& each : node)
      if (holdsType(each, type)) return true;
  return false;
}

// Roles that the folder does not name, by the customary contents of the special tokens that are there.
void guessRoles(TokenizerSettings& settings, const AddedTokens& added) {
  static const std::pair<const char*, std::vector<const char*>> kCustomary[] = {
      {"bos_token", {"<|startoftext|>", "<s>", "<|begin_of_text|>"}},
      {"eos_token", {"<|endoftext|>", "</s>", "<|end_of_text|>"}},
      {"pad_token", {"<pad>", "[PAD]"}},
      {"unk_token", {"<unk>", "[UNK]"}},
      {"cls_token", {"[CLS]"}},
      {"sep_token", {"[SEP]"}},
      {"mask_token", {"[MASK]", "<mask>"}}};
  for (const auto& [role, contents] : kCustomary)
    for (const char* content : contents) {
      const auto id = added.idOf(content);
      if (id && added.find(*id)->special) settings.setDefaultRoles({{role, content}});
    }
}

}  // namespace

std::unique_ptr<Tokenizer> openTokenizerJson(TokenizerSettings settings) {
  const std::string source = settings.file("tokenizer.json").string();
  json root = readJsonFile(source);
  if (!root.is_object())
    throw Error(ErrorKind::Format, source + " holds " + root.type_name() +
                                       "; the tokenizer.json of a Hugging Face folder was expected.");
  applySettings(settings, root);

  TokenizerPipeline pipeline;
  pipeline.model = parseModel(member(root, "model"), source);
  pipeline.normalizer = parseNormalizer(member(root, "normalizer"), source);
  pipeline.preTokenizer = parsePreTokenizer(member(root, "pre_tokenizer"), source);
  pipeline.decoder = parseDecoder(member(root, "decoder"), source);
  pipeline.byteLevel = holdsType(member(root, "pre_tokenizer"), "ByteLevel") ||
                       holdsType(member(root, "normalizer"), "ByteLevel");
  const json& model = member(root, "model");
  if (pipeline.byteLevel && member(model, "end_of_word_suffix") == "</w>") {
    // CLIP's class turns the ends of words into spaces after the decoder of the file is done.
    pipeline.decoder = chain({pipeline.decoder, replaceDecoder("</w>", " ")});
    pipeline.trimDecoded = true;
  }
  parseAddedTokens(root, pipeline.added, source);
  const Vocabulary& vocabulary = pipeline.model->vocabulary();
  guessRoles(settings, pipeline.added);
  registerAddedTokens(settings, vocabulary, pipeline.added);

  TokenizerTraits traits = settings.traits();
  traits.special = specialTokensOf(settings, vocabulary, pipeline.added);
  traits.frame = SpecialFrame::parse(member(root, "post_processor"), source);
  // Their classes make the frame themselves; Gemma's file has it, which counts where the settings say
  // nothing.
  const auto& kind = settings.tokenizerClass;
  if (kind == "LlamaTokenizer" || kind == "CodeLlamaTokenizer" ||
      (kind == "GemmaTokenizer" && (settings.addBos || settings.addEos))) {
    const auto& s = traits.special;
    std::vector<int64_t> before, behind;
    if (settings.addBos.value_or(true) && s.bos) before.push_back(*s.bos);
    if (settings.addEos.value_or(false) && s.eos) behind.push_back(*s.eos);
    traits.frame = SpecialFrame::around(before, behind);
  }
  return std::make_unique<PipelineTokenizer>(std::move(pipeline), std::move(traits));
}

}  // namespace espalier
