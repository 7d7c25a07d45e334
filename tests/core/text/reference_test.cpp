#include <QtTest/QtTest>

#include "core/text/tokenizer.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;

namespace {

std::string decodingDifferences(const nlohmann::json& cases, const std::string& idsKey,
                                const Tokenizer& tokenizer) {
  return differences<std::string>(
             cases, "decoded",
             [&](const auto& each) { return tokenizer.decode(each[idsKey].template get<Ids>(), false); }) +
         differences<std::string>(cases, "decoded_skip_special_clean", [&](const auto& each) {
           return tokenizer.decode(each[idsKey].template get<Ids>(), true);
         });
}

#define VERIFY_NONE(text)                   \
  do {                                      \
    const std::string found = (text);       \
    QVERIFY2(found.empty(), found.c_str()); \
  } while (false)

}  // namespace

// Every string of the reference fixtures, through the tokenizer of each family as a model folder without
// tokenizer.json has it.
class ReferenceTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { QVERIFY(std::filesystem::exists(fixturesRoot() / "tokenizers")); }

  void clip() {
    const TokenizerFolder folder("clip");
    const auto tokenizer = openTokenizer(folder.path());
    const auto cases = tokenizerFixture("clip");
    VERIFY_NONE(idDifferences(cases, "hf_fast_emulated", *tokenizer));
    QCOMPARE(tokenizer->vocabSize(), 49408);
    QCOMPARE(tokenizer->decode(tokenizer->encode("A photo of a cat."), true),
             std::string("a photo of a cat."));
  }

  // OpenAI's padding with 0 and truncation to 77, where its cleaning of the text plays no part.
  void clipPaddedAndTruncated() {
    const TokenizerFolder folder("clip");
    const auto tokenizer = openTokenizer(folder.path());
    BatchOptions options;
    options.padToMax = true;
    options.padId = 0;
    int compared = 0;
    for (const auto& each : tokenizerFixture("clip")) {
      if (each["openai_original_ftfy"] != each["hf_fast_emulated"]) continue;
      const auto batch = tokenizer->encodeBatch({each["text"].get<std::string>()}, options);
      QCOMPARE(batch.columns, 77);
      QCOMPARE(show(batch.ids), show(each["openai_padded_77_truncated"].get<Ids>()));
      ++compared;
    }
    QVERIFY(compared > 0);
  }

  void bert() {
    const TokenizerFolder folder("bert");
    const auto tokenizer = openTokenizer(folder.path());
    const auto cases = tokenizerFixture("bert");
    VERIFY_NONE(idDifferences(cases, "ids", *tokenizer));
    VERIFY_NONE(decodingDifferences(cases, "ids", *tokenizer));
    VERIFY_NONE(differences<std::vector<std::string>>(cases, "tokens", [&](const auto& each) {
      std::vector<std::string> pieces;
      for (int64_t id : tokenizer->encodePlain(each["text"].template get<std::string>()))
        pieces.push_back(tokenizer->piece(id));
      return pieces;
    }));
  }

  void bertCased() {
    const TokenizerFolder folder("bert");
    folder.set("do_lower_case", false);
    const auto tokenizer = openTokenizer(folder.path());
    VERIFY_NONE(differences<std::vector<std::string>>(
        tokenizerFixture("bert"), "cased_variant_tokens", [&](const auto& each) {
          std::vector<std::string> pieces;
          for (int64_t id : tokenizer->encodePlain(each["text"].template get<std::string>()))
            pieces.push_back(tokenizer->piece(id));
          return pieces;
        }));
  }

  void bertPairs() {
    const TokenizerFolder folder("bert");
    const auto tokenizer = openTokenizer(folder.path());
    for (const auto& each : tokenizerFixture("bert_pairs")) {
      const auto pair = tokenizer->encodePair(each["a"].get<std::string>(), each["b"].get<std::string>());
      QCOMPARE(show(pair.ids), show(each["input_ids"].get<Ids>()));
      QCOMPARE(show(pair.typeIds), show(each["token_type_ids"].get<Ids>()));
    }
  }

  void paddedBatches_data() {
    QTest::addColumn<QString>("name");
    QTest::addRow("bert") << "bert";
    QTest::addRow("t5") << "t5";
  }
  void paddedBatches() {
    QFETCH(QString, name);
    const TokenizerFolder folder(name.toStdString());
    const auto tokenizer = openTokenizer(folder.path());
    const auto fixture = tokenizerFixture(name.toStdString() + "_batch_padded");
    Ids wanted, mask;
    std::vector<std::string> texts;
    for (const auto& row : fixture["input_ids"]) {
      const auto ids = row.get<Ids>();
      wanted.insert(wanted.end(), ids.begin(), ids.end());
      texts.push_back(tokenizer->decode(ids, true));
    }
    for (const auto& row : fixture["attention_mask"]) {
      const auto values = row.get<Ids>();
      mask.insert(mask.end(), values.begin(), values.end());
    }
    const auto batch = tokenizer->encodeBatch(texts);
    QCOMPARE(batch.rows, int64_t(texts.size()));
    QCOMPARE(show(batch.ids), show(wanted));
    QCOMPARE(show(batch.attentionMask), show(mask));
  }

  void t5() {
    const TokenizerFolder folder("t5");
    const auto cases = tokenizerFixture("t5");
    const auto tokenizer = openTokenizer(folder.path());
    VERIFY_NONE(idDifferences(cases, "ids_legacy", *tokenizer));
    VERIFY_NONE(decodingDifferences(cases, "ids_legacy", *tokenizer));
    QCOMPARE(tokenizer->vocabSize(), 32100);
    folder.set("legacy", false);
    VERIFY_NONE(idDifferences(cases, "ids_nonlegacy", *openTokenizer(folder.path())));
  }

  void llama() {
    const TokenizerFolder folder("llama");
    const auto cases = tokenizerFixture("llama");
    const auto tokenizer = openTokenizer(folder.path());
    VERIFY_NONE(idDifferences(cases, "ids_legacy", *tokenizer));
    VERIFY_NONE(decodingDifferences(cases, "ids_legacy", *tokenizer));
    folder.set("legacy", false);
    VERIFY_NONE(idDifferences(cases, "ids_nonlegacy", *openTokenizer(folder.path())));
  }

  void gpt2AndOpt_data() {
    QTest::addColumn<QString>("name");
    QTest::addRow("gpt2") << "gpt2";
    QTest::addRow("opt") << "opt";
  }
  void gpt2AndOpt() {
    QFETCH(QString, name);
    const TokenizerFolder folder(name.toStdString());
    const auto tokenizer = openTokenizer(folder.path());
    const auto cases = tokenizerFixture(name.toStdString());
    VERIFY_NONE(idDifferences(cases, "ids", *tokenizer));
    VERIFY_NONE(decodingDifferences(cases, "ids", *tokenizer));
  }
};

QTEST_APPLESS_MAIN(ReferenceTest)
#include "reference_test.moc"
