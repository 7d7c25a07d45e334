// Every text of the window stands out from its ground by 4.5:1 or more, light and dark, selected or not.
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QListView>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>
#include <QTreeView>
#include <QtTest/QtTest>

#include "tests/support/test_settings.h"
#include "tests/ui/contrast.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/dataset_dialog.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/preferences_dialog.h"
#include "ui/plot/plan_chart.h"
#include "ui/plot/qcp.h"
#include "ui/window/command_palette.h"
#include "ui/window/compare_window.h"
#include "ui/window/explanation_window.h"
#include "ui/window/main_window.h"
#include "ui/window/manual_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;
constexpr double kLeast = 4.5;

// Answers made up, with some that flip.
Evaluation answers(const Session& session, int every) {
  Evaluation out;
  for (size_t i = 0; i < session.pairs().samples.size(); ++i) {
    out.pairs.emplace_back();
    out.pairs.back().sample = int64_t(i);
    out.pairs.back().answer = i % size_t(every) ? session.pairs().samples[i].answer : "something else";
    out.pairs.back().right = i % size_t(every) != 0;
    out.pairs.back().loss = 0.1;
  }
  return out;
}

}  // namespace

class ContrastTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  QStringList m_faint;
  int m_measured = 0, m_inCharts = 0;

  // What is switched off is exempt, as in WCAG 2, 1.4.3.
  static bool isOff(const PaintedText& painted, const QPalette& palette) {
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
      if (painted.ink == palette.color(QPalette::Disabled, role)) return true;
    return false;
  }

  void measure(QWidget& widget, const QString& where) {
    ContrastDevice device(widget.size());
    widget.render(&device, QPoint(), QRegion(), QWidget::DrawWindowBackground | QWidget::DrawChildren);
    judge(device, widget.palette(), where);
    // Charts paint into a picture first: their texts are measured where they are drawn.
    for (auto* plot : widget.findChildren<QCustomPlot*>()) {
      if (!plot->isVisible()) continue;
      ContrastDevice chart(plot->size());
      QCPPainter painter(&chart);
      painter.fillRect(plot->rect(), plot->palette().base());
      plot->toPainter(&painter, plot->width(), plot->height());
      painter.end();
      m_inCharts += int(chart.texts().size());
      judge(chart, plot->palette(), where + " chart");
    }
  }

  void judge(const ContrastDevice& device, const QPalette& palette, const QString& where) {
    for (const auto& painted : device.texts()) {
      ++m_measured;
      if (painted.ratio >= kLeast || isOff(painted, palette)) continue;
      m_faint << QString("%1: \"%2\" %3 on %4, %5:1")
                     .arg(where, painted.text, painted.ink.name(), painted.ground.name())
                     .arg(painted.ratio, 0, 'f', 2);
    }
  }

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }

  void theMeasureItself() {
    QVERIFY(qAbs(contrast(Qt::black, Qt::white) - 21) < 1e-6);
    QVERIFY(qAbs(contrast(QColor(0x777777), Qt::white) - 4.478) < 1e-2);
    ContrastDevice device({200, 60});
    QPainter painter(&device);
    painter.fillRect(0, 0, 200, 60, QColor(0x0b63a5));
    painter.setPen(Qt::white);
    painter.drawText(10, 30, "white");
    painter.setOpacity(0.5);
    painter.drawText(100, 30, "half");
    painter.end();
    QCOMPARE(device.texts().size(), size_t(2));
    QVERIFY(qAbs(device.texts()[0].ratio - contrast(Qt::white, QColor(0x0b63a5))) < 0.05);
    QVERIFY(device.texts()[1].ratio < 0.6 * device.texts()[0].ratio);
  }

  // What is to be ticked or chosen is seen before it is: an outline of 3:1 on the window and on a page.
  void boxesAreOutlined() {
    for (auto appearance : {Appearance::Light, Appearance::Dark}) {
      applyAppearance(*qApp, appearance);
      QCheckBox box("Box");
      QRadioButton choice("Choice");
      for (QAbstractButton* button : std::initializer_list<QAbstractButton*>{&box, &choice}) {
        button->resize(button->sizeHint());
        const QImage seen = button->grab().toImage();
        const QColor ground = seen.pixelColor(seen.width() - 1, 0);
        int outlined = 0;
        for (int y = 0; y < seen.height(); ++y)
          for (int x = 0; x < seen.height(); ++x) outlined += contrast(seen.pixelColor(x, y), ground) >= 3;
        QVERIFY2(outlined >= 20, qPrintable(QString("%1: %2").arg(button->text()).arg(outlined)));
      }
    }
    applyAppearance(*qApp, Appearance::Light);
  }

  void everyTextStandsOut_data() {
    QTest::addColumn<Appearance>("appearance");
    QTest::newRow("light") << Appearance::Light;
    QTest::newRow("dark") << Appearance::Dark;
  }
  void everyTextStandsOut() {
    QFETCH(Appearance, appearance);
    QSettings().clear();
    applyAppearance(*qApp, appearance);
    m_faint.clear();
    m_measured = m_inCharts = 0;
    MainWindow window;
    window.actions().live->setChecked(false);
    window.resize(1600, 1100);
    window.show();
    measure(window, "welcome");
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    Session& session = window.session();
    session.setDense(answers(session, 7));
    PrunedModel pruned;
    pruned.model = session.model();
    pruned.plan = session.plan().plan();
    pruned.options = session.pruneOptions();
    session.setPruned(pruned, answers(session, 3));
    for (const auto& group : session.plan().plan().groups)
      session.addSensitivity(group.name, Curve{{0, 0.5, 1}, {0, 0.1, 1}});
    session.addSweepPoint({"Uniform Wanda", 0.5, 0.5, 0, {{"colour", 3, 4, 0.5}}, {}});
    session.savePlan("kept");
    auto* messages = window.findChild<MessageBar*>();
    for (auto severity :
         {MessageBar::Severity::Info, MessageBar::Severity::Warning, MessageBar::Severity::Error})
      messages->post(severity, QString("A message of kind %1").arg(int(severity)));
    for (bool stale : {false, true}) {
      if (stale) session.plan().setSparsity(session.plan().plan().groups[1].name, 0.2);
      QCOMPARE(session.isStale(), stale);
      for (auto* dock : window.workbench().findChildren<QDockWidget*>()) {
        dock->show();
        dock->raise();
        QTest::qWait(30);
        for (bool selected : {false, true}) {
          for (auto* view : dock->findChildren<QAbstractItemView*>()) {
            selected ? view->selectAll() : view->clearSelection();
            if (selected && view->selectionMode() == QAbstractItemView::SingleSelection && view->model())
              view->setCurrentIndex(view->model()->index(0, 0));
          }
          window.workbench().planPanel()->chart()->setCurrent(selected ? 2 : -1);
          measure(window, QString("%1%2%3").arg(dock->objectName(), selected ? " selected" : "",
                                                stale ? " stale" : ""));
        }
      }
    }
    CompareWindow* compare = window.comparePlans();
    for (bool selected : {false, true}) {
      for (auto* view : compare->findChildren<QTableView*>())
        if (selected) view->selectAll();
      measure(*compare, selected ? "compare selected" : "compare");
    }
    compare->close();
    DatasetDialog dialog(session.model(), DatasetDialog::Use::Test);
    dialog.show();
    dialog.look(text(session.pairs().path));
    QTRY_VERIFY_WITH_TIMEOUT(dialog.findChild<QAbstractItemView*>() != nullptr, 10000);
    QTest::qWait(300);
    measure(dialog, "data");
    for (auto* view : dialog.findChildren<QAbstractItemView*>()) view->selectAll();
    measure(dialog, "data selected");
    dialog.close();
    PreferencesDialog preferences;
    preferences.show();
    measure(preferences, "preferences");
    preferences.close();
    window.actions().manual->trigger();
    auto* manual = window.findChild<ManualWindow*>();
    QVERIFY(manual);
    measure(*manual, "manual");
    manual->close();
    auto* pairs = window.workbench().findChild<QDockWidget*>("pairs")->findChild<QListView*>();
    pairs->setCurrentIndex(pairs->model()->index(0, 0));
    window.actions().explain->trigger();
    auto* explanation = window.findChild<ExplanationWindow*>();
    QVERIFY(explanation);
    QTRY_VERIFY_WITH_TIMEOUT(!explanation->controller().runner().isBusy(), kJobMs);
    measure(*explanation, "explanation");
    explanation->close();
    window.actions().palette->trigger();
    auto* palette = window.findChild<CommandPalette*>();
    QVERIFY(palette);
    measure(*palette, "palette");
    palette->reject();
    window.projects().discardChanges();
    // A lesson: its texts, a question, what is said to a wrong and to a right answer.
    window.startLesson("weights");
    auto* lesson = window.findChild<LessonPanel*>();
    QVERIFY(lesson);
    measure(*lesson, "lesson");
    lesson->go(1);
    const auto choices = lesson->findChildren<QRadioButton*>();
    for (int chosen : {0, 1}) {
      choices[chosen]->click();
      for (auto* button : lesson->findChildren<QPushButton*>())
        if (button->text().remove('&') == "Check") button->click();
      QTest::qWait(30);
      measure(*lesson, QString("lesson answered %1").arg(chosen));
    }
    window.actions().stop->trigger();
    QVERIFY2(m_inCharts > 200, qPrintable(QString::number(m_inCharts)));
    QVERIFY2(m_measured > 2000, qPrintable(QString::number(m_measured)));
    m_faint.removeDuplicates();
    for (const QString& faint : m_faint.mid(0, 1000)) qWarning("%s", qPrintable(faint));
    QVERIFY2(m_faint.isEmpty(), qPrintable(QString("%1 texts of %2").arg(m_faint.size()).arg(m_measured)));
  }

  void cleanupTestCase() { applyAppearance(*qApp, Appearance::Light); }
};

QTEST_MAIN(ContrastTest)
#include "contrast_test.moc"
