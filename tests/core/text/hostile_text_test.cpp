#include <QtCore/QElapsedTimer>
#include <QtTest/QtTest>

#include "core/base/random.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;

namespace {

constexpr const char* kFamilies[] = {"clip", "bert", "t5", "llama", "opt", "gpt2"};

// Ids are in the vocabulary, and what comes back is text.
void verifySane(const Tokenizer& tokenizer, const std::string& text) {
  const auto ids = tokenizer.encode(text);
  for (int64_t id : ids) QVERIFY(id >= 0 && id < tokenizer.vocabSize());
  QVERIFY(isValidUtf8(tokenizer.decode(ids, false)));
  QVERIFY(isValidUtf8(tokenizer.decode(ids, true)));
  QCOMPARE(show(tokenizer.encode(validUtf8(text))), show(ids));
}

}  // namespace

class HostileTextTest : public QObject {
  Q_OBJECT
 private:
  std::map<std::string, std::unique_ptr<Tokenizer>> m_tokenizers;

 private Q_SLOTS:
  void initTestCase() {
    for (const char* name : kFamilies) {
      const TokenizerFolder folder(name);
      if (std::string(name) == "llama" && !std::filesystem::exists(folder.file("tokenizer.model"))) continue;
      m_tokenizers[name] = openTokenizer(folder.path());
    }
  }

  void replacesWhatIsNoUtf8() {
    QCOMPARE(validUtf8("a\xFF z"), std::string("a\uFFFD z"));
    QCOMPARE(validUtf8("\xE2\x82"), std::string("\uFFFD"));                            // cut off: one
    QCOMPARE(validUtf8("\xED\xA0\x80"), std::string("\uFFFD\uFFFD\uFFFD"));            // a lone surrogate
    QCOMPARE(validUtf8("\xC0\xAF"), std::string("\uFFFD\uFFFD"));                      // overlong
    QCOMPARE(validUtf8("\xF4\x90\x80\x80"), std::string("\uFFFD\uFFFD\uFFFD\uFFFD"));  // past U+10FFFF
    QCOMPARE(validUtf8("\xF0\x9F\x98x"), std::string("\uFFFDx"));
    QCOMPARE(validUtf8("grün 😀"), std::string("grün 😀"));
    for (const auto& [name, tokenizer] : m_tokenizers)
      QCOMPARE(show(tokenizer->encode("a\xFF\xED\xA0\x80 z")),
               show(tokenizer->encode("a\uFFFD\uFFFD\uFFFD\uFFFD z")));
  }

  void oddTexts() {
    using namespace std::string_literals;
    const std::vector<std::string> texts = {
        "",
        "\0"s,
        "a\0b\0\0"s,
        "\xFF\xFE\xFD",
        "\xED\xA0\x80\xED\xB0\x80",
        "\xF0\x9F",
        "\u200b\u200d\ufeff\u2028\u2029",
        "e\u0301\u0301\u0301\u0301\u0301",
        "👨‍👩‍👧‍👦👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇩",
        "\u202Eright to left\u202C",
        "\U0010FFFF\U000E0001 \uFFFE\uFFFF",
        "▁▁ ▁ a▁b",
        "<|startoftext|><|endoftext|></s><s><pad>[CLS][MASK]<extra_id_0><extra_id_",
        "Ġ Ċ </w> ## <0x0A> <0xFF>",
        "\x01\x02\x1f\x7f\t\v\f\r\n",
        "𝕳𝖊𝖑𝖑𝖔 ﷺ ﬃ Ǆ ẞ İ ΑΣ"};
    for (const auto& [name, tokenizer] : m_tokenizers)
      for (const auto& text : texts) verifySane(*tokenizer, text);
  }

  void randomBytes() {
    CounterRandom random(1, streamOf("bytes"));
    for (const auto& [name, tokenizer] : m_tokenizers)
      for (int i = 0; i < 200; ++i) {
        std::string bytes;
        for (int64_t k = random.below(80); k > 0; --k) bytes += char(random.below(256));
        verifySane(*tokenizer, bytes);
      }
  }

  void randomCharacters() {
    CounterRandom random(1, streamOf("characters"));
    for (const auto& [name, tokenizer] : m_tokenizers)
      for (int i = 0; i < 200; ++i) {
        std::string text;
        for (int64_t k = random.below(40); k > 0; --k)
          appendUtf8(text, char32_t(random.below(random.below(2) ? 0x3000 : 0xD800)));
        verifySane(*tokenizer, text);
      }
  }

  // Byte-level tokenizers lose nothing.
  void byteLevelRoundTrip() {
    CounterRandom random(2, streamOf("round trip"));
    for (const char* name : {"gpt2", "opt"}) {
      const TokenizerFolder folder(name);
      folder.set("clean_up_tokenization_spaces", false);
      const auto tokenizer = openTokenizer(folder.path());
      for (int i = 0; i < 200; ++i) {
        std::string text;
        for (int64_t k = random.below(60); k > 0; --k) appendUtf8(text, char32_t(1 + random.below(0xD7FF)));
        QCOMPARE(tokenizer->decode(tokenizer->encodePlain(text), false), text);
      }
    }
  }

  // The cost of a huge word grows with its length, not with its square.
  void hugeWords_data() {
    QTest::addColumn<QString>("unit");
    QTest::addColumn<int>("bytes");
    QTest::addRow("one letter") << "a" << 1'000'000;
    QTest::addRow("letters") << "abcdefghijklmnopqrstuvwxyz" << 300'000;
    QTest::addRow("digits") << "1234567890" << 200'000;
    QTest::addRow("signs") << "!?" << 200'000;
    QTest::addRow("spaces") << " " << 200'000;
    QTest::addRow("line ends") << "\n" << 200'000;
    QTest::addRow("sentences") << "the quick brown fox. " << 200'000;
    QTest::addRow("combining marks") << "e\u0301" << 200'000;
    QTest::addRow("ideographs") << "猫" << 200'000;
    QTest::addRow("emoji") << "😀" << 200'000;
    QTest::addRow("unfinished sentinels") << "<extra_id_" << 200'000;
  }
  void hugeWords() {
    QFETCH(QString, unit);
    QFETCH(int, bytes);
    const auto repeated = [&](int length) {
      std::string text;
      while (text.size() < size_t(length)) text += unit.toStdString();
      return text;
    };
    for (const auto& [name, tokenizer] : m_tokenizers) {
      const auto milliseconds = [&tokenizer = tokenizer](const std::string& text) {
        QElapsedTimer timer;
        timer.start();
        const auto ids = tokenizer->encode(text);
        if (!isValidUtf8(tokenizer->decode(ids, true))) return int64_t(1) << 40;
        return int64_t(timer.elapsed());
      };
      const int64_t tenth = milliseconds(repeated(bytes / 10)), whole = milliseconds(repeated(bytes));
      // A hundred times would be the square; the rest is for a busy machine.
      QVERIFY2(whole < 40 * tenth + 5000,
               (name + ": " + std::to_string(tenth) + " and " + std::to_string(whole) + " ms").c_str());
    }
  }
};

QTEST_APPLESS_MAIN(HostileTextTest)
#include "hostile_text_test.moc"
