#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;

namespace {

std::string errorOf(const std::filesystem::path& folder) {
  try {
    openTokenizer(folder);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

// The error names the file and says something of what was found; none is more than a sentence.
void verifyError(const std::filesystem::path& folder, const std::string& file, const std::string& found) {
  const std::string said = errorOf(folder);
  QVERIFY2(said.find(file) != std::string::npos, said.c_str());
  QVERIFY2(said.find(found) != std::string::npos, said.c_str());
  QVERIFY2(said.find("expected") != std::string::npos || said.find("not valid JSON") != std::string::npos ||
               said.find("keeps its tokens in both") != std::string::npos,
           said.c_str());
  QVERIFY2(said.ends_with('.'), said.c_str());
}

}  // namespace

class FolderTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void nothingThere() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    verifyError(path, path.string(), "has no tokenizer");
    verifyError(path / "none", "none", "does not exist");
    writeText(path / "file", "x");
    verifyError(path / "file", "file", "is a file");
  }

  // Files that only stand for others are named as what they are, and a folder of the Hugging Face cache is
  // its snapshot.
  void pointersAndCaches() {
    const TokenizerFolder folder("llama");
    QTemporaryDir cache;
    const std::filesystem::path root = cache.path().toStdString();
    std::filesystem::create_directories(root / "snapshots");
    std::filesystem::copy(folder.path(), root / "snapshots/abc123");
    const auto ids = openTokenizer(folder.path())->encode("Once upon a time");
    QCOMPARE(openTokenizer(root)->encode("Once upon a time"), ids);
    std::filesystem::copy(folder.path(), root / "snapshots/def456");
    QVERIFY(errorOf(root).find("2 snapshots") != std::string::npos);
    std::filesystem::create_directories(root / "refs");
    writeText(root / "refs/main", "def456\n");
    QCOMPARE(openTokenizer(root)->encode("Once upon a time"), ids);
    writeText(root / "snapshots/def456/tokenizer.model",
              "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 7986\n");
    QVERIFY(errorOf(root).find("tokenizer.model is a Git LFS pointer") != std::string::npos);
    writeText(root / "snapshots/def456/tokenizer.model", "../../blobs/blob_tokenizer.model");
    QVERIFY(errorOf(root).find("copied without its links") != std::string::npos);
  }

  void missingHalves() {
    const TokenizerFolder folder("clip");
    folder.remove("merges.txt");
    verifyError(folder.path(), folder.path().string(), "no merges.txt");
    const TokenizerFolder other("clip");
    other.remove("vocab.json");
    verifyError(other.path(), other.path().string(), "no vocab.json");
    const TokenizerFolder t5("t5");
    std::filesystem::rename(t5.file("spiece.model"), t5.file("vocab.txt"));
    verifyError(t5.path(), "tokenizer_config.json", "T5Tokenizer");
    t5.set("tokenizer_class", "XLNetTokenizer");
    verifyError(t5.path(), "tokenizer_config.json", "XLNetTokenizer");
  }

