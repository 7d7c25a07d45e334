#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// Trains CLIP's byte-level BPE (Sennrich et al. 2016, words ending in "</w>") and writes vocab.json and
// merges.txt into a folder, from which openTokenizer and transformers' CLIPTokenizer read it. The vocabulary
// is the 256 bytes, each also as the end of a word, the merges in the order they were made, <|startoftext|>
// and, last, <|endoftext|>: at most vocabSize entries, fewer where no pair occurs twice. Of equally frequent
// pairs the one first in byte order is merged. Throws Error if vocabSize is below 514 or a file cannot be
// written.
void trainBytePairs(const std::vector<std::string>& texts, int vocabSize,
                    const std::filesystem::path& folder);

}  // namespace espalier
