#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/text/sentence_piece_file.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

json addedToken(int64_t id, const std::string& content) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", true}};
}

json mergesOf(const TokenizerFolder& folder) {
  json out = json::array();
  for (const auto& [left, right] : parseMergesText(readTextFile(folder.file("merges.txt")), "merges.txt"))
    out.push_back(left + " " + right);
  return out;
}

json byteLevel(bool useRegex) {
  return {
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", useRegex}};
}

// The files below are put together as transformers' converters do.
json clipJson(const TokenizerFolder& folder) {
  const json split = {
      {"type", "Split"},
      {"pattern", {{"Regex", R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)"}}},
      {"behavior", "Removed"},
      {"invert", true}};
  const json spaces = {{"type", "Replace"}, {"pattern", {{"Regex", R"(\s+)"}}}, {"content", " "}};
  return {{"added_tokens", {addedToken(49406, "<|startoftext|>"), addedToken(49407, "<|endoftext|>")}},
          {"normalizer",
           {{"type", "Sequence"}, {"normalizers", {{{"type", "NFC"}}, spaces, {{"type", "Lowercase"}}}}}},
          {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {split, byteLevel(false)}}}},
          {"post_processor",
           {{"type", "RobertaProcessing"},
            {"sep", {"<|endoftext|>", 49407}},
            {"cls", {"<|startoftext|>", 49406}},
            {"trim_offsets", false},
            {"add_prefix_space", false}}},
          {"decoder", byteLevel(true)},
          {"model",
           {{"type", "BPE"},
            {"unk_token", "<|endoftext|>"},
            {"continuing_subword_prefix", ""},
            {"end_of_word_suffix", "</w>"},
            {"fuse_unk", false},
            {"vocab", folder.json("vocab.json")},
            {"merges", mergesOf(folder)}}}};
}

json bertJson(const TokenizerFolder& folder) {
  json vocabulary, added = json::array();
  std::istringstream lines(readTextFile(folder.file("vocab.txt")));
  int64_t id = 0;
  for (std::string line; std::getline(lines, line); ++id) {
    vocabulary[line] = id;
    if (line == "[PAD]" || line == "[UNK]" || line == "[CLS]" || line == "[SEP]" || line == "[MASK]")
      added.push_back(addedToken(id, line));
  }
  const auto special = [](const char* name, int type) {
    return json{{"SpecialToken", {{"id", name}, {"type_id", type}}}};
  };
  const auto text = [](const char* name, int type) {
    return json{{"Sequence", {{"id", name}, {"type_id", type}}}};
  };
  return {
      {"added_tokens", added},
      {"normalizer",
       {{"type", "BertNormalizer"},
        {"clean_text", true},
        {"handle_chinese_chars", true},
        {"strip_accents", nullptr},
        {"lowercase", true}}},
      {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single", {special("[CLS]", 0), text("A", 0), special("[SEP]", 0)}},
        {"pair", {special("[CLS]", 0), text("A", 0), special("[SEP]", 0), text("B", 1), special("[SEP]", 1)}},
        {"special_tokens",
         {{"[CLS]", {{"id", "[CLS]"}, {"ids", {101}}, {"tokens", {"[CLS]"}}}},
          {"[SEP]", {{"id", "[SEP]"}, {"ids", {102}}, {"tokens", {"[SEP]"}}}}}}}},
      {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
      {"model",
       {{"type", "WordPiece"},
        {"unk_token", "[UNK]"},
        {"continuing_subword_prefix", "##"},
        {"max_input_chars_per_word", 100},
        {"vocab", vocabulary}}}};
}

json optJson(const TokenizerFolder& folder) {
  const json bos = {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}};
  return {
      {"added_tokens", {addedToken(1, "<pad>"), addedToken(2, "</s>")}},
      {"normalizer", nullptr},
      {"pre_tokenizer", byteLevel(true)},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single", {bos, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
        {"pair",
         {bos, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}, {{"Sequence", {{"id", "B"}, {"type_id", 1}}}}}},
        {"special_tokens", {{"</s>", {{"id", "</s>"}, {"ids", {2}}, {"tokens", {"</s>"}}}}}}}},
      {"decoder", byteLevel(true)},
      {"model", {{"type", "BPE"}, {"vocab", folder.json("vocab.json")}, {"merges", mergesOf(folder)}}}};
}

