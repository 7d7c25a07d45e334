#include "ui/panels/budget_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QStandardItemModel>
#include <QTranslator>
#include <QtTest/QtTest>

#include "tests/ui/plan_sample.h"
#include "ui/base/translations.h"
#include "ui/panels/fraction_field.h"
#include "ui/session/session.h"

using namespace espalier;
using namespace espalier::test;

namespace {

struct Bench {
  Session session;
  BudgetPanel panel{session, {{"wanda", "by weight and input"}, {"magnitude", "by weight"}}};
  PlanDocument& plan = session.plan();
  FractionField* target = panel.findChild<FractionField*>("target");
  FractionField* cap = panel.findChild<FractionField*>("cap");

  Bench() {
    plan.begin(sampleState());
    panel.resize(290, 520);
    panel.show();
  }
  template <typename Widget>
  Widget* named(const QString& name) {
    for (auto* w : panel.findChildren<Widget*>())
      if (w->accessibleName() == name) return w;
    return nullptr;
  }
};

}  // namespace

class BudgetPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Nothing is cut off at the right, in German and at 160 % type too.
  void isAsWideAsWhatItSays() {
    loadTranslations(*qApp, QLocale(QLocale::German));
    const QFont before = qApp->font();
    for (double scale : {1.0, 1.6}) {
      QFont font = before;
      font.setPointSizeF(before.pointSizeF() * scale);
      qApp->setFont(font);
      Bench bench;
      bench.panel.resize(10, 600);
      QTest::qWait(50);
      bench.panel.resize(bench.panel.minimumWidth(), 600);
      QTest::qWait(50);
      const int room = bench.panel.viewport()->width();
      for (auto* w : bench.panel.widget()->findChildren<QWidget*>()) {
        if (!w->isVisible() || w->inherits("QComboBoxPrivateContainer")) continue;
        const int right = w->mapTo(bench.panel.widget(), QPoint(w->width(), 0)).x();
        QVERIFY2(right <= room, qPrintable(QString("%1 %2 > %3").arg(w->objectName()).arg(right).arg(room)));
        if (auto* box = qobject_cast<QCheckBox*>(w)) QVERIFY(box->width() >= box->minimumSizeHint().width());
      }
    }
    qApp->setFont(before);
    for (auto* translator : qApp->findChildren<QTranslator*>()) qApp->removeTranslator(translator);
  }

  void theTargetSliderMovesThePlanAndTheCap() {
    Bench bench;
    bench.target->slider()->setFocus();
    for (int i = 0; i < 5; ++i) QTest::keyClick(bench.target->slider(), Qt::Key_Right);
    QVERIFY(qAbs(bench.plan.plan().target - 0.55) < 1e-9);
    QVERIFY(qAbs(bench.plan.plan().cap - 0.65) < 1e-9);
    QCOMPARE(bench.cap->value(), 0.65);
    QVERIFY(weightsOff(bench.plan.plan()) <= 1);
    QCOMPARE(bench.plan.history().count(), 1);
    bench.plan.history().undo();
    QCOMPARE(bench.target->value(), 0.5);
    QCOMPARE(bench.target->spinBox()->value(), 50.0);
  }

  void aSliderDraggedByMouseIsOneStep() {
    Bench bench;
    QSlider* slider = bench.target->slider();
    const QPoint from(slider->width() / 2, slider->height() / 2);
    QTest::mousePress(slider, Qt::LeftButton, {}, from);
    for (int i = 1; i <= 10; ++i) QTest::mouseMove(slider, from + QPoint(3 * i, 0));
    QTest::mouseRelease(slider, Qt::LeftButton, {}, from + QPoint(30, 0));
    QVERIFY(bench.plan.plan().target > 0.53);
    QCOMPARE(bench.plan.history().count(), 1);
  }

  void theTargetCanBeTyped() {
    Bench bench;
    auto* spin = bench.target->spinBox();
    spin->setFocus();
    spin->selectAll();
    QTest::keyClicks(spin, "62");
    QTest::keyClick(spin, Qt::Key_Return);
    QCOMPARE(bench.plan.plan().target, 0.62);
  }

  void whatCannotBeMetIsSaidBesideTheField() {
    Bench bench;
    auto* follows = bench.panel.findChild<QCheckBox*>();
    QVERIFY(follows->isChecked());
    QTest::mouseClick(follows, Qt::LeftButton, {}, QPoint(8, follows->height() / 2));
    QVERIFY(!bench.plan.capFollowsTarget());
    auto* spin = bench.target->spinBox();
    spin->setFocus();
    spin->selectAll();
    QTest::keyClicks(spin, "90");
    QTest::keyClick(spin, Qt::Key_Return);
    bool said = false;
    for (auto* label : bench.panel.findChildren<QLabel*>())
      said = said || (label->isVisible() && label->text().contains("at most"));
    QVERIFY(said);
    QVERIFY(qAbs(bench.plan.plan().target - 0.6) < 1e-3);
    QVERIFY(qAbs(bench.target->value() - 0.6) < 1e-3);
    QTest::mouseClick(follows, Qt::LeftButton, {}, QPoint(8, follows->height() / 2));
    QVERIFY(bench.plan.capFollowsTarget());
  }

  // What zeros do to the size is said, and what they don't do to the speed.
  void theSizeIsSaidPlainly() {
    Bench bench;
    auto* size = bench.panel.findChild<QLabel*>("size");
    QVERIFY(size);
    const QString before = size->text();
    QVERIFY2(before.contains(QString::fromUtf8("\u2192")), qPrintable(before));
    bench.plan.setTarget(0.8);
    QVERIFY(size->text() != before);
    QVERIFY(size->toolTip().contains("keeps its size"));
  }

  void figuresFollowThePlan() {
    Bench bench;
    auto* achieved = bench.panel.findChild<QLabel*>("achieved");
    QVERIFY(achieved->text().contains(QLocale().toString(50.0, 'f', 1)));
    bench.plan.setSparsity("vision.layers.0", 0.3);
    QVERIFY(achieved->text().contains(QLocale().toString(50.0, 'f', 1)));
    QVERIFY(bench.panel.findChild<QLabel*>("counts")->text().contains("1 pinned"));
    for (auto* button : bench.panel.findChildren<QPushButton*>()) QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!bench.plan.plan().groups[0].pinned);
  }

  void choicesAreTaken() {
    Bench bench;
    auto* granularity = bench.named<QComboBox>("Granularity");
    granularity->setFocus();
    QTest::keyClick(granularity, Qt::Key_Down);
    QCOMPARE(bench.plan.plan().granularity, Granularity::Layer);
    auto* criterion = bench.named<QComboBox>("Criterion");
    QCOMPARE(criterion->currentData().toString(), "wanda");
    criterion->setFocus();
    QTest::keyClick(criterion, Qt::Key_Down);
    QCOMPARE(bench.session.pruneOptions().criterion, "magnitude");
    auto* sharing = bench.named<QComboBox>("Shared by");
    QVERIFY(sharing->findData("uniform") >= 0);
    QVERIFY(sharing->findData("ecoflap-official") < 0);
  }

  // What an allocator shares by must have been gathered; what cannot be chosen says why.
  void allocatorsNeedTheirStatistics() {
    Bench bench;
    auto* sharing = bench.named<QComboBox>("Shared by");
    auto* items = qobject_cast<QStandardItemModel*>(sharing->model());
    const auto enabled = [&](const char* name) { return items->item(sharing->findData(name))->isEnabled(); };
    for (const char* name : {"owl", "dlp", "alpha-pruning", "local"}) {
      QVERIFY2(sharing->findData(name) >= 0, name);
      QVERIFY2(!enabled(name), name);
      QVERIFY(sharing->itemData(sharing->findData(name), Qt::ToolTipRole)
                  .toString()
                  .contains("Score again with"));
    }
    QVERIFY(enabled("ecoflap") && enabled("uniform"));

    const Scores plain = bench.plan.scores();
    Scores scores = plain;
    double outliers = 0.01;
    for (auto& m : scores.matrices)
      m.statistics = {{"outliers", outliers += 0.01}, {"median", 0.1}, {"alpha", 3}, {"local", 1}};
    bench.plan.setScores(scores);
    QVERIFY(enabled("owl") && enabled("local"));
    QVERIFY(!sharing->itemData(sharing->findData("owl"), Qt::ToolTipRole)
                 .toString()
                 .contains("Score again with"));
    sharing->setFocus();
    while (sharing->currentData().toString() != "owl" && sharing->currentIndex() + 1 < sharing->count())
      QTest::keyClick(sharing, Qt::Key_Down);
    QCOMPARE(bench.plan.plan().allocator, std::string("owl"));
    QVERIFY(weightsOff(bench.plan.plan()) <= 1);
    // More outliers, less pruned.
    const auto& groups = bench.plan.plan().groups;
    QVERIFY(groups.front().sparsity > groups.back().sparsity);
    // Scores without them are shared as they were made for.
    bench.plan.setScores(plain);
    QCOMPARE(bench.plan.plan().allocator, std::string("ecoflap"));
    QVERIFY(!enabled("owl"));
  }
};

QTEST_MAIN(BudgetPanelTest)
#include "budget_panel_test.moc"
