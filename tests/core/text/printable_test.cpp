#include "core/text/printable.h"

#include <QtTest/QtTest>

#include "core/base/json_text.h"
#include "core/text/utf8.h"

using namespace espalier;

class PrintableTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatATerminalWouldObey() {
    QCOMPARE(printable("a cat, \xc3\xa4 \xe7\x8c\xab\n\tnext"),
             std::string("a cat, \xc3\xa4 \xe7\x8c\xab\n\tnext"));
    QCOMPARE(printable("\x1b[2J\x07 \r"), std::string("\\u001b[2J\\u0007 \\u000d"));
    QCOMPARE(printable("\x7f \xc2\x9b 31m"), std::string("\\u007f \\u009b 31m"));
    QCOMPARE(printable("\xe2\x80\xae reversed"), std::string("\\u202e reversed"));
    QCOMPARE(printable("caf\xe9"), std::string("caf\xef\xbf\xbd"));
    QCOMPARE(printable(std::string("a\0b", 3)), std::string("a\\u0000b"));
  }

  // In JSON the result means the same.
  void jsonStaysWhatItIs() {
    const nlohmann::json j{{"answer", "\x1b[2J \xc2\x9b \x7f"}};
    QVERIFY(nlohmann::json::parse(printable(jsonText(j))) == j);
  }

  void namesThatAreNoUtf8() {
    QCOMPARE(jsonText(nlohmann::json{"caf\xe9"}), std::string("[\"caf\xef\xbf\xbd\"]"));
    QCOMPARE(jsonPath("/data/caf\xe9.jpg"), std::string("/data/caf\xef\xbf\xbd.jpg"));
  }

  void marksOfEncodings() {
    QCOMPARE(decodedText("\xef\xbb\xbf"
                         "a"),
             std::string("a"));
    QCOMPARE(decodedText("a\xef\xbb\xbf"), std::string("a\xef\xbb\xbf"));
    QCOMPARE(decodedText(std::string("\xff\xfe"
                                     "a\0\x3d\xd8\x00\xde",
                                     8)),
             std::string("a\xf0\x9f\x98\x80"));
    QCOMPARE(decodedText(std::string("\xfe\xff\0a", 4)), std::string("a"));
  }
};

QTEST_APPLESS_MAIN(PrintableTest)
#include "printable_test.moc"
