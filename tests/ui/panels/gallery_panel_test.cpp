// The pairs before and after: filters, search, and the chosen one in full, with real mouse and keys.
#include "ui/panels/gallery_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTextBrowser>
#include <QToolButton>
#include <QtTest/QtTest>

#include "ui/items/pair_model.h"
#include "ui/items/token_shading.h"
#include "ui/panels/pair_detail.h"
#include "ui/panels/similarity_bars.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

PairResult said(int64_t sample, const char* answer, bool right) {
  PairResult result;
  result.sample = sample;
  result.answer = answer;
  result.right = right;
  result.loss = right ? 0.1 : 2.5;
  return result;
}

template <typename Widget>
Widget* named(QWidget& in, const QString& accessibleName) {
  for (auto* w : in.findChildren<Widget*>())
    if (w->accessibleName() == accessibleName) return w;
  return nullptr;
}

// As a person chooses it: the keys that open the list, go to a line and take it.
void choose(QComboBox* box, int line) {
  box->setFocus();
  QTest::keyClick(box, Qt::Key_Home);
  for (int i = 0; i < line; ++i) QTest::keyClick(box, Qt::Key_Down);
}

}  // namespace

class GalleryPanelTest : public QObject {
  Q_OBJECT

  std::unique_ptr<Session> m_session;
  std::unique_ptr<GalleryPanel> m_panel;

