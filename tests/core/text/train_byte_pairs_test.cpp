// A CLIP tokenizer trained from texts: its files are those of CLIP's own, and it reads anything.
#include "core/text/train_byte_pairs.h"

#include <QtTest/QtTest>

#include "core/base/file.h"
#include "core/text/tokenizer.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

class TrainBytePairsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::filesystem::path folder() const { return m_folder.path().toStdString(); }
  std::unique_ptr<Tokenizer> trained(const std::vector<std::string>& texts, int size) const {
    trainBytePairs(texts, size, folder());
    writeFileAtomically(folder() / "tokenizer_config.json", R"({"tokenizer_class": "CLIPTokenizer"})");
    return openTokenizer(folder());
  }

 private Q_SLOTS:
  // "ab" three times, "abc" twice, "zz" once: first a b</w>, then a b and b c</w> alike, of which "a b" is
  // first.
  void mergesTheMostFrequentPair() {
    const auto tokenizer = trained({"ab Ab ab abc", "abc zz"}, 1000);
    QCOMPARE(readTextFile(folder() / "merges.txt"), std::string("#version: 0.2\na b</w>\na b\nab c</w>\n"));
    QCOMPARE(tokenizer->vocabSize(), int64_t(512 + 3 + 2));
    QCOMPARE(tokenizer->idOf("ab</w>").value(), int64_t(512));
    QCOMPARE(tokenizer->special().eos.value(), int64_t(516));
    QCOMPARE(tokenizer->encode("ab abc zz"),
             (std::vector<int64_t>{515, 512, 514, tokenizer->idOf("z").value(),
                                   tokenizer->idOf("z</w>").value(), 516}));
  }

  void stopsAtTheAskedSize() { QCOMPARE(trained({"ab ab abc abc"}, 515)->vocabSize(), int64_t(515)); }

  void readsWhatItNeverSaw() {
    const auto tokenizer = trained({"flag: Kenya", "woman firefighter: medium skin tone"}, 600);
    for (const char* text : {"côte d’ivoire", "日本", "a", "piñata!"})
      QCOMPARE(tokenizer->decode(tokenizer->encodePlain(text), true),
               tokenizer->decode(
                   tokenizer->encodePlain(tokenizer->decode(tokenizer->encodePlain(text), true)), true));
    QCOMPARE(tokenizer->decode(tokenizer->encode("日本"), true), std::string("日本"));
  }

  void refusesTooSmall() {
    QVERIFY(errorOf([&] { trainBytePairs({"a"}, 500, folder()); }).contains("514"));
  }
};

QTEST_MAIN(TrainBytePairsTest)
#include "train_byte_pairs_test.moc"
