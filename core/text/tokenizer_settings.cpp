#include "core/text/tokenizer_settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_numbers.h"
#include "core/base/json_text.h"
#include "core/text/json_field.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 7> kRoles = {"bos_token", "eos_token", "unk_token", "sep_token",
                                               "pad_token", "cls_token", "mask_token"};

// model_max_length of tokenizers without a limit is 1e30.
constexpr double kNoLimit = 1e9;

AddedToken parseToken(const nlohmann::json& node, bool special, const std::string& source) {
  AddedToken token;
  token.special = special;
  if (node.is_string()) {
    token.content = node.get<std::string>();
    return token;
  }
  const auto content = jsonString(node, "content", source);
  if (!content)
    throw Error(ErrorKind::Format, source +
                                       " has a special token that is neither a text nor an object with a "
                                       "\"content\"; one of these was expected.");
  token.content = *content;
  token.leftStrip = jsonBool(node, "lstrip", source).value_or(false);
  token.rightStrip = jsonBool(node, "rstrip", source).value_or(false);
  token.singleWord = jsonBool(node, "single_word", source).value_or(false);
  token.normalized = jsonBool(node, "normalized", source).value_or(!special);
  token.special = jsonBool(node, "special", source).value_or(special);
  return token;
}

void readRoles(const nlohmann::json& object, TokenizerSettings& out, const std::string& source) {
  for (const char* role : kRoles)
    if (const auto it = object.find(role); it != object.end())
      out.roles[role] = it->is_null() ? AddedToken{} : parseToken(*it, true, source);
  if (const auto it = object.find("additional_special_tokens"); it != object.end() && !it->is_null()) {
    out.namesAdditionalSpecial = true;
    out.additionalSpecial.clear();
    for (const auto& each : jsonArray(object, "additional_special_tokens", source))
      out.additionalSpecial.push_back(parseToken(each, true, source));
  }
}

nlohmann::json readObject(const fs::path& path) {
  std::error_code ec;
  if (!fs::exists(path, ec)) return nlohmann::json::object();
  auto json = readJsonFile(path);
  if (!json.is_object())
    throw Error(ErrorKind::Format,
                path.string() + " holds " + json.type_name() + "; a JSON object was expected.");
  return json;
}

std::optional<TextSide> parseSide(const nlohmann::json& object, const char* key, const std::string& source) {
  const auto side = jsonString(object, key, source);
  if (!side) return std::nullopt;
  if (*side == "left") return TextSide::Left;
  if (*side == "right") return TextSide::Right;
  throw Error(ErrorKind::Format,
              source + " has \"" + *side + "\" as \"" + key + "\"; \"left\" or \"right\" was expected.");
}

std::optional<int64_t> parseLimit(const nlohmann::json& object, const std::string& source) {
  const auto it = object.find("model_max_length");
  if (it == object.end() || it->is_null()) return std::nullopt;
  if (!it->is_number() || it->get<double>() < 1)
    throw Error(ErrorKind::Format, source + " has " + jsonText(*it).substr(0, 40) +
                                       " as \"model_max_length\"; a number of tokens was expected.");
  const double limit = it->get<double>();
  return limit < kNoLimit ? std::optional(int64_t(limit)) : std::nullopt;
}

int64_t parseId(const std::string& text, const std::string& source) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    throw Error(ErrorKind::Format,
                source + " has \"" + text.substr(0, 40) +
                    "\" as an id in \"added_tokens_decoder\"; a whole number was expected.");
  return std::stoll(text);
}