  void wrongContents_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("found");
    const QByteArray garbage("\x8f\x01\xff\x00\x13garbage\xfe\xfe", 14);
    QTest::addRow("vocab.json no JSON") << "gpt2"
                                        << "vocab.json" << garbage << "not valid JSON";
    QTest::addRow("vocab.json a list") << "gpt2"
                                       << "vocab.json" << QByteArray("[1, 2]") << "no vocabulary";
    QTest::addRow("merges garbage") << "gpt2"
                                    << "merges.txt" << garbage << "UTF-8";
    QTest::addRow("merges empty") << "gpt2"
                                  << "merges.txt" << QByteArray("#version: 0.2\n") << "no merges";
    QTest::addRow("merges single") << "gpt2"
                                   << "merges.txt" << QByteArray("#version: 0.2\na b\nabc\n") << "line 3";
    QTest::addRow("merges of another") << "gpt2"
                                       << "merges.txt" << QByteArray("a zzqx\n") << "no token \"zzqx\"";
    QTest::addRow("vocab.txt garbage") << "bert"
                                       << "vocab.txt" << garbage << "UTF-8";
    QTest::addRow("vocab.txt empty") << "bert"
                                     << "vocab.txt" << QByteArray() << "is empty";
    QTest::addRow("vocab.txt of another") << "bert"
                                          << "vocab.txt" << QByteArray("a\nb\n") << "[CLS]";
    QTest::addRow("spiece garbage") << "t5"
                                    << "spiece.model" << garbage << "not a SentencePiece model";
    QTest::addRow("spiece text") << "t5"
                                 << "spiece.model" << QByteArray("hello") << "not a SentencePiece model";
    QTest::addRow("spiece empty") << "t5"
                                  << "spiece.model" << QByteArray() << "not a SentencePiece model";
    QTest::addRow("config no JSON") << "bert"
                                    << "tokenizer_config.json" << QByteArray("{") << "not valid JSON";
    QTest::addRow("config a list") << "bert"
                                   << "tokenizer_config.json" << QByteArray("[]") << "array";
    QTest::addRow("config flag") << "bert"
                                 << "tokenizer_config.json" << QByteArray(R"({"do_lower_case": "yes"})")
                                 << "do_lower_case";
    QTest::addRow("config side") << "bert"
                                 << "tokenizer_config.json" << QByteArray(R"({"padding_side": "top"})")
                                 << "top";
    QTest::addRow("config length") << "bert"
                                   << "tokenizer_config.json" << QByteArray(R"({"model_max_length": "long"})")
                                   << "model_max_length";
    QTest::addRow("config token") << "bert"
                                  << "tokenizer_config.json" << QByteArray(R"({"cls_token": 5})")
                                  << "special token";
    QTest::addRow("added id") << "bert"
                              << "added_tokens.json" << QByteArray(R"({"[DEC]": "x"})") << "[DEC]";
    QTest::addRow("tokenizer.json no JSON") << "bert"
                                            << "tokenizer.json" << garbage << "not valid JSON";
    QTest::addRow("tokenizer.json a list") << "bert"
                                           << "tokenizer.json" << QByteArray("[]") << "array";
  }
  void wrongContents() {
    QFETCH(QString, name);
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    QFETCH(QString, found);
    const TokenizerFolder folder(name.toStdString());
    folder.write(file.toStdString(), content.toStdString());
    verifyError(folder.path(), file.toStdString(), found.toStdString());
  }

  // Wherever a model is cut, and whatever bytes are hit, it opens or it is refused by name.
  void damagedSentencePieceModels() {
    const TokenizerFolder folder("t5");
    const std::string whole = readTextFile(folder.file("spiece.model"));
    for (size_t size = 1; size < whole.size(); size += whole.size() / 11) {
      folder.write("spiece.model", whole.substr(0, size));
      verifyError(folder.path(), "spiece.model", "SentencePiece model");
    }
    uint32_t random = 1;
    for (int i = 0; i < 30; ++i) {
      std::string damaged = whole;
      for (int k = 0; k < 20; ++k) {
        random = random * 1664525 + 1013904223;
        // Mostly in the rules at the end, where a wrong bit would lead a careless reader astray.
        const size_t at = i % 2 ? random % damaged.size() : damaged.size() - 1 - random % 240'000;
        damaged[at] = char(damaged[at] ^ (1 << (random >> 28 & 7)));
      }
      folder.write("spiece.model", damaged);
      try {
        const auto tokenizer = openTokenizer(folder.path());
        tokenizer->decode(tokenizer->encode("A photo of ｗｉｄｅ ½ é ① letters…"), false);
      } catch (const Error& e) {
        QVERIFY(std::string(e.what()).find("spiece.model") != std::string::npos);
      }
    }
  }

  void recognisedByTheirFilesAlone() {
    for (const char* name : {"clip", "bert", "t5", "gpt2"}) {
      const TokenizerFolder named(name), bare(name);
      bare.remove("tokenizer_config.json");
      QCOMPARE(show(openTokenizer(bare.path())->encode("A photo of a cat!")),
               show(openTokenizer(named.path())->encode("A photo of a cat!")));
    }
    const TokenizerFolder opt("opt"), bare("opt");
    bare.remove("tokenizer_config.json");
    bare.write("config.json",
               std::string(R"({"model_type": "blip-2", "text_config": {"model_type": "opt"}})"));
    QCOMPARE(show(openTokenizer(bare.path())->encode("A photo </s>")),
             show(openTokenizer(opt.path())->encode("A photo </s>")));
    // Fast names mean the same class.
    const TokenizerFolder fast("clip");
    fast.set("tokenizer_class", "CLIPTokenizerFast");
    QCOMPARE(openTokenizer(fast.path())->encode("cat").size(), size_t(3));
  }

  void addedTokens() {
    // BLIP's two tokens beyond BERT's vocabulary.
    const TokenizerFolder blip("bert");
    blip.write("added_tokens.json", std::string(R"({"[DEC]": 30522, "[ENC]": 30523})"));
    blip.write("special_tokens_map.json",
               std::string(R"({"bos_token": "[DEC]", "additional_special_tokens": ["[ENC]"]})"));
    const auto tokenizer = openTokenizer(blip.path());
    QCOMPARE(tokenizer->vocabSize(), 30524);
    QVERIFY(tokenizer->special().bos == 30522);
    QCOMPARE(show(tokenizer->encode("[ENC] a cat [DEC]")), show({101, 30523, 1037, 4937, 30522, 102}));
    QCOMPARE(tokenizer->decode({101, 30523, 1037, 4937, 102}, true), std::string("a cat"));
    QVERIFY(tokenizer->isSpecial(30523) && tokenizer->isSpecial(101) && !tokenizer->isSpecial(1037));

    // The newer form, in the configuration itself: <image> as BLIP-2 has it.
    const TokenizerFolder opt("opt");
    opt.set("added_tokens_decoder", {{"50265", {{"content", "<image>"}, {"special", true}, {"lstrip", true}}},
                                     {"2", {{"content", "</s>"}, {"special", true}}}});
    const auto blip2 = openTokenizer(opt.path());
    QCOMPARE(blip2->vocabSize(), 50266);
    QCOMPARE(show(blip2->encode("a <image>")), show({2, 102, 50265}));
    QCOMPARE(blip2->piece(50265), std::string("<image>"));

    // A role whose token is in no vocabulary gets the next free id.
    const TokenizerFolder gpt2("gpt2");
    gpt2.set("pad_token", "[PAD]");
    QVERIFY(openTokenizer(gpt2.path())->special().pad == 50257);
  }

  // A token that is added without being special is found, too: as it is written by SentencePiece's, in lower
  // case by BERT's tokenizers.
  void addedTokensThatAreNotSpecial() {
    const TokenizerFolder llama("llama");
    llama.write("added_tokens.json", std::string(R"({"<picture>": 32000})"));
    auto ids = openTokenizer(llama.path())->encodePlain("a <picture> b<picture>");
    QCOMPARE(std::count(ids.begin(), ids.end(), 32000), 2);
    QCOMPARE(ids.back(), int64_t(32000));
    const TokenizerFolder bert("bert");
    bert.write("added_tokens.json", std::string(R"({"[NEW]": 30522})"));
    QCOMPARE(show(openTokenizer(bert.path())->encode("a [NEW] cat")), show({101, 1037, 30522, 4937, 102}));
  }

  void settingsOfSentencePiece() {
    const TokenizerFolder t5("t5");
    t5.set("extra_ids", 0);
    QCOMPARE(openTokenizer(t5.path())->vocabSize(), 32000);
    // A text that ends with </s> gets no second one.
    QCOMPARE(show(openTokenizer(t5.path())->encode("cat</s>")), show({1712, 1}));
    const TokenizerFolder llama("llama");
    if (!std::filesystem::exists(llama.file("tokenizer.model"))) return;
    llama.set("add_bos_token", false);
    llama.set("add_eos_token", true);
    QCOMPARE(show(openTokenizer(llama.path())->encode("a photo")), show({263, 15373, 2}));
  }

  void piecesForDisplay() {
    const auto gpt2 = openTokenizer(TokenizerFolder("gpt2").path());
    QCOMPARE(gpt2->piece(3797), std::string("Ġcat"));
    QCOMPARE(gpt2->pieceText(3797), std::string(" cat"));
    QCOMPARE(gpt2->pieceText(*gpt2->idOf("â")), std::string("<0xE2>"));
    QCOMPARE(gpt2->pieceText(50256), std::string("<|endoftext|>"));
    QCOMPARE(gpt2->pieceText(-100), std::string());
    QCOMPARE(gpt2->piece(1'000'000), std::string());
    QVERIFY(!gpt2->idOf("no such piece"));
    const auto clip = openTokenizer(TokenizerFolder("clip").path());
    QCOMPARE(clip->piece(2368), std::string("cat</w>"));
    QCOMPARE(clip->pieceText(2368), std::string("cat "));
    const auto bert = openTokenizer(TokenizerFolder("bert").path());
    QCOMPARE(bert->pieceText(*bert->idOf("##s")), std::string("s"));
    const auto t5 = openTokenizer(TokenizerFolder("t5").path());
    QCOMPARE(t5->piece(1712), std::string("▁cat"));
    QCOMPARE(t5->pieceText(1712), std::string(" cat"));
    QCOMPARE(t5->piece(32099), std::string("<extra_id_0>"));
    QVERIFY(t5->idOf("<extra_id_99>") == 32000 && t5->idOf("▁cat") == 1712 && !t5->idOf("no such piece"));
    QCOMPARE(t5->decode({1712, -100, 1'000'000, 1}, true), std::string("cat"));
  }
};

QTEST_APPLESS_MAIN(FolderTest)
#include "folder_test.moc"
