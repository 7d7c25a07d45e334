#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// Trains a byte-level BPE as the language models of today have it (a pattern divides the text, each piece is
// its bytes, frequent pairs become tokens) and writes it as tokenizer.json into a folder, from which
// openTokenizer and transformers read it. A word takes the space before it along; the name of a speaker at
// the beginning of a line ("\nUser:") is one piece. The vocabulary is the 256 bytes, the merges in the order
// they were made and the special tokens, which stand as they are wherever a text has them: at most vocabSize
// entries, fewer where no pair occurs twice. Throws Error if vocabSize has no room for bytes and special
// tokens or the file cannot be written.
void trainByteLevel(const std::vector<std::string>& texts, const std::vector<std::string>& special,
                    int vocabSize, const std::filesystem::path& folder);

}  // namespace espalier
