#include "core/text/train_byte_pairs.h"

#include <map>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/text/byte_alphabet.h"
#include "core/text/byte_pair_merges.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"

namespace espalier {

namespace {

constexpr int kFixedEntries = 2 * 256 + 2;  // bytes, bytes that end a word, start and end of text
constexpr const char* kEndOfWord = "</w>";

// The bytes of a word, each as one character of the alphabet; the last with the mark of a word's end.
std::vector<std::string> symbolsOf(const std::string& word) {
  std::vector<std::string> out;
  for (const char c : alphabetToBytes(word)) out.push_back(bytesToAlphabet(std::string(1, c)));
  out.back() += kEndOfWord;
  return out;
}

}  // namespace

void trainBytePairs(const std::vector<std::string>& texts, int vocabSize,
                    const std::filesystem::path& folder) {
  if (vocabSize < kFixedEntries)
    throw Error(ErrorKind::InvalidInput, "A vocabulary of " + std::to_string(vocabSize) +
                                             " is too small for byte pairs; at least " +
                                             std::to_string(kFixedEntries) + " was expected.");
  std::map<std::string, int64_t> counts;
  const auto normalize = clipNormalizer();
  const auto split = clipPreTokenizer();
  for (const auto& text : texts)
    for (const auto& piece : split({{normalize(text), true}}))
      if (!piece.text.empty()) ++counts[piece.text];
  std::vector<CountedWord> words;
  for (const auto& [word, count] : counts) words.push_back({symbolsOf(word), count});

  nlohmann::ordered_json vocabulary;
  int64_t id = 0;
  for (const char* ending : {"", kEndOfWord})
    for (int byte = 0; byte < 256; ++byte)
      vocabulary[bytesToAlphabet(std::string(1, char(byte))) + ending] = id++;
  std::string merges = "#version: 0.2\n";
  for (const auto& [left, right] : learnMerges(std::move(words), size_t(vocabSize) - 2, vocabulary))
    merges += left + " " + right + "\n";
  id = int64_t(vocabulary.size());
  vocabulary["<|startoftext|>"] = id++;
  vocabulary["<|endoftext|>"] = id++;
  writeFileAtomically(folder / "merges.txt", merges);
  writeFileAtomically(folder / "vocab.json", jsonText(vocabulary) + "\n");
}

}  // namespace espalier
