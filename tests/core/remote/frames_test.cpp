#include "core/remote/frames.h"

#include <QtTest/QtTest>

using namespace espalier;

class FramesTest : public QObject {
  Q_OBJECT

  // What a reader makes of a stream that comes in pieces of so many bytes: contents, and faults with "!".
  static QStringList readIn(const std::string& stream, size_t piece, size_t largest = kLargestFrame) {
    FrameReader reader(largest);
    QStringList out;
    for (size_t at = 0; at < stream.size(); at += piece) {
      reader.add(std::string_view(stream).substr(at, piece));
      while (const auto read = reader.next())
        out << (read->isFault ? "!" : "") + QString::fromStdString(read->text);
    }
    return out;
  }

 private Q_SLOTS:
  void readsFramesInAnyPieces() {
    const std::string stream = framed("{}") + framed("") + framed("with\r\n\r\nlines") + framed("last");
    for (const size_t piece : {size_t(1), size_t(2), size_t(7), stream.size()})
      QCOMPARE(readIn(stream, piece), (QStringList{"{}", "", "with\r\n\r\nlines", "last"}));
  }

  void passesOverOtherHeadersAndTakesPlainLineEnds() {
    QCOMPARE(
        readIn("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:  3 \r\n\r\nabc",
               1),
        QStringList{"abc"});
    QCOMPARE(readIn("Content-Length: 3\n\nabc", 5), QStringList{"abc"});
  }

  void tellsOnceWhatIsNoFrameAndGoesOnBehindIt() {
    const auto read = readIn("Welcome to host\r\nLast login: today\r\nmore\r\n" + framed("good"), 4);
    QCOMPARE(read.size(), 2);
    QCOMPARE(read[0],
             "!\"Welcome to host\" stands where a frame's header was expected: \"Content-Length: \" and a "
             "number.");
    QCOMPARE(read[1], "good");
  }

  void refusesWhatNamesNoLength_data() {
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("no length")
        << "Content-Type: x\r\n\r\n"
        << "A frame's header has no Content-Length, which says how many bytes follow it.";
    QTest::newRow("text")
        << "Content-Length: many\r\n\r\n"
        << "\"Content-Length: many\" is no header of a frame: a number of bytes was expected.";
    QTest::newRow("negative")
        << "Content-Length: -1\r\n\r\n"
        << "\"Content-Length: -1\" is no header of a frame: a number of bytes was expected.";
    QTest::newRow("beyond 64 bits") << "Content-Length: 99999999999999999999999\r\n\r\n"
                                    << "\"Content-Length: 99999999999999999999999\" is no header of a frame: "
                                       "a number of bytes was expected.";
  }
  void refusesWhatNamesNoLength() {
    QFETCH(QString, header);
    QFETCH(QString, sentence);
    QCOMPARE(readIn(header.toStdString() + framed("good"), 3), (QStringList{"!" + sentence, "good"}));
  }

  void passesOverAFrameThatIsTooLarge() {
    const std::string stream = framed(std::string(100, 'x')) + framed("good");
    for (const size_t piece : {size_t(1), size_t(64), stream.size()})
      QCOMPARE(readIn(stream, piece, 10),
               (QStringList{"!A frame of 100 bytes was announced; at most 10 are taken.", "good"}));
  }

  void boundsAHeaderWithoutEnd() {
    FrameReader reader;
    int faults = 0;
    for (int i = 0; i < 100; ++i) {
      reader.add(std::string(1000, 'x'));
      while (const auto read = reader.next()) faults += read->isFault;
    }
    QCOMPARE(faults, 1);
    reader.add("\r\n" + framed("good"));
    const auto read = reader.next();
    QVERIFY(read && !read->isFault);
    QCOMPARE(read->text, "good");
  }
};

QTEST_APPLESS_MAIN(FramesTest)
#include "frames_test.moc"
