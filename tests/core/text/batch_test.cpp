#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;

namespace {

Ids row(const EncodedBatch& batch, int64_t r, const Ids& values) {
  return {values.begin() + r * batch.columns, values.begin() + (r + 1) * batch.columns};
}

}  // namespace

class BatchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void clipKeepsItsEndWhenTruncated() {
    const TokenizerFolder folder("clip");
    const auto tokenizer = openTokenizer(folder.path());
    std::string longText;
    for (int i = 0; i < 200; ++i) longText += "cat ";
    const auto batch = tokenizer->encodeBatch({longText, "cat"});
    QCOMPARE(batch.columns, 77);
    QCOMPARE(batch.truncatedRows, 1);
    QCOMPARE(batch.ids[0], 49406);
    QCOMPARE(batch.ids[76], 49407);
    QCOMPARE(batch.ids[75], batch.ids[1]);
    // Padded with the pad token, which is also the end; the mask tells them apart.
    const auto second = row(batch, 1, batch.ids), mask = row(batch, 1, batch.attentionMask);
    QCOMPARE(show({second.begin(), second.begin() + 4}), show({49406, 2368, 49407, 49407}));
    QCOMPARE(show({mask.begin(), mask.begin() + 4}), show({1, 1, 1, 0}));
    QCOMPARE(std::count(mask.begin(), mask.end(), 1), 3);
  }

  void sidesAndLengths() {
    const TokenizerFolder folder("bert");
    folder.set("padding_side", "left");
    folder.set("truncation_side", "left");
    const auto tokenizer = openTokenizer(folder.path());
    QVERIFY(tokenizer->paddingSide() == TextSide::Left);
    BatchOptions options;
    options.maxLength = 4;
    options.padToMax = true;
    auto batch = tokenizer->encodeBatch({"a cat is", "cat"}, options);
    QCOMPARE(show(batch.ids), show({101, 4937, 2003, 102, 0, 101, 4937, 102}));
    QCOMPARE(show(batch.attentionMask), show({1, 1, 1, 1, 0, 1, 1, 1}));
    options.paddingSide = TextSide::Right;
    options.padId = 7;
    batch = tokenizer->encodeBatch({"cat"}, options);
    QCOMPARE(show(batch.ids), show({101, 4937, 102, 7}));
    options.truncation = false;
    QCOMPARE(tokenizer->encodeBatch({"a cat is a cat"}, options).columns, 7);
    options.truncation = true;
    options.maxLength = 1;
    QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encodeBatch({"cat"}, options));
    options.maxLength = 2;
    QCOMPARE(show(tokenizer->encodeBatch({"cat"}, options).ids), show({101, 102}));
  }

  void withoutALimit() {
    const TokenizerFolder folder("opt");
    folder.set("model_max_length", 1e30);
    const auto tokenizer = openTokenizer(folder.path());
    QVERIFY(!tokenizer->longestSequence());
    BatchOptions options;
    options.padToMax = true;
    QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encodeBatch({"cat"}, options));
    std::string longText;
    for (int i = 0; i < 3000; ++i) longText += " cat";
    QCOMPARE(tokenizer->encodeBatch({longText}).columns, 3001);
  }

  void padsWithTheEndWhereThereIsNoPad() {
    const TokenizerFolder folder("gpt2");
    const auto batch = openTokenizer(folder.path())->encodeBatch({"a photo", "a"});
    QCOMPARE(show(row(batch, 1, batch.ids)), show({64, 50256}));
    QCOMPARE(show(row(batch, 1, batch.attentionMask)), show({1, 0}));
  }

  void emptyBatches() {
    const TokenizerFolder folder("bert");
    const auto tokenizer = openTokenizer(folder.path());
    const auto none = tokenizer->encodeBatch({});
    QCOMPARE(none.rows, 0);
    QCOMPARE(none.columns, 0);
    QCOMPARE(show(tokenizer->encodeBatch({""}).ids), show({101, 102}));
  }

  void pairsShortenTheLongerText() {
    const TokenizerFolder folder("bert");
    const auto tokenizer = openTokenizer(folder.path());
    const auto pair = tokenizer->encodePair("cat cat cat cat cat cat", "dog dog", 8);
    QCOMPARE(show(pair.ids), show({101, 4937, 4937, 4937, 102, 3899, 3899, 102}));
    QCOMPARE(show(pair.typeIds), show({0, 0, 0, 0, 0, 1, 1, 1}));
    const auto even = tokenizer->encodePair("cat cat cat cat", "dog dog dog dog", 8);
    QCOMPARE(show(even.ids), show({101, 4937, 4937, 102, 3899, 3899, 3899, 102}));
    QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encodePair("a", "b", 2));
  }

  void pairsOfOtherFamilies() {
    QCOMPARE(show(openTokenizer(TokenizerFolder("clip").path())->encodePair("cat", "cat").ids),
             show({49406, 2368, 49407, 49407, 2368, 49407}));
    QCOMPARE(show(openTokenizer(TokenizerFolder("t5").path())->encodePair("cat", "cat").ids),
             show({1712, 1, 1712, 1}));
  }

  // Many texts go through several threads; the result is that of one.
  void threadsChangeNothing() {
    const TokenizerFolder folder("t5");
    const auto tokenizer = openTokenizer(folder.path());
    std::vector<std::string> texts;
    for (int i = 0; i < 2000; ++i)
      texts.push_back("sentence number " + std::to_string(i * i) + " of a batch");
    const auto batch = tokenizer->encodeBatch(texts);
    for (int64_t r = 0; r < batch.rows; r += 97) {
      Ids wanted = tokenizer->encode(texts[size_t(r)]);
      wanted.resize(size_t(batch.columns), 0);
      QCOMPARE(show(row(batch, r, batch.ids)), show(wanted));
    }
  }
};

QTEST_APPLESS_MAIN(BatchTest)
#include "batch_test.moc"
