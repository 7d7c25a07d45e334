#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace espalier::test {

// A tokenizer small enough for any of the reference models: letters. InstructBLIP's Q-Former has its own.
inline void writeLetterTokenizer(const std::filesystem::path& folder) {
  if (std::ifstream in(folder / "config.json");
      std::string(std::istreambuf_iterator<char>(in), {}).find("\"instructblip\"") != std::string::npos) {
    std::filesystem::create_directories(folder / "qformer_tokenizer");
    writeLetterTokenizer(folder / "qformer_tokenizer");
  }
  std::ofstream vocabulary(folder / "vocab.txt");
  for (const char* special : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) vocabulary << special << "\n";
  for (const char* prefix : {"", "##"})
    for (char c = 'a'; c <= 'z'; ++c) vocabulary << prefix << c << "\n";
  std::ofstream(folder / "tokenizer_config.json")
      << R"({"tokenizer_class": "BertTokenizer", "do_lower_case": true})";
}

}  // namespace espalier::test
