#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace espalier {

// A word as the symbols it consists of so far, and how often it occurs.
struct CountedWord {
  std::vector<std::string> symbols;
  int64_t count = 0;
};

// Byte-pair encoding as Sennrich et al. 2016 learn it: the most frequent pair of neighbours becomes a symbol,
// of equally frequent ones the first in byte order, until `vocabulary` has vocabSize entries or no pair
// occurs twice. New symbols enter the vocabulary with the next id. Returns the merges in the order they were
// made.
std::vector<std::pair<std::string, std::string>> learnMerges(std::vector<CountedWord> words, size_t vocabSize,
                                                             nlohmann::ordered_json& vocabulary);

}  // namespace espalier
