#pragma once

#include <filesystem>
#include <fstream>

namespace espalier::test {

// A tokenizer small enough for any of the reference models: letters.
inline void writeLetterTokenizer(const std::filesystem::path& folder) {
  std::ofstream vocabulary(folder / "vocab.txt");
  for (const char* special : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) vocabulary << special << "\n";
  for (const char* prefix : {"", "##"})
    for (char c = 'a'; c <= 'z'; ++c) vocabulary << prefix << c << "\n";
  std::ofstream(folder / "tokenizer_config.json")
      << R"({"tokenizer_class": "BertTokenizer", "do_lower_case": true})";
}

}  // namespace espalier::test
