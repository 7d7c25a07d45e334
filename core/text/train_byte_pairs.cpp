#include "core/text/train_byte_pairs.h"

#include <map>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/text/byte_alphabet.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"

namespace espalier {

namespace {

constexpr int kFixedEntries = 2 * 256 + 2;  // bytes, bytes that end a word, start and end of text
constexpr const char* kEndOfWord = "</w>";

using Symbols = std::vector<std::string>;
using Pair = std::pair<std::string, std::string>;

// The bytes of a word, each as one character of the alphabet; the last with the mark of a word's end.
Symbols symbolsOf(const std::string& word) {
  Symbols out;
  for (const char c : alphabetToBytes(word)) out.push_back(bytesToAlphabet(std::string(1, c)));
  out.back() += kEndOfWord;
  return out;
}

void merge(Symbols& symbols, const Pair& pair) {
  Symbols out;
  for (size_t i = 0; i < symbols.size(); ++i)
    if (i + 1 < symbols.size() && symbols[i] == pair.first && symbols[i + 1] == pair.second)
      out.push_back(pair.first + pair.second), ++i;
    else
      out.push_back(symbols[i]);
  symbols = std::move(out);
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
  std::vector<std::pair<Symbols, int64_t>> words;
  for (const auto& [word, count] : counts) words.emplace_back(symbolsOf(word), count);

  nlohmann::ordered_json vocabulary;
  int64_t id = 0;
  for (const char* ending : {"", kEndOfWord})
    for (int byte = 0; byte < 256; ++byte)
      vocabulary[bytesToAlphabet(std::string(1, char(byte))) + ending] = id++;
  std::string merges = "#version: 0.2\n";
  while (id < vocabSize - 2) {
    std::map<Pair, int64_t> pairs;
    for (const auto& [symbols, count] : words)
      for (size_t i = 0; i + 1 < symbols.size(); ++i) pairs[{symbols[i], symbols[i + 1]}] += count;
    const Pair* best = nullptr;
    int64_t most = 1;
    for (const auto& [pair, count] : pairs)
      if (count > most) best = &pair, most = count;
    if (!best) break;
    const auto [it, isNew] = vocabulary.emplace(best->first + best->second, id);
    if (isNew) ++id;
    merges += best->first + " " + best->second + "\n";
    for (auto& [symbols, count] : words) merge(symbols, *best);
  }
  vocabulary["<|startoftext|>"] = id++;
  vocabulary["<|endoftext|>"] = id++;
  writeFileAtomically(folder / "merges.txt", merges);
  writeFileAtomically(folder / "vocab.json", jsonText(vocabulary) + "\n");
}

}  // namespace espalier
