// A byte-level tokenizer trained from texts: what it writes is a tokenizer.json like those of language
// models.
#include "core/text/train_byte_level.h"

#include <QtTest/QtTest>

#include "core/base/file.h"
#include "core/text/tokenizer.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

class TrainByteLevelTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::filesystem::path folder() const { return m_folder.path().toStdString(); }
  std::unique_ptr<Tokenizer> trained(const std::vector<std::string>& texts, int size) const {
    trainByteLevel(texts, {"<start>", "<end>"}, size, folder());
    return openTokenizer(folder());
  }

 private Q_SLOTS:
  // " ab" three times, "ab" once, "c" and " c" once: first a b (four times), then Ġ ab (three times).
  void mergesTheMostFrequentPair() {
    const auto tokenizer = trained({"ab ab ab ab", "c c"}, 1000);
    const auto json = readJsonFile(folder() / "tokenizer.json");
    QCOMPARE(json["model"]["merges"], nlohmann::json::parse(R"([["a", "b"], ["Ġ", "ab"]])"));
    QCOMPARE(tokenizer->vocabSize(), int64_t(256 + 2 + 2));
    QCOMPARE(tokenizer->idOf("<start>").value(), int64_t(258));
    QCOMPARE(tokenizer->encodePlain("<start>ab ab c<end>"),
             (std::vector<int64_t>{258, 256, 257, tokenizer->idOf("Ġ").value(), tokenizer->idOf("c").value(),
                                   259}));
    QVERIFY(tokenizer->isSpecial(259) && !tokenizer->isSpecial(257));
  }

  // Who speaks is one piece, with the line's beginning; no other word takes a line break along.
  void speakersAreOnePiece() {
    const auto tokenizer = trained({"\nUser: go", "\nUser: go", "\ngo", "\ngo"}, 400);
    QVERIFY(tokenizer->idOf("ĊUser:").has_value());
    QVERIFY(tokenizer->idOf("Ġgo").has_value());
    QVERIFY(!tokenizer->idOf("Ċgo").has_value());
    QCOMPARE(tokenizer->encodePlain("\nUser: go").size(), size_t(2));
  }

  void stopsAtTheAskedSize() { QCOMPARE(trained({"ab ab abc abc"}, 259)->vocabSize(), int64_t(259)); }

  void readsWhatItNeverSaw() {
    const auto tokenizer = trained({"what colour is the ring?"}, 300);
    for (const char* text : {"côte d’ivoire", "日本", "a", " two  spaces\n\n", "it's 42!"})
      QCOMPARE(tokenizer->decode(tokenizer->encodePlain(text), true), std::string(text));
  }

  void refusesTooSmall() {
    QVERIFY(errorOf([&] { trainByteLevel({"a"}, {"<end>"}, 256, folder()); }).contains("257"));
  }
};

QTEST_MAIN(TrainByteLevelTest)
#include "train_byte_level_test.moc"
