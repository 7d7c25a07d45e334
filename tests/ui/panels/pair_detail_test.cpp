#include "ui/panels/pair_detail.h"

#include <QTextBrowser>
#include <QtTest/QtTest>

#include "ui/items/picture_cache.h"

using namespace espalier;

class PairDetailTest : public QObject {
  Q_OBJECT

  static PairResult answered(int64_t pair, const std::string& prompt) {
    PairResult result{pair, "two", true, 0.5};
    result.prompt = prompt;
    return result;
  }

 private Q_SLOTS:
  // Each answer as it arrives, before and after pruning, has its own prompt beside it.
  void everyAnswerHasItsPrompt() {
    Session session;
    Dataset pairs;
    pairs.kind = DataKind::Questions;
    pairs.samples = {{"", "How many?", "two", ""}, {"", "Where <b>?", "here", ""}, {"", "Who?", "me", ""}};
    session.setPairs(pairs);
    PictureCache pictures;
    PairDetail detail(session, pictures);
    const auto* shown = detail.findChild<QTextBrowser*>();
    const auto said = [&](qint64 pair) {
      detail.showPair(pair);
      return shown->toPlainText();
    };
    session.addDenseResults({answered(0, "<|user|>\nHow many?<|end|>")});
    QVERIFY2(said(0).contains("<|user|>\nHow many?<|end|>"), qPrintable(said(0)));
    QVERIFY(!said(1).contains("<|user|>"));
    session.addDenseResults(
        {answered(1, "<|user|>\nWhere <b>?<|end|>"), answered(2, "<|user|>\nWho?<|end|>")});
    QVERIFY2(said(1).contains("<|user|>\nWhere <b>?<|end|>"), qPrintable(said(1)));
    QVERIFY(said(2).contains("Who?<|end|>") && !said(2).contains("Where"));
    session.addPrunedResults({answered(2, "<|user|>\nWho?<|end|>"), answered(1, "")});
    QVERIFY(said(2).contains("Who?<|end|>"));
    QVERIFY(said(1).contains("Where <b>?<|end|>"));  // the dense answer's, where an older result has none
  }
};

QTEST_MAIN(PairDetailTest)
#include "pair_detail_test.moc"
