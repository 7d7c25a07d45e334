#include "core/text/byte_pair_merges.h"

#include <map>

namespace espalier {

namespace {

using SymbolPair = std::pair<std::string, std::string>;

void mergeSymbols(std::vector<std::string>& symbols, const SymbolPair& pair) {
  std::vector<std::string> out;
  for (size_t i = 0; i < symbols.size(); ++i)
    if (i + 1 < symbols.size() && symbols[i] == pair.first && symbols[i + 1] == pair.second)
      out.push_back(pair.first + pair.second), ++i;
    else
      out.push_back(symbols[i]);
  symbols = std::move(out);
}

}  // namespace

std::vector<SymbolPair> learnMerges(std::vector<CountedWord> words, size_t vocabSize,
                                    nlohmann::ordered_json& vocabulary) {
  std::vector<SymbolPair> out;
  auto id = int64_t(vocabulary.size());
  while (vocabulary.size() < vocabSize) {
    std::map<SymbolPair, int64_t> pairs;
    for (const auto& [symbols, count] : words)
      for (size_t i = 0; i + 1 < symbols.size(); ++i) pairs[{symbols[i], symbols[i + 1]}] += count;
    const SymbolPair* best = nullptr;
    int64_t most = 1;
    for (const auto& [pair, count] : pairs)
      if (count > most) best = &pair, most = count;
    if (!best) break;
    // Two ways to one symbol are two merges and one entry.
    if (vocabulary.emplace(best->first + best->second, id).second) ++id;
    out.push_back(*best);
    for (auto& word : words) mergeSymbols(word.symbols, *best);
  }
  return out;
}

}  // namespace espalier
