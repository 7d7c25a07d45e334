#pragma once

#include <QtCore/QTemporaryDir>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/text/bpe.h"
#include "core/text/byte_alphabet.h"
#include "tests/support/fixtures.h"

namespace espalier::test {

inline void writeText(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// The 256 characters of the byte alphabet in the order of GPT-2's vocabulary: printable bytes first.
inline std::vector<std::string> alphabetInOrder() {
  std::vector<std::string> printable, rest;
  for (int b = 0; b < 256; ++b) {
    const bool shows = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    (shows ? printable : rest).push_back(bytesToAlphabet(std::string(1, char(b))));
  }
  printable.insert(printable.end(), rest.begin(), rest.end());
  return printable;
}

// A copy of tests/data/tokenizers/<name> in a folder of its own. The vocabularies of CLIP and GPT-2 follow
// from their merges (bytes, bytes that end a word, merges, special tokens, in this order), so they are
// written out here.
class TokenizerFolder {
 public:
  explicit TokenizerFolder(const std::string& name) {
    for (const auto& file : entriesOf(dataFile("tokenizers/" + name)))
      std::filesystem::copy_file(file, path() / file.filename());
    if (name == "gpt2") {
      std::filesystem::copy_file(dataFile("tokenizers/opt/merges.txt"), path() / "merges.txt");
      writeVocabulary({}, {"<|endoftext|>"});
    }
    if (name == "clip") writeVocabulary("</w>", {"<|startoftext|>", "<|endoftext|>"});
  }

  std::filesystem::path path() const { return m_folder.path().toStdString(); }
  std::filesystem::path file(const std::string& name) const { return path() / name; }
  nlohmann::json json(const std::string& name) const { return readJson(file(name)); }
  void write(const std::string& name, const std::string& text) const { writeText(file(name), text); }
  void write(const std::string& name, const nlohmann::json& json) const {
    writeText(file(name), json.dump());
  }
  void remove(const std::string& name) const { std::filesystem::remove(file(name)); }
  void set(const std::string& key, const nlohmann::json& value) const {
    auto config = json("tokenizer_config.json");
    config[key] = value;
    write("tokenizer_config.json", config);
  }

 private:
  void writeVocabulary(const std::string& suffix, const std::vector<std::string>& special) {
    nlohmann::json vocabulary;
    int64_t next = 0;
    const auto add = [&](const std::string& piece) { vocabulary[piece] = next++; };
    for (const auto& c : alphabetInOrder()) add(c);
    if (!suffix.empty())
      for (const auto& c : alphabetInOrder()) add(c + suffix);
    for (const auto& [left, right] : parseMergesText(readTextFile(path() / "merges.txt"), "merges.txt"))
      add(left + right);
    for (const auto& s : special) add(s);
    write("vocab.json", vocabulary);
  }

  QTemporaryDir m_folder;
};

using Ids = std::vector<int64_t>;

inline std::string show(const Ids& ids) {
  return nlohmann::json(ids).dump();
}

inline nlohmann::json tokenizerFixture(const std::string& name) {
  return readJson(fixturesRoot() / "tokenizers" / (name + ".json"));
}

// One line for each of the cases in which `actual` is not what the fixture has under `key`.
template <typename Value, typename Actual>
std::string differences(const nlohmann::json& cases, const std::string& key, Actual actual) {
  std::string out;
  for (const auto& each : cases) {
    const Value found = actual(each), wanted = each[key].get<Value>();
    if (found != wanted)
      out += "\n" + each["text"].dump().substr(0, 120) + "\n  is     " + nlohmann::json(found).dump() +
             "\n  should " + nlohmann::json(wanted).dump();
  }
  return out;
}

template <typename Encoder>
std::string idDifferences(const nlohmann::json& cases, const std::string& key, const Encoder& tokenizer) {
  return differences<Ids>(cases, key, [&](const auto& each) {
    return tokenizer.encode(each["text"].template get<std::string>());
  });
}

}  // namespace espalier::test
