#include <QtTest/QtTest>

#include "core/text/added_tokens.h"
#include "core/text/byte_alphabet.h"
#include "core/text/byte_trie.h"
#include "core/text/char_map.h"
#include "core/text/char_map_builder.h"
#include "core/text/decoder.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/unicode.h"
#include "core/text/unigram.h"
#include "tests/core/text/folders.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;

namespace {

std::string pieces(const PreTokenizer& preTokenizer, const std::string& text) {
  std::string out;
  for (const auto& piece : preTokenizer({{text, true}})) out += "[" + piece.text + "]";
  return out;
}

std::string pieces(const char* jsonText, const std::string& text) {
  return pieces(parsePreTokenizer(json::parse(jsonText), "test"), text);
}

std::string normalized(const char* jsonText, const std::string& text) {
  return parseNormalizer(json::parse(jsonText), "test")(text);
}

std::string decoded(const char* jsonText, std::vector<std::string> tokens) {
  std::string out;
  for (const auto& each : parseDecoder(json::parse(jsonText), "test")(std::move(tokens))) out += each;
  return out;
}

}  // namespace

// The stations of a tokenizer, against the examples of the reference's own documentation.
class PartsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void splitBehaviors() {
    const auto dash = std::make_shared<Regex>("-");
    const std::string text = "the-final--countdown";
    QCOMPARE(pieces(splitPreTokenizer(dash, SplitBehavior::Removed, false), text),
             std::string("[the][final][countdown]"));
    QCOMPARE(pieces(splitPreTokenizer(dash, SplitBehavior::Isolated, false), text),
             std::string("[the][-][final][-][-][countdown]"));
    QCOMPARE(pieces(splitPreTokenizer(dash, SplitBehavior::MergedWithPrevious, false), text),
             std::string("[the-][final-][-][countdown]"));
    QCOMPARE(pieces(splitPreTokenizer(dash, SplitBehavior::MergedWithNext, false), text),
             std::string("[the][-final][-][-countdown]"));
    QCOMPARE(pieces(splitPreTokenizer(dash, SplitBehavior::Contiguous, false), text),
             std::string("[the][-][final][--][countdown]"));
    QCOMPARE(pieces(splitPreTokenizer(std::make_shared<Regex>("[a-z]+"), SplitBehavior::Removed, true), text),
             std::string("[the][final][countdown]"));
  }

  void preTokenizers() {
    QCOMPARE(pieces(byteLevelPreTokenizer(false, true), "Hello my  friend's 42"),
             std::string("[Hello][Ġmy][Ġ][Ġfriend]['s][Ġ42]"));
    QCOMPARE(pieces(byteLevelPreTokenizer(true, false), "a b"), std::string("[ĠaĠb]"));
    QCOMPARE(pieces(bertPreTokenizer(), "Hey friend!  How…"), std::string("[Hey][friend][!][How][…]"));
    QCOMPARE(pieces(R"({"type": "Metaspace"})", "Hey  friend"), std::string("[▁Hey][▁][▁friend]"));
    QCOMPARE(pieces(R"({"type": "Metaspace", "prepend_scheme": "never", "split": false})", "Hey friend"),
             std::string("[Hey▁friend]"));
    QCOMPARE(pieces(R"({"type": "Whitespace"})", "Hey, man_2!!"), std::string("[Hey][,][man_2][!!]"));
    QCOMPARE(pieces(R"({"type": "Punctuation"})", "a, b."), std::string("[a][,][ b][.]"));
    QCOMPARE(pieces(R"({"type": "Digits", "individual_digits": true})", "x123"), std::string("[x][1][2][3]"));
    QCOMPARE(pieces(R"({"type": "Digits"})", "x123y"), std::string("[x][123][y]"));
    // The pattern of newer models: look-ahead, case-insensitive groups, counted repetition.
    const char* newer =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| "
        "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    const auto split = splitPreTokenizer(std::make_shared<Regex>(newer), SplitBehavior::Isolated, false);
    QCOMPARE(pieces(split, "IT'S 12345  days!\n\n ok"),
             std::string("[IT]['S][ ][123][45][ ][ days][!\n\n][ ok]"));
  }

  void prependsOnlyToTheFirstPiece() {
    const auto first = metaspacePreTokenizer("▁", PrependScheme::First, true);
    QCOMPARE(first({{"a", true}})[0].text, std::string("▁a"));
    QCOMPARE(first({{"a", false}})[0].text, std::string("a"));
  }

  void normalizers() {
    QCOMPARE(normalized(R"({"type": "NFKC"})", "ﬁ ①"), std::string("fi 1"));
    QCOMPARE(normalized(R"({"type": "NFKD"})", "é"), std::string("e\u0301"));
    QCOMPARE(normalized(R"({"type": "Lowercase"})", "ÀΣ İ"), std::string("àσ i\u0307"));
    QCOMPARE(lowerCaseText("ΟΔΟΣ ΣΑΣ"), std::string("οδος σας"));
    QCOMPARE(normalized(R"({"type": "Strip"})", " \u3000 a b\n"), std::string("a b"));
    QCOMPARE(normalized(R"({"type": "Strip", "strip_left": false})", " a "), std::string(" a"));
    QCOMPARE(normalized(R"({"type": "Replace", "pattern": {"String": "a."}, "content": "x"})", "a.ab"),
             std::string("xab"));
    QCOMPARE(normalized(R"({"type": "Prepend", "prepend": "▁"})", ""), std::string());
    QCOMPARE(normalized(R"({"type": "BertNormalizer"})", "Ünï\u0007 猫\tx\u00ad"), std::string("uni  猫  x"));
    QCOMPARE(
        normalized(R"({"type": "BertNormalizer", "lowercase": false, "handle_chinese_chars": false})", "Ü猫"),
        std::string("Ü猫"));
    QCOMPARE(normalized(R"({"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]})",
                        "é"),
             std::string("e"));
    QCOMPARE(normalized(R"({"type": "Nmt"})", "a\u200bb\u0001c"), std::string("a bc"));
  }

  void decoders() {
    QCOMPARE(decoded(R"({"type": "ByteLevel"})", {"Hello", "Ġw", "Ã", "¶"}), std::string("Hello wö"));
    QCOMPARE(decoded(R"({"type": "WordPiece"})", {"un", "##til", "now", "!"}), std::string("until now!"));
    QCOMPARE(decoded(R"({"type": "Metaspace"})", {"▁Hey", "▁friend"}), std::string("Hey friend"));
    QCOMPARE(decoded(R"({"type": "BPEDecoder"})", {"He", "llo</w>", "you</w>"}), std::string("Hello you"));
    QCOMPARE(decoded(R"({"type": "ByteFallback"})", {"a", "<0xE5>", "<0x8F>", "<0xAB>", "b", "<0xE5>"}),
             std::string("a叫b\uFFFD"));
    // A run that is not text as a whole is replaced byte for byte.
    QCOMPARE(decoded(R"({"type": "ByteFallback"})", {"<0xE5>", "<0x8F>", "<0xAB>", "<0xE5>"}),
             std::string("\uFFFD\uFFFD\uFFFD\uFFFD"));
    QCOMPARE(decoded(R"({"type": "Strip", "content": "H", "start": 1, "stop": 1})", {"HHey", "Hel", "HH"}),
             std::string("Heyel"));
    QCOMPARE(decoded("null", {"a", "b"}), std::string("a b"));
    QCOMPARE(tidySpaces("it 's , a . do n't ! "), std::string("it's, a. don't! "));
  }

  void addedTokensAreTheLongest() {
    AddedTokens tokens;
    tokens.add({"<a>", true, false, false, false, false}, 1);
    tokens.add({"<a><b>", true, false, true, true, false}, 2);
    tokens.add({"cat", false, true, false, false, true}, 3);
    std::string out;
    for (const auto& part : tokens.split("x <a><b> y <a>", false))
      out += "[" + std::string(part.text) + (part.id ? ":" + std::to_string(*part.id) : "") + "]";
    QCOMPARE(out, std::string("[x][ <a><b> :2][y ][<a>:1]"));
    out.clear();
    for (const auto& part : tokens.split("cat cats <a>", true))
      out += "[" + std::string(part.text) + (part.id ? ":" + std::to_string(*part.id) : "") + "]";
    QCOMPARE(out, std::string("[cat:3][ cats <a>]"));
  }

  void byteAlphabet() {
    QCOMPARE(bytesToAlphabet(" é\n"), std::string("ĠÃ©Ċ"));
    std::string all;
    for (int b = 0; b < 256; ++b) all += char(b);
    QCOMPARE(alphabetToBytes(bytesToAlphabet(all)), all);
    QCOMPARE(alphabetToBytes("猫"), std::string("猫"));
  }

  // The example of the reference's documentation, and unknown characters run together.
  void unigram() {
    const UnigramModel model({{"<unk>", 0},
                              {"a", 0},
                              {"b", 0},
                              {"c", 0},
                              {"d", 0},
                              {"cd", 1},
                              {"ab", 2},
                              {"abc", 5},
                              {"abcd", 10}},
                             0, false, "test");
    std::vector<int64_t> ids;
    model.tokenize("abcdacdxx", ids);
    QCOMPARE(show(ids), show({8, 1, 5, 0}));
  }

  void compiledRules() {
    const auto rules = normalizationRules(true);
    const CharMap map(compileCharMap(rules), "test");
    for (const auto& [from, to] : rules) {
      const auto match = map.longestPrefix(from + "x");
      QVERIFY(match && match->bytes == from.size() && match->replacement == to);
    }
    QCOMPARE(map.normalize("ｆｕｌｌ ﬁ e\u0301 \t½"), std::string("full fi é  1⁄2"));
    QVERIFY(!map.longestPrefix("abc"));
  }

  void byteTrie() {
    const ByteTrie trie({{"a", 1}, {"abc", 2}, {"b", 3}, {"", 4}, {"abd", 5}});
    std::string found;
    trie.prefixes("abcd", [&](int64_t value, size_t bytes) {
      found += std::to_string(value) + ":" + std::to_string(bytes) + " ";
    });
    QCOMPARE(found, std::string("1:1 2:3 "));
    trie.prefixes("x", [&](int64_t, size_t) { QFAIL("found"); });
    ByteTrie().prefixes("x", [&](int64_t, size_t) { QFAIL("found"); });
  }
};

QTEST_APPLESS_MAIN(PartsTest)
#include "parts_test.moc"
