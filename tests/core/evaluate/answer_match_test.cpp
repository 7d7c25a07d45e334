#include "core/evaluate/answer_match.h"

#include <QtTest/QtTest>

#include "core/engine/engine.h"

using namespace espalier;

class AnswerMatchTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void answers() {
    QVERIFY(sameAnswer(" Top  left\n", "top left"));
    QVERIFY(!sameAnswer("left", "right"));
    QVERIFY(!sameAnswer("", "no"));
  }

  void captionsInAnyOrder() {
    const std::string expected = "a small red ring, a large blue star and a small red ring";
    QVERIFY(sameThings("a large blue star, a small red ring and a small red ring", expected));
    QVERIFY(!sameThings("a large blue star and a small red ring", expected));  // one is missing
    QVERIFY(!sameThings("a small blue star, a small red ring and a small red ring", expected));
    QVERIFY(!sameThings("", expected));
  }

  void talliesByKind() {
    Dataset d;
    d.samples = {{{}, "", "", "colour"}, {{}, "", "", "count"}, {{}, "", "", "colour"}};
    Evaluation e;
    e.pairs = {{0, "red", true, 0.5}, {1, "two", false, 2.0}, {2, "blue", false, 1.5}};
    const auto kinds = e.byKind(d);
    QCOMPARE(kinds.size(), size_t(2));
    QCOMPARE(kinds[0].kind, std::string("colour"));
    QCOMPARE(kinds[0].right, int64_t(1));
    QCOMPARE(kinds[0].loss, 1.0);
    QCOMPARE(e.overall().right, int64_t(1));
    QVERIFY(std::abs(e.overall().loss - 4.0 / 3) < 1e-12);
  }

  // Against worked values (Newcombe 1998, table I: 81 of 263 and 0 of 20).
  void wilson() {
    const auto a = wilsonInterval(81, 263);
    QVERIFY(std::abs(a.low - 0.2553) < 5e-5 && std::abs(a.high - 0.3662) < 5e-5);
    const auto b = wilsonInterval(0, 20);
    QVERIFY(b.low == 0 && std::abs(b.high - 0.1611) < 5e-5);
  }
};

QTEST_APPLESS_MAIN(AnswerMatchTest)
#include "answer_match_test.moc"
