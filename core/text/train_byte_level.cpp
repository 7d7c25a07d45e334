#include "core/text/train_byte_level.h"

#include <map>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/text/byte_alphabet.h"
#include "core/text/byte_pair_merges.h"
#include "core/text/pre_tokenizer.h"

namespace espalier {

namespace {

using nlohmann::ordered_json;

constexpr const char* kPieces = R"(\n?\p{L}+:| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

ordered_json preTokenizerNode() {
  return {
      {"type", "Sequence"},
      {"pretokenizers",
       {{{"type", "Split"}, {"pattern", {{"Regex", kPieces}}}, {"behavior", "Isolated"}, {"invert", false}},
        {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}}}}};
}

std::vector<std::string> bytesOfPiece(const std::string& piece) {
  std::vector<std::string> out;
  for (const char c : alphabetToBytes(piece)) out.push_back(bytesToAlphabet(std::string(1, c)));
  return out;
}

}  // namespace

void trainByteLevel(const std::vector<std::string>& texts, const std::vector<std::string>& special,
                    int vocabSize, const std::filesystem::path& folder) {
  const size_t fixed = 256 + special.size();
  if (vocabSize < int64_t(fixed))
    throw Error(ErrorKind::InvalidInput, "A vocabulary of " + std::to_string(vocabSize) +
                                             " is too small for bytes and special tokens; at least " +
                                             std::to_string(fixed) + " was expected.");
  const auto file = folder / "tokenizer.json";
  const auto split = parsePreTokenizer(preTokenizerNode(), file.string());
  std::map<std::string, int64_t> counts;
  for (const auto& text : texts)
    for (const auto& piece : split({{text, true}})) ++counts[piece.text];
  std::vector<CountedWord> words;
  for (const auto& [piece, count] : counts) words.push_back({bytesOfPiece(piece), count});

  ordered_json vocabulary;
  for (int byte = 0; byte < 256; ++byte) vocabulary[bytesToAlphabet(std::string(1, char(byte)))] = byte;
  auto merges = ordered_json::array();
  for (const auto& [left, right] :
       learnMerges(std::move(words), size_t(vocabSize) - special.size(), vocabulary))
    merges.push_back({left, right});
  auto added = ordered_json::array();
  for (const auto& token : special)
    added.push_back({{"id", int64_t(vocabulary.size() + added.size())},
                     {"content", token},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  const ordered_json decoder{
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
  writeFileAtomically(file, jsonText(ordered_json{{"version", "1.0"},
                                                  {"truncation", nullptr},
                                                  {"padding", nullptr},
                                                  {"added_tokens", added},
                                                  {"normalizer", nullptr},
                                                  {"pre_tokenizer", preTokenizerNode()},
                                                  {"post_processor", nullptr},
                                                  {"decoder", decoder},
                                                  {"model",
                                                   {{"type", "BPE"},
                                                    {"dropout", nullptr},
                                                    {"unk_token", nullptr},
                                                    {"continuing_subword_prefix", nullptr},
                                                    {"end_of_word_suffix", nullptr},
                                                    {"fuse_unk", false},
                                                    {"byte_fallback", false},
                                                    {"ignore_merges", false},
                                                    {"vocab", vocabulary},
                                                    {"merges", merges}}}},
                                     1) +
                                "\n");
}

}  // namespace espalier
