// The options of scoring, with keys.
#include "ui/panels/score_options_panel.h"

#include <QSpinBox>
#include <QtTest/QtTest>

#include "ui/session/session.h"

using namespace espalier;

class ScoreOptionsPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Keys set the parts of the way that scores are made anew after; what else sets them is shown.
  void partsToRescoreAfter() {
    Session session;
    ScoreOptionsPanel panel(session, scoreMethods());
    panel.show();
    QSpinBox* parts = nullptr;
    for (auto* spin : panel.findChildren<QSpinBox*>())
      if (spin->accessibleName() == "Parts to re-score after") parts = spin;
    QVERIFY(parts);
    QCOMPARE(parts->value(), 1);
    QVERIFY(parts->isEnabled());
    parts->setFocus();
    QTest::keyClick(parts, Qt::Key_Up);
    QTest::keyClick(parts, Qt::Key_Up);
    QTest::keyClick(parts, Qt::Key_Return);
    QCOMPARE(session.scoreOptions().rescore, 3);
    ScoreOptions other = session.scoreOptions();
    other.rescore = 7;
    session.setScoreOptions(other);
    QCOMPARE(parts->value(), 7);
  }
};

QTEST_MAIN(ScoreOptionsPanelTest)
#include "score_options_panel_test.moc"
