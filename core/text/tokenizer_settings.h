#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/text/added_tokens.h"
#include "core/text/tokenizer.h"
#include "core/text/vocabulary.h"

namespace espalier {

// What tokenizer_config.json, special_tokens_map.json, added_tokens.json and config.json of a model folder
// say of its tokenizer. What they leave open is nullopt: each tokenizer class has its own default.
struct TokenizerSettings {
  std::filesystem::path folder;
  std::string tokenizerClass;  // without "Fast"; empty if no file names it
  std::string modelType;       // of config.json, or of its text model

  // By role: "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token". A
  // role that is written as null is there with an empty content: the tokenizer has none.
  std::map<std::string, AddedToken> roles;
  std::vector<AddedToken> additionalSpecial;
  bool namesAdditionalSpecial = false;
  std::map<int64_t, AddedToken> addedById;
  std::map<std::string, int64_t> addedByContent;

  std::optional<bool> addBos, addEos, lowerCase, stripAccents, spaceIdeographs, legacy, addPrefixSpace,
      tidySpaces;
  std::optional<int64_t> longestSequence, extraIds;
  std::optional<TextSide> paddingSide, truncationSide;

  std::filesystem::path file(const char* name) const { return folder / name; }
  // The content of a role, or what its class takes if the files are silent; empty if it has none.
  std::string role(const std::string& name, const std::string& otherwise = {}) const;
  // Roles that the files leave open take these contents.
  void setDefaultRoles(const std::vector<std::pair<std::string, std::string>>& contents);

  // padding, truncation, length and tidying, before special tokens are known.
  TokenizerTraits traits() const;
};

TokenizerSettings readTokenizerSettings(const std::filesystem::path& folder);

// Registers every added token of the settings: with the id that the files give, else with that of the
// vocabulary, else the next free one.
void registerAddedTokens(const TokenizerSettings& settings, const Vocabulary& vocabulary, AddedTokens& added);

// The ids of the roles, as the vocabulary and the added tokens have them.
SpecialTokens specialTokensOf(const TokenizerSettings& settings, const Vocabulary& vocabulary,
                              const AddedTokens& added);

}  // namespace espalier