void readTokenizerConfig(TokenizerSettings& out) {
  const std::string source = out.file("tokenizer_config.json").string();
  const auto config = readObject(source);
  out.tokenizerClass = jsonString(config, "tokenizer_class", source).value_or("");
  if (out.tokenizerClass.ends_with("Fast")) out.tokenizerClass.resize(out.tokenizerClass.size() - 4);
  readRoles(config, out, source);
  out.addBos = jsonBool(config, "add_bos_token", source);
  out.addEos = jsonBool(config, "add_eos_token", source);
  out.lowerCase = jsonBool(config, "do_lower_case", source);
  out.stripAccents = jsonBool(config, "strip_accents", source);
  out.spaceIdeographs = jsonBool(config, "tokenize_chinese_chars", source);
  out.legacy = jsonBool(config, "legacy", source);
  out.addPrefixSpace = jsonBool(config, "add_prefix_space", source);
  out.tidySpaces = jsonBool(config, "clean_up_tokenization_spaces", source);
  out.longestSequence = parseLimit(config, source);
  out.extraIds = jsonInteger(config, "extra_ids", source);
  if (out.extraIds && (*out.extraIds < 0 || *out.extraIds > 100'000))
    throw Error(ErrorKind::Format, source + " asks for " + std::to_string(*out.extraIds) +
                                       " \"extra_ids\"; a number from 0 to 100000 was expected.");
  out.paddingSide = parseSide(config, "padding_side", source);
  out.truncationSide = parseSide(config, "truncation_side", source);
  if (const auto it = config.find("added_tokens_decoder"); it != config.end() && it->is_object())
    for (const auto& [id, token] : it->items())
      out.addedById[parseId(id, source)] = parseToken(token, false, source);
}

void readModelType(TokenizerSettings& out) {
  const std::string source = out.file("config.json").string();
  const auto config = readObject(source);
  out.modelType = jsonString(config, "model_type", source).value_or("");
  if (const auto text = config.find("text_config"); text != config.end() && text->is_object())
    if (const auto type = jsonString(*text, "model_type", source)) out.modelType = *type;
}

}  // namespace

std::string TokenizerSettings::role(const std::string& name, const std::string& otherwise) const {
  const auto it = roles.find(name);
  return it == roles.end() ? otherwise : it->second.content;
}

void TokenizerSettings::setDefaultRoles(const std::vector<std::pair<std::string, std::string>>& contents) {
  for (const auto& [name, content] : contents) {
    AddedToken token;
    token.content = content;
    token.special = true;
    roles.try_emplace(name, token);
  }
}

TokenizerTraits TokenizerSettings::traits() const {
  TokenizerTraits out;
  out.longestSequence = longestSequence;
  out.paddingSide = paddingSide.value_or(TextSide::Right);
  out.truncationSide = truncationSide.value_or(TextSide::Right);
  out.tidyDecodedSpaces = tidySpaces.value_or(true);
  return out;
}

TokenizerSettings readTokenizerSettings(const fs::path& folder) {
  TokenizerSettings out;
  out.folder = folder;
  readTokenizerConfig(out);
  const std::string mapSource = out.file("special_tokens_map.json").string();
  // Newer folders say all in added_tokens_decoder; the map then only repeats it.
  if (const auto map = readObject(mapSource); out.addedById.empty()) readRoles(map, out, mapSource);
  const std::string addedSource = out.file("added_tokens.json").string();
  const auto addedTokens = readObject(addedSource);
  for (const auto& [content, id] : addedTokens.items()) {
    if (!isWhole(id) || id.get<int64_t>() < 0)
      throw Error(ErrorKind::Format,
                  addedSource + " gives \"" + content + "\" no whole number as its id; one was expected.");
    out.addedByContent[content] = id.get<int64_t>();
  }
  readModelType(out);
  return out;
}

void registerAddedTokens(const TokenizerSettings& settings, const Vocabulary& vocabulary,
                         AddedTokens& added) {
  for (const auto& [id, token] : settings.addedById) added.add(token, id);
  const auto isSpecialRole = [&](const std::string& content) {
    const auto same = [&](const AddedToken& t) { return t.content == content; };
    return std::any_of(settings.roles.begin(), settings.roles.end(),
                       [&](const auto& r) { return same(r.second); }) ||
           std::any_of(settings.additionalSpecial.begin(), settings.additionalSpecial.end(), same);
  };
  for (const auto& [content, id] : settings.addedByContent) {
    if (added.idOf(content)) continue;
    AddedToken token;
    token.content = content;
    token.special = isSpecialRole(content);
    token.normalized = !token.special;
    added.add(token, id);
  }
  const auto place = [&](const AddedToken& token) {
    if (token.content.empty()) return;
    auto id = added.idOf(token.content);
    if (id) {
      // Already there, perhaps as an ordinary added token: its role makes it special.
      AddedToken kept = *added.find(*id);
      if (kept.special) return;
      kept.special = true;
      added.add(std::move(kept), *id);
      return;
    }
    id = vocabulary.idOf(token.content);
    added.add(token, id ? *id : std::max(vocabulary.size(), added.highestId() + 1));
  };
  for (const char* role : kRoles)
    if (const auto it = settings.roles.find(role); it != settings.roles.end()) place(it->second);
  for (const auto& token : settings.additionalSpecial) place(token);
}

SpecialTokens specialTokensOf(const TokenizerSettings& settings, const Vocabulary& vocabulary,
                              const AddedTokens& added) {
  const auto idOf = [&](const char* role) -> std::optional<int64_t> {
    const std::string content = settings.role(role);
    if (content.empty()) return std::nullopt;
    if (const auto id = added.idOf(content)) return id;
    return vocabulary.idOf(content);
  };
  SpecialTokens out;
  out.bos = idOf("bos_token");
  out.eos = idOf("eos_token");
  out.pad = idOf("pad_token");
  out.unk = idOf("unk_token");
  out.cls = idOf("cls_token");
  out.sep = idOf("sep_token");
  out.mask = idOf("mask_token");
  return out;
}

}  // namespace espalier