// Of each piece all ways to make it of two others, in the order of the pieces' ranks.
json llamaJson(const SentencePieceFile& file) {
  json vocabulary;
  std::map<std::string, int64_t> ids;
  for (size_t i = 0; i < file.pieces.size(); ++i)
    vocabulary[file.pieces[i].text] = ids[file.pieces[i].text] = int64_t(i);
  std::vector<std::pair<float, json>> merges;
  for (const auto& piece : file.pieces) {
    std::vector<std::pair<std::pair<int64_t, int64_t>, json>> ways;
    for (size_t cut = 1; cut < piece.text.size(); ++cut) {
      const auto left = ids.find(piece.text.substr(0, cut)), right = ids.find(piece.text.substr(cut));
      if (left != ids.end() && right != ids.end())
        ways.push_back({{left->second, right->second}, json::array({left->first, right->first})});
    }
    std::sort(ways.begin(), ways.end());
    for (const auto& way : ways) merges.emplace_back(piece.score, way.second);
  }
  std::stable_sort(merges.begin(), merges.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  json list = json::array();
  for (const auto& merge : merges) list.push_back(merge.second);
  const json mark = {{"String", "▁"}};
  return {{"added_tokens", {addedToken(0, "<unk>"), addedToken(1, "<s>"), addedToken(2, "</s>")}},
          {"normalizer",
           {{"type", "Sequence"},
            {"normalizers",
             {{{"type", "Prepend"}, {"prepend", "▁"}},
              {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}}}}}},
          {"pre_tokenizer", nullptr},
          {"post_processor", nullptr},
          {"decoder",
           {{"type", "Sequence"},
            {"decoders",
             {{{"type", "Replace"}, {"pattern", mark}, {"content", " "}},
              {{"type", "ByteFallback"}},
              {{"type", "Fuse"}},
              {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}}},
          {"model",
           {{"type", "BPE"},
            {"unk_token", "<unk>"},
            {"fuse_unk", true},
            {"byte_fallback", true},
            {"vocab", vocabulary},
            {"merges", list}}}};
}

json t5Json(const SentencePieceFile& file) {
  json pieces = json::array(),
       added = {addedToken(0, "<pad>"), addedToken(1, "</s>"), addedToken(2, "<unk>")};
  for (const auto& piece : file.pieces) pieces.push_back({piece.text, piece.score});
  for (int i = 99; i >= 0; --i) {
    const std::string name = "<extra_id_" + std::to_string(i) + ">";
    json token = addedToken(int64_t(pieces.size()), name);
    token["lstrip"] = token["rstrip"] = true;
    added.push_back(token);
    pieces.push_back({name, 0.0});
  }
  const json eos = {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}};
  const json a = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
             b = {{"Sequence", {{"id", "B"}, {"type_id", 0}}}};
  const json metaspace = {{"type", "Metaspace"}, {"replacement", "▁"}, {"add_prefix_space", true}};
  const std::string map = QByteArray::fromStdString(file.charMap).toBase64().toStdString();
  return {{"added_tokens", added},
          {"normalizer", {{"type", "Precompiled"}, {"precompiled_charsmap", map}}},
          {"pre_tokenizer",
           {{"type", "Sequence"}, {"pretokenizers", {{{"type", "WhitespaceSplit"}}, metaspace}}}},
          {"post_processor",
           {{"type", "TemplateProcessing"},
            {"single", {a, eos}},
            {"pair", {a, eos, b, eos}},
            {"special_tokens", {{"</s>", {{"id", "</s>"}, {"ids", {1}}, {"tokens", {"</s>"}}}}}}}},
          {"decoder", metaspace},
          {"model", {{"type", "Unigram"}, {"unk_id", 2}, {"vocab", pieces}}}};
}

// The cases of a fixture without those whose text contains one of these, where the "fast" tokenizers are
// known to differ from the "slow" ones that made the fixture.
json without(const json& cases, const std::vector<std::string>& parts) {
  json out = json::array();
  for (const auto& each : cases) {
    const std::string text = each["text"].get<std::string>();
    if (std::none_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return text.find(part) != std::string::npos; }))
      out.push_back(each);
  }
  return out;
}

void verifyNone(const std::string& found) {
  QVERIFY2(found.empty(), found.c_str());
}

}  // namespace

class TokenizerJsonTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void clip() {
    const TokenizerFolder folder("clip");
    folder.write("tokenizer.json", clipJson(folder));
    folder.remove("vocab.json");
    const auto tokenizer = openTokenizer(folder.path());
    // The file's Lowercase knows no final sigma.
    verifyNone(idDifferences(without(tokenizerFixture("clip"), {"ΣΊΣΥΦΟΣ"}), "hf_fast_emulated", *tokenizer));
    QCOMPARE(tokenizer->decode(tokenizer->encode("A photo of a cat."), true),
             std::string("a photo of a cat."));
    QVERIFY(tokenizer->special().bos == 49406 && tokenizer->special().pad == 49407);
    QVERIFY(tokenizer->longestSequence() == 77);
  }

  void bert() {
    const TokenizerFolder folder("bert");
    folder.write("tokenizer.json", bertJson(folder));
    folder.remove("vocab.txt");
    const auto tokenizer = openTokenizer(folder.path());
    const auto cases = tokenizerFixture("bert");
    verifyNone(idDifferences(cases, "ids", *tokenizer));
    verifyNone(differences<std::string>(cases, "decoded_skip_special_clean", [&](const auto& each) {
      return tokenizer->decode(each["ids"].template get<Ids>(), true);
    }));
    for (const auto& each : tokenizerFixture("bert_pairs")) {
      const auto pair = tokenizer->encodePair(each["a"].get<std::string>(), each["b"].get<std::string>());
      QCOMPARE(show(pair.ids), show(each["input_ids"].get<Ids>()));
      QCOMPARE(show(pair.typeIds), show(each["token_type_ids"].get<Ids>()));
    }
    folder.set("do_lower_case", false);
    QCOMPARE(show(openTokenizer(folder.path())->encode("HELLO")), show({101, 100, 102}));
  }

  void opt() {
    const TokenizerFolder folder("opt");
    folder.write("tokenizer.json", optJson(folder));
    const auto tokenizer = openTokenizer(folder.path());
    const auto cases = tokenizerFixture("opt");
    verifyNone(idDifferences(cases, "ids", *tokenizer));
    verifyNone(differences<std::string>(cases, "decoded", [&](const auto& each) {
      return tokenizer->decode(each["ids"].template get<Ids>(), false);
    }));
    folder.set("add_prefix_space", true);
    QCOMPARE(show(openTokenizer(folder.path())->encode("cat")), show(tokenizer->encode(" cat")));
  }

  void llama() {
    const TokenizerFolder folder("llama");
    const auto model = folder.file("tokenizer.model");
    folder.write("tokenizer.json", llamaJson(parseSentencePieceFile(readTextFile(model), "tokenizer.model")));
    const auto tokenizer = openTokenizer(folder.path());
    const auto cases = tokenizerFixture("llama");
    verifyNone(idDifferences(cases, "ids_legacy", *tokenizer));
    for (const auto& each : without(cases, {"</s>"}))
      QCOMPARE(tokenizer->decode(tokenizer->encode(each["text"].get<std::string>()), true),
               each["text"].get<std::string>());
    folder.set("add_bos_token", false);
    folder.set("add_eos_token", true);
    QCOMPARE(show(openTokenizer(folder.path())->encode("a")), show({263, 2}));
  }

  // A LLaVA folder as version 4 of the reference wrote it: the file counts, whatever "legacy" says of it.
  void llavaWithAndWithoutLegacy() {
    const TokenizerFolder folder("llama");
    auto whole =
        llamaJson(parseSentencePieceFile(readTextFile(folder.file("tokenizer.model")), "tokenizer.model"));
    whole["added_tokens"].push_back(addedToken(32000, "<image>"));
    folder.write("tokenizer.json", whole);
    for (const json& legacy : {json(), json(true), json(false)}) {
      folder.set("legacy", legacy);
      const auto tokenizer = openTokenizer(folder.path());
      QCOMPARE(show(tokenizer->encode("<s>a")), show({1, 1, 263}));
      QCOMPARE(show(tokenizer->encode("USER: <image>\nWhat is it?")),
               show({1, 3148, 1001, 29901, 29871, 32000, 29871, 13, 5618, 338, 372, 29973}));
    }
  }

  void t5() {
    const TokenizerFolder folder("t5");
    folder.write("tokenizer.json",
                 t5Json(parseSentencePieceFile(readTextFile(folder.file("spiece.model")), "spiece.model")));
    const auto tokenizer = openTokenizer(folder.path());
    QCOMPARE(tokenizer->vocabSize(), 32100);
    // The fast tokenizer marks the space after a sentinel, and maps graphemes rather than the longest
    // sequences.
    verifyNone(idDifferences(tokenizerFixture("t5"), "ids_legacy", *tokenizer));
  }

  // What the tokenizers library does with the flags of added tokens, for each alone. A token that is looked
  // for in normalized text is itself normalized: in lower case here.
  void flagsOfAddedTokens() {
    const QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    const auto token = [](int64_t id, const char* content, const char* flag) {
      auto out = addedToken(id, content);
      out["special"] = false;
      if (*flag) out[flag] = true;
      return out;
    };
    json model = {{"type", "WordPiece"}, {"unk_token", "[UNK]"}, {"continuing_subword_prefix", "##"}};
    model["vocab"] = {{"[UNK]", 0}, {"a", 1}, {"b", 2}, {"##b", 3}, {"[", 4}, {"]", 5}, {"new", 6}};
    const json whole = {
        {"normalizer", {{"type", "BertNormalizer"}}},
        {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
        {"model", model},
        {"added_tokens",
         {token(10, "[NEW]", "normalized"), token(11, "[RAW]", ""), token(12, "[L]", "lstrip"),
          token(13, "[R]", "rstrip"), token(14, "zz", "single_word")}}};
    writeText(path / "tokenizer.json", whole.dump());
    const auto tokenizer = openTokenizer(path);
    const auto ids = [&](const char* text) { return tokenizer->encodePlain(text); };
    QCOMPARE(ids("a [NEW] b"), (Ids{1, 10, 2}));
    QCOMPARE(ids("a [new] b"), (Ids{1, 10, 2}));
    QCOMPARE(ids("a [RAW] b"), (Ids{1, 11, 2}));
    QCOMPARE(ids("a [raw] b"), (Ids{1, 4, 0, 5, 2}));
    QCOMPARE(ids("a zz b"), (Ids{1, 14, 2}));
    QCOMPARE(ids("azzb"), (Ids{0}));
    QCOMPARE(tokenizer->decode({1, 10}, false), std::string("a [NEW]"));
  }

  void refusesWhatItDoesNotKnow_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("expected");
    QTest::addRow("model kind") << "/model/type"
                                << "\"WordLevel\""
                                << "WordLevel";
    QTest::addRow("no model") << "/model"
                              << "null"
                              << "no \"model\"";
    QTest::addRow("no vocabulary") << "/model/vocab"
                                   << "{}"
                                   << "no vocabulary";
    QTest::addRow("an id that is a text") << "/model/vocab/!"
                                          << "\"7\""
                                          << "whole number";
    QTest::addRow("one id twice") << "/model/vocab/!"
                                  << "5"
                                  << "both";
    QTest::addRow("an absurd id") << "/model/vocab/!"
                                  << "99999999999"
                                  << "99999999999";
    QTest::addRow("merges of another tokenizer") << "/model/merges/0"
                                                 << "\"kno wn\""
                                                 << "kno";
    QTest::addRow("half a merge") << "/model/merges/0"
                                  << "\"kno\""
                                  << "two tokens";
    QTest::addRow("normalizer") << "/normalizer"
                                << R"({"type": "Magic"})"
                                << "normalizer \"Magic\"";
    QTest::addRow("normalizer without a type") << "/normalizer"
                                               << "[]"
                                               << "without a \"type\"";
    QTest::addRow("pre-tokenizer") << "/pre_tokenizer"
                                   << R"({"type": "Magic"})"
                                   << "pre-tokenizer \"Magic\"";
    QTest::addRow("pattern") << "/normalizer/normalizers/1/pattern/Regex"
                             << "\"(\""
                             << "regular expression";
    QTest::addRow("post-processor") << "/post_processor"
                                    << R"({"type": "Magic"})"
                                    << "post-processor \"Magic\"";
    QTest::addRow("cls") << "/post_processor/cls"
                         << "7"
                         << "cls";
    QTest::addRow("decoder") << "/decoder"
                             << R"({"type": "Magic"})"
                             << "decoder \"Magic\"";
    QTest::addRow("charsmap") << "/normalizer"
                              << R"({"type": "Precompiled", "precompiled_charsmap": "////"})"
                              << "cut off";
    QTest::addRow("added token") << "/added_tokens/0/id"
                                 << "null"
                                 << "added token";
    QTest::addRow("flag") << "/added_tokens/0/lstrip"
                          << "3"
                          << "lstrip";
  }
  void refusesWhatItDoesNotKnow() {
    QFETCH(QString, path);
    QFETCH(QString, value);
    QFETCH(QString, expected);
    const TokenizerFolder folder("clip");
    json file = clipJson(folder);
    // A few tokens are enough, and quickly read.
    auto& model = file["model"];
    for (auto it = model["vocab"].begin(); it != model["vocab"].end();)
      it = *it < 1000 ? std::next(it) : model["vocab"].erase(it);
    model["merges"].erase(model["merges"].begin() + 400, model["merges"].end());
    file[json::json_pointer(path.toStdString())] = json::parse(value.toStdString());
    folder.write("tokenizer.json", file);
    try {
      openTokenizer(folder.path());
      QFAIL("opened");
    } catch (const Error& e) {
      const std::string said = e.what();
      QVERIFY2(said.find(expected.toStdString()) != std::string::npos, said.c_str());
      QVERIFY2(
          said.find("expected") != std::string::npos || said.find("regular expression") != std::string::npos,
          said.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(TokenizerJsonTest)
#include "tokenizer_json_test.moc"