  QListView* view() { return named<QListView>(*m_panel, "Sample pairs"); }
  QString question(int row) {
    return view()->model()->index(row, 0).data(PairModel::QuestionRole).toString();
  }
  QString shown() { return m_panel->findChild<QLabel*>("pairsShown")->text(); }
  PairDetail* detail() { return m_panel->findChild<PairDetail*>(); }
  QTextBrowser* full() { return named<QTextBrowser>(*m_panel, "Answers in full"); }
  void click(int row) {
    const auto at = view()->model()->index(row, 0);
    view()->scrollTo(at);
    QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, view()->visualRect(at).center());
  }

 private Q_SLOTS:
  void init() {
    m_session = std::make_unique<Session>();
    m_panel = std::make_unique<GalleryPanel>(*m_session, nullptr);
    m_panel->resize(700, 700);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
  }

  void give(Dataset data, std::vector<PairResult> before, std::vector<PairResult> after) {
    m_session->setPairs(std::move(data));
    Evaluation dense, pruned;
    dense.pairs = std::move(before), pruned.pairs = std::move(after);
    m_session->setDense(dense);
    m_session->setPruned({}, pruned);
  }
  void giveAnswers() {
    Dataset d;
    d.samples = {{"", "what colour is it?", "red", "colour"},
                 {"", "what colour was it?", "blue", "colour"},
                 {"", "how many stars?", "two", "count"},
                 {"", "describe the picture", "a small red ring and a large star", "caption"}};
    give(d,
         {said(0, "red", true), said(1, "red", false), said(2, "two", true),
          said(3, d.samples[3].answer.c_str(), true)},
         {said(0, "red", true), said(1, "blue", true), said(2, "five", false),
          said(3, "a small green ring and a large star", false)});
  }

  void flippedComeFirstAndFiltersLeaveTheOthersOut() {
    giveAnswers();
    QCOMPARE(shown(), QString("4 of 4"));
    QCOMPARE(question(0), QString("how many stars?"));
    QCOMPARE(question(1), QString("describe the picture"));
    QCOMPARE(question(2), QString("what colour was it?"));
    QCOMPARE(question(3), QString("what colour is it?"));
    QVERIFY(view()->model()->index(3, 0).data(PairModel::JudgedRole).toBool());
    auto *which = named<QComboBox>(*m_panel, "Which answers"),
         *kind = named<QComboBox>(*m_panel, "Kind of question");
    choose(which, 1);
    QCOMPARE(shown(), QString("3 of 4"));
    choose(which, 2);
    QCOMPARE(which->currentText(), QString("Right \u2192 wrong"));
    QCOMPARE(shown(), QString("2 of 4"));
    QCOMPARE(question(0), QString("how many stars?"));
    choose(which, 3);
    QCOMPARE(shown(), QString("1 of 4"));
    QCOMPARE(question(0), QString("what colour was it?"));
    choose(which, 0);
    choose(kind, 2);
    QCOMPARE(kind->currentText(), QString("count"));
    QCOMPARE(shown(), QString("1 of 4"));
    choose(kind, 0);
    m_panel->focusSearch();
    QTest::keyClicks(named<QLineEdit>(*m_panel, "Search pairs"), "colour blue");
    QCOMPARE(shown(), QString("1 of 4"));
    QCOMPARE(question(0), QString("what colour was it?"));
  }

  void theChosenPairStandsInFullWithItsWordsMarked() {
    giveAnswers();
    QVERIFY(!detail()->isVisible());
    click(1);
    QVERIFY(detail()->isVisible());
    const QString words = full()->toPlainText();
    QVERIFY2(words.contains("a small red ring and a large star"), qPrintable(words));
    QVERIFY2(words.contains("a small green ring and a large star"), qPrintable(words));
    QCOMPARE(full()->toHtml().count("underline"), 1);
    // The keys go on to the next one, and the cross puts it away.
    view()->setFocus();
    QTest::keyClick(view(), Qt::Key_Down);
    QTRY_VERIFY(full()->toPlainText().contains("blue") || full()->toPlainText().contains("red"));
    auto* close = named<QToolButton>(*m_panel, "Close the pair");
    QVERIFY(full()->height() > 3 * full()->fontMetrics().height());
    QTest::mouseClick(close, Qt::LeftButton);
    QVERIFY(!detail()->isVisible());
  }

  // New answers take the place of the old ones; there is no moment without any.
  void followsTheAnswers() {
    giveAnswers();
    click(0);
    m_session->addPrunedResults({said(2, "seven", false)});
    QVERIFY(full()->toPlainText().contains("seven"));
    QCOMPARE(view()->model()->index(0, 0).data(PairModel::PrunedRole).toString(), QString("seven"));
  }

  // Of a model that is asked in its own form, what it was given; marks of the template are no HTML.
  void showsTheConversation() {
    Dataset d;
    d.kind = DataKind::Pairs;
    d.samples = {{"", "How many?", "two", ""}};
    auto before = said(0, "two", true), after = said(0, "one", false);
    before.prompt = after.prompt = "<s>[INST] How many? [/INST]\n<b>";
    give(d, {before}, {after});
    click(0);
    const auto shown = full()->toPlainText();
    QVERIFY2(shown.contains("The prompt, as the chat template writes it") &&
                 shown.contains("<s>[INST] How many? [/INST]\n<b>"),
             qPrintable(shown));
  }

  void matchesShowPlacesAndBars() {
    Dataset d;
    d.kind = DataKind::Captions;
    d.samples = {{"", "", "a red ring", ""}, {"", "", "a blue star", ""}, {"", "", "a cross", ""}};
    auto before = said(0, "a red ring", true), after = said(0, "a blue star", false);
    before.pictureRank = 1, before.textRank = 1;
    before.candidates = {{0, 0.8, true}, {1, 0.3, false}};
    after.pictureRank = 3, after.textRank = 2;
    after.candidates = {{1, 0.6, false}, {2, 0.5, false}, {0, 0.1, true}};
    give(d, {before}, {after});
    QCOMPARE(view()->model()->index(0, 0).data(PairModel::PlacesRole).toPoint(), QPoint(1, 3));
    QVERIFY(view()->model()->index(0, 0).data(Qt::AccessibleTextRole).toString().contains("place 3"));
    click(0);
    auto* bars = m_panel->findChild<SimilarityBars*>();
    QVERIFY(bars->isVisible());
    const QString words = bars->accessibleDescription();
    QVERIFY2(words.contains("3. a red ring: 0.100, its own"), qPrintable(words));
    QVERIFY2(words.contains("1. a blue star: 0.600"), qPrintable(words));
    // Its own bar is drawn in the colour of right answers, before longer than after.
    const QImage drawn = bars->grab().toImage();
    QVERIFY(drawn.width() > 100 && drawn.height() > 3 * bars->fontMetrics().height());
  }

  void tokensAreShadedByTheirLoss() {
    Dataset d;
    d.kind = DataKind::Text;
    d.samples = {{"", "", "the cat sat", ""}};
    auto before = said(0, "", false), after = said(0, "", false);
    before.tokens = {{"the", -1}, {" cat", 0.5}, {" sat", 7.9}};
    after.tokens = {{"the", -1}, {" cat", 3.2}, {" sat", 9}};
    before.loss = 4.2, after.loss = 6.125;
    give(d, {before}, {after});
    QVERIFY(view()->model()->index(0, 0).data(PairModel::PrunedRole).toString().contains("6.1"));
    QVERIFY(!view()->model()->index(0, 0).data(PairModel::JudgedRole).toBool());
    click(0);
    QVERIFY(full()->toPlainText().contains("the cat sat"));
    QVERIFY(!full()->toPlainText().contains("3.2"));
    auto* numbers = named<QCheckBox>(*m_panel, "Numbers");
    QVERIFY(numbers->isVisible());
    QTest::mouseClick(numbers, Qt::LeftButton, {}, QPoint(8, numbers->height() / 2));
    QVERIFY2(full()->toPlainText().contains(" cat3.2"), qPrintable(full()->toPlainText()));
    // The stronger the shade, the greater the loss; what nothing predicted has none.
    const QPalette palette = m_panel->palette();
    const QColor base = palette.color(QPalette::Base);
    const auto distance = [&](double loss) {
      return qAbs(shadeOfLoss(loss, palette).green() - base.green());
    };
    QVERIFY(distance(0) < distance(2) && distance(2) < distance(8) && distance(8) == distance(20));
    QVERIFY(shadedText({{"the", -1}}, true, palette) == "the");
  }
};

QTEST_MAIN(GalleryPanelTest)
#include "gallery_panel_test.moc"
