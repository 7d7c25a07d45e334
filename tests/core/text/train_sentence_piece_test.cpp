#include "core/text/train_sentence_piece.h"

#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// A few hundred sentences of the kind sample data is made of.
std::vector<std::string> captions() {
  std::vector<std::string> out;
  for (const char* colour : {"red", "blue", "green", "yellow", "purple"})
    for (const char* shape : {"circle", "square", "triangle", "star", "ring"})
      for (const char* place : {"left of", "right of", "above", "below"})
        for (const char* other : {"a white line", "the black dot", "two small crosses"})
          out.push_back(std::string("A ") + colour + " " + shape + " is " + place + " " + other + ".");
  return out;
}

class TrainedFolder {
 public:
  void train(const std::vector<std::string>& sentences, int size, const SentencePieceTraining& options = {}) {
    trainSentencePiece(sentences, size, model(), options);
  }
  std::filesystem::path model() const { return path() / "spiece.model"; }
  std::filesystem::path path() const { return m_folder.path().toStdString(); }

 private:
  QTemporaryDir m_folder;
};

std::string errorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

}  // namespace

class TrainSentencePieceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void hasT5sConventions() {
    TrainedFolder folder;
    folder.train(captions(), 50);
    const auto tokenizer = openTokenizer(folder.path());
    QCOMPARE(tokenizer->vocabSize(), 50 + 100);  // and T5's sentinels
    QCOMPARE(tokenizer->piece(0), std::string("<pad>"));
    QCOMPARE(tokenizer->piece(1), std::string("</s>"));
    QCOMPARE(tokenizer->piece(2), std::string("<unk>"));
    QVERIFY(tokenizer->special().pad == 0 && tokenizer->special().eos == 1 && tokenizer->special().unk == 2);
    QVERIFY(!tokenizer->special().bos);
  }

  void roundTripsItsSentences() {
    TrainedFolder folder;
    folder.train(captions(), 50);
    const auto tokenizer = openTokenizer(folder.path());
    size_t tokens = 0, characters = 0;
    for (const auto& sentence : captions()) {
      const auto ids = tokenizer->encode(sentence);
      QCOMPARE(ids.back(), 1);
      QVERIFY(std::count(ids.begin(), ids.end(), 2) == 0);
      QCOMPARE(tokenizer->decode(ids, true), sentence);
      tokens += ids.size();
      characters += sentence.size();
    }
    // Most words of such a small world are pieces.
    QVERIFY2(tokens * 2 < characters, qPrintable(QString("%1 tokens").arg(tokens)));
    QVERIFY(tokenizer->idOf("▁is"));
    QVERIFY(tokenizer->encodePlain("日") == std::vector<int64_t>({*tokenizer->idOf("▁"), 2}));
  }

  void isDeterministic() {
    TrainedFolder a, b;
    a.train(captions(), 50);
    b.train(captions(), 50);
    QVERIFY(readTextFile(a.model()) == readTextFile(b.model()));
  }

  void normalizesLikeT5() {
    TrainedFolder folder;
    folder.train(captions(), 50);
    const auto tokenizer = openTokenizer(folder.path());
    const auto plain = tokenizer->encode("red circle");
    QCOMPARE(show(tokenizer->encode("  red\t\n circle ")), show(plain));
    QCOMPARE(show(tokenizer->encode("ｒｅｄ\u00a0circle")), show(plain));
    QCOMPARE(show(tokenizer->encode("red ci\u0007rcle")), show(plain));
    SentencePieceTraining options;
    options.compatibilityForms = false;
    TrainedFolder smaller;
    smaller.train(captions(), 50, options);
    QCOMPARE(show(openTokenizer(smaller.path())->encode("  red\t\n circle ")), show(plain));
    QVERIFY(std::filesystem::file_size(smaller.model()) < 30'000);
  }

  void coversEveryCharacter() {
    auto sentences = captions();
    sentences.push_back("žluťoučký kůň 😀 日本");
    sentences.push_back("bytes \xFF that are no text, and a\0zero");
    sentences.emplace_back(5000, 'x');
    TrainedFolder folder;
    SentencePieceTraining options;
    options.allowSmaller = true;
    folder.train(sentences, 200, options);
    const auto tokenizer = openTokenizer(folder.path());
    for (const auto& sentence : {"žluťoučký kůň 😀 日本", "xxxx"})
      QCOMPARE(tokenizer->decode(tokenizer->encode(sentence), true), std::string(sentence));
  }

  void saysWhichSizeIsPossible() {
    TrainedFolder folder;
    const std::string few = errorOf([&] { folder.train(captions(), 10); });
    QVERIFY2(few.find("at least") != std::string::npos, few.c_str());
    const std::string many = errorOf([&] { folder.train(captions(), 30'000); });
    QVERIFY2(many.find("at most") != std::string::npos, many.c_str());
    const std::string none = errorOf([&] { folder.train({"", "  ", "\t"}, 100); });
    QVERIFY2(none.find("no sentences") != std::string::npos, none.c_str());
    QVERIFY(!std::filesystem::exists(folder.model()));
    SentencePieceTraining options;
    options.allowSmaller = true;
    folder.train(captions(), 30'000, options);
    QVERIFY(openTokenizer(folder.path())->vocabSize() < 30'000);
  }
};

QTEST_APPLESS_MAIN(TrainSentencePieceTest)
#include "train_sentence_piece_test.moc"
