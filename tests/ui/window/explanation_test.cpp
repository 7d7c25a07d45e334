// The window about one pair, on the bundled sample, by mouse and keys.
#include <QApplication>
#include <QKeySequence>
#include <QListView>
#include <QMouseEvent>
#include <QtTest/QtTest>

#include "core/samples/sample_folder.h"
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/panels/gallery_panel.h"
#include "ui/panels/token_strip.h"
#include "ui/plot/explained_picture.h"
#include "ui/window/explanation_window.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

class ExplanationTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_home;
  std::unique_ptr<MainWindow> m_window;

  Session& session() { return m_window->session(); }
  ExplanationWindow* opened() { return m_window->findChild<ExplanationWindow*>(); }
  bool settled() {
    return QTest::qWaitFor(
        [this] { return !opened()->controller().runner().isBusy() && opened()->controller().dense(); },
        60'000);
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_home.path());
    m_window = std::make_unique<MainWindow>();
    m_window->actions().live->setChecked(false);
    m_window->show();
    m_window->openSample();
    QVERIFY(QTest::qWaitFor([this] { return session().hasModel() && session().dense(); }, 60'000));
  }
  void cleanupTestCase() { m_window.reset(); }

  void opensByItsAction() {
    m_window->actions().explain->trigger();
    QVERIFY(opened());
    QVERIFY(opened()->isVisible());
    QVERIFY(settled());
    const auto& dense = *opened()->controller().dense();
    const auto pair = opened()->controller().pair();
    QCOMPARE(pair, m_window->workbench().content<GalleryPanel>()->currentPair());
    QCOMPARE(QString::fromStdString(dense.answer),
             QString::fromStdString(session().outcomes()[size_t(pair)].dense->answer));
    QCOMPARE(opened()->tokens()->tokens().size(), dense.tokens.size());
    QCOMPARE(opened()->tokens()->chosen(), 0);
    // Nothing is pruned yet: the others are empty and say so.
    QVERIFY(!opened()->views()[0]->map().isEmpty());
    QVERIFY(opened()->views()[1]->map().isEmpty());
    QCOMPARE(opened()->views()[0]->map().values, dense.tokens[0].relevance.occlusion.values);
    QVERIFY(opened()->others()->text().contains('%'));
  }

  void showsAttention() {
    opened()->method()->setCurrentIndex(1);
    const auto& dense = *opened()->controller().dense();
    QCOMPARE(opened()->views()[0]->map().values, dense.tokens[0].relevance.attention.values);
    QCOMPARE(opened()->words()->tokens().size(), dense.tokens[0].relevance.attentionWords.size());
    opened()->method()->setCurrentIndex(0);
  }

  void comparesWithThePrunedModel() {
    session().plan().setTarget(0.7);
    m_window->actions().prune->trigger();
    QVERIFY(QTest::qWaitFor([this] { return session().isUpToDate() && session().pruned(); }, 120'000));
    QVERIFY(QTest::qWaitFor([this] { return opened()->controller().pruned().has_value(); }, 60'000));
    QVERIFY(settled());
    const auto views = opened()->views();
    const auto &a = views[0]->map().values, &b = views[1]->map().values, &d = views[2]->map().values;
    QCOMPARE(a.size(), b.size());
    QCOMPARE(d.size(), a.size());
    for (size_t i = 0; i < a.size(); ++i) QCOMPARE(d[i], b[i] - a[i]);
    // The same scale for both, so that they can be compared.
    QCOMPARE(views[0]->range(), views[1]->range());
    QCOMPARE(opened()->csv().count('\n'), int(a.size()) + 1);
    QVERIFY(opened()->tokens()->tokens()[0].below.contains(QChar(0x2192)));
  }

  // Both models are asked about the answer of the one that is chosen.
  void asksAboutTheAnswerOfThePruned() {
    const auto pair = size_t(opened()->controller().pair());
    opened()->answer()->setCurrentIndex(1);
    QVERIFY(settled());
    const auto said = session().outcomes()[pair].pruned->answer;
    QVERIFY(QTest::qWaitFor([&] { return opened()->controller().dense()->answer == said; }, 60'000));
    QCOMPARE(opened()->controller().pruned()->answer, said);
    opened()->answer()->setCurrentIndex(0);
    QVERIFY(settled());
  }

  void tokensByKeysAndMouse() {
    // A longer answer: a caption.
    int caption = -1;
    for (size_t i = 0; i < session().outcomes().size(); ++i)
      if (session().outcomes()[i].dense->answer.find(' ') != std::string::npos) caption = int(i);
    QVERIFY(caption >= 0);
    opened()->showPair(caption);
    QVERIFY(QTest::qWaitFor([&] { return opened()->tokens()->tokens().size() > 2; }, 60'000));
    auto* strip = opened()->tokens();
    strip->choose(0);
    strip->setFocus();
    QTest::keyClick(strip, Qt::Key_Right);
    QCOMPARE(strip->chosen(), 1);
    QCOMPARE(opened()->views()[0]->map().values,
             opened()->controller().dense()->tokens[1].relevance.occlusion.values);
    QTest::mouseClick(strip, Qt::LeftButton, {}, strip->boxOf(2).center());
    QCOMPARE(strip->chosen(), 2);
    QTest::keyClick(strip, Qt::Key_Left);
    QCOMPARE(strip->chosen(), 1);
  }

  void zoomIsShared() {
    auto views = opened()->views();
    const QRectF whole = views[0]->pictureRect();
    views[0]->setFocus();
    QTest::keyClick(views[0], Qt::Key_Plus);
    QVERIFY(views[0]->pictureRect().width() > whole.width());
    QCOMPARE(views[1]->pictureRect().width() / whole.width() > 1.2, true);
    const QRectF before = views[0]->pictureRect();
    QTest::mousePress(views[0], Qt::LeftButton, {}, views[0]->rect().center());
    QMouseEvent move(QEvent::MouseMove, QPointF(views[0]->rect().center() + QPoint(9, 5)),
                     views[0]->mapToGlobal(QPointF(views[0]->rect().center() + QPoint(9, 5))), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(views[0], &move);
    QVERIFY(std::abs(views[0]->pictureRect().left() - before.left() - 9) < 0.01);
    QCOMPARE(views[1]->pictureRect().size(), views[0]->pictureRect().size());
    QTest::keyClick(views[0], Qt::Key_0);
    QCOMPARE(views[0]->pictureRect().size(), whole.size());
  }

  void followsTheChosenPair() {
    auto* list = m_window->workbench().content<GalleryPanel>()->findChild<QListView*>();
    list->setCurrentIndex(list->model()->index(3, 0));
    QCOMPARE(opened()->controller().pair(), m_window->workbench().content<GalleryPanel>()->currentPair());
    QVERIFY(settled());
  }

  void copiesAndExports() {
    QApplication::clipboard()->clear();
    QTest::keySequence(opened(), QKeySequence::Copy);
    QTRY_VERIFY(!QApplication::clipboard()->pixmap().isNull());
    QTest::keyClick(opened(), Qt::Key_Escape);
    QVERIFY(!opened()->isVisible());
  }
};

QTEST_MAIN(ExplanationTest)
#include "explanation_test.moc"
