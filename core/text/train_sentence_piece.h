#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

struct SentencePieceTraining {
  bool allowSmaller = false;       // fewer pieces where the sentences yield no more, rather than an error
  bool compatibilityForms = true;  // NFKC, as T5; without it the file is about 70 kB smaller
  int maxPieceCharacters = 16;
};

// Trains a unigram SentencePiece model with T5's conventions: <pad> = 0, </s> = 1, <unk> = 2, no <s>, every
// character of the sentences covered, no byte fallback. Equal sentences give an equal file, on any number of
// threads. The file appears whole or not at all, and SentencePiece and transformers read it. Throws Error if
// the sentences are empty or do not fit vocabSize, saying what size they allow.
void trainSentencePiece(const std::vector<std::string>& sentences, int vocabSize,
                        const std::filesystem::path& modelOut, const SentencePieceTraining& options = {});

}  // namespace espalier
