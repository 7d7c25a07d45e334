#include "ui/plot/sweep_chart.h"

#include <QAction>
#include <QCheckBox>
#include <QScrollArea>
#include <QScrollBar>
#include <QtTest/QtTest>
#include <cmath>

#include "ui/controllers/sweep_controller.h"
#include "ui/panels/sweep_panel.h"
#include "ui/plot/qcp.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

StudyPoint point(const char* method, double sparsity, uint64_t seed, int right) {
  return {method, sparsity, sparsity, seed, {{"colour", right, 10, 1.0 - right / 10.0}}, {}};
}

}  // namespace

class SweepChartTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void bandsAreOfTheSeeds() {
    SweepChart chart;
    chart.setPoints({point("Uniform Wanda", 0.5, 0, 8), point("Uniform Wanda", 0.5, 1, 6),
                     point("Global magnitude", 0.5, 0, 5)});
    QCOMPARE(chart.places().size(), size_t(2));
    const auto& one = chart.places()[0];
    QCOMPARE(one.method, std::string("Global magnitude"));
    QCOMPARE(one.value, 50.0);
    const auto interval = wilsonInterval(5, 10);
    QVERIFY(qAbs(one.low - 100 * interval.low) < 1e-9);
    const auto& two = chart.places()[1];
    QCOMPARE(two.value, 70.0);
    QVERIFY(qAbs(two.high - 70 - std::sqrt(200.0)) < 1e-9);
    chart.setShown(SweepChart::Shown::Loss);
    QVERIFY(qAbs(chart.places()[1].value - 0.3) < 1e-9);
    QCOMPARE(chart.csv().count('\n'), 4);
  }

  // By the key alone: a click would replace a plan unasked.
  void aClickChoosesAPointAndEnterTakesIt() {
    SweepChart chart;
    chart.resize(500, 300);
    chart.show();
    chart.setPoints({point("Uniform Wanda", 0.3, 0, 9), point("Uniform Wanda", 0.7, 0, 4)});
    QTest::qWait(30);
    QSignalSpy taken(&chart, &SweepChart::taken);
    const QPoint at = chart.pixelOf(1);
    QWidget* surface = chart.childAt(at);
    QTest::mouseClick(surface, Qt::LeftButton, {}, surface->mapFrom(&chart, at));
    QCOMPARE(taken.count(), 0);
    QCOMPARE(chart.current(), 1);
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(taken.count(), 1);
    QCOMPARE(taken[0][1].toDouble(), 0.7);
    QTest::keyClick(&chart, Qt::Key_Left);
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(taken.count(), 2);
    QCOMPARE(taken[1][1].toDouble(), 0.3);
    QTest::mouseClick(surface, Qt::LeftButton, {}, surface->mapFrom(&chart, at + QPoint(0, 60)));
    QCOMPARE(taken.count(), 2);
  }

  void isWrittenAsWhatTheSuffixSays() {
    QTemporaryDir dir;
    SweepChart chart;
    chart.resize(400, 300);
    chart.show();
    chart.setPoints({point("Uniform Wanda", 0.3, 0, 9)});
    QTest::qWait(30);
    const QMap<QString, QByteArray> begins{
        {"svg", "<?xml"}, {"pdf", "%PDF"}, {"png", "\x89PNG"}, {"csv", "method,"}};
    for (auto it = begins.begin(); it != begins.end(); ++it) {
      const QString file = dir.filePath("chart." + it.key());
      QCOMPARE(chart.exportTo(file), QString());
      QFile written(file);
      QVERIFY(written.open(QIODevice::ReadOnly));
      QVERIFY2(written.readAll().startsWith(it.value()), qPrintable(it.key()));
    }
    QVERIFY(chart.exportTo(dir.filePath("chart.doc")).contains("chart.doc"));
    QVERIFY(chart.exportTo("/proc/nothing/chart.svg").contains("/proc/nothing"));
  }

  void whatIsThereIsNotMeasuredAgain() {
    StudyOptions options;
    options.methods = {"Uniform Wanda", "Global magnitude"};
    options.sparsities = {0.3, 0.5};
    options.seeds = {0, 1};
    QCOMPARE(SweepController::missing({}, options), 4 + 2);  // one seed tells all of global magnitude
    QCOMPARE(SweepController::missing(
                 {point("Uniform Wanda", 0.5, 1, 5), point("Global magnitude", 0.3, 0, 5)}, options),
             4);
  }

  // The boxes of the pane are the legend; what is exported has one below the axis, which covers no curve.
  void theLegendCoversNoCurve() {
    Session session;
    SweepController sweeps(session);
    QAction run("Run");
    SweepPanel panel(session, sweeps, &run);
    panel.resize(640, 320);
    panel.show();
    for (const auto& method : studyMethods())
      for (double sparsity : {0.0, 0.3, 0.5, 0.7})
        session.addSweepPoint(point(method.name.c_str(), sparsity, 0, 9));
    SweepChart* chart = panel.chart();
    auto* plot = chart->findChild<QCustomPlot*>();
    QVERIFY(plot && !plot->legend->visible());
    for (auto* box : panel.findChildren<QCheckBox*>())
      QVERIFY2(!box->icon().isNull(), qPrintable(box->text()));
    plot->replot();
    const QRect before = plot->axisRect()->rect();
    QTemporaryDir dir;
    QCOMPARE(chart->exportTo(dir.filePath("sweep.svg")), QString());
    QFile file(dir.filePath("sweep.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString svg = QString::fromUtf8(file.readAll());
    for (const auto& method : studyMethods())
      QVERIFY2(svg.contains(QString::fromStdString(method.name).toHtmlEscaped()), method.name.c_str());
    // And the chart in the pane is as it was.
    plot->replot();
    QVERIFY(!plot->legend->visible());
    QCOMPARE(plot->axisRect()->rect(), before);
    chart->setLegendShown(true);
    plot->replot();
    QVERIFY(plot->legend->visible());
    QVERIFY(plot->legend->rect().top() >= plot->axisRect()->rect().bottom());
    QVERIFY(plot->legend->rect().bottom() <= plot->height());
    for (const auto& place : chart->places())
      QVERIFY2(!plot->legend->outerRect().contains(
                   plot->mapFrom(chart, chart->pixelOf(int(&place - chart->places().data())))),
               place.method.c_str());
  }

  // In the pane of a window of 1280 x 800 pixels the chart has the height that its axis needs.
  void theMethodsLeaveTheChartItsHeight() {
    Session session;
    SweepController sweeps(session);
    QAction run("Run");
    SweepPanel panel(session, sweeps, &run);
    panel.resize(450, 240);
    panel.show();
    session.addSweepPoint(point("Uniform Wanda", 0.3, 0, 9));
    panel.chart()->findChild<QCustomPlot*>()->replot();
    QVERIFY2(panel.chart()->height() >= 120, qPrintable(QString::number(panel.chart()->height())));
    QVERIFY2(panel.chart()->width() >= 180, qPrintable(QString::number(panel.chart()->width())));
    for (auto* bar : panel.findChildren<QScrollBar*>(Qt::FindChildrenRecursively))
      QVERIFY(bar->orientation() == Qt::Vertical || !bar->isVisible());
    for (auto* box : panel.findChildren<QCheckBox*>()) {
      QVERIFY2(box->isVisible() && box->width() >= box->sizeHint().width(), qPrintable(box->text()));
      // The methods that are offered from the start are many, and a person adds more: the list scrolls.
      if (box->visibleRegion().isEmpty()) {
        QVERIFY2(!box->isChecked(), qPrintable(box->text()));
        QWidget* at = box;
        while (at && !qobject_cast<QScrollArea*>(at)) at = at->parentWidget();
        QVERIFY2(at, qPrintable(box->text()));
        static_cast<QScrollArea*>(at)->ensureWidgetVisible(box);
      }
      QVERIFY2(!box->visibleRegion().isEmpty(), qPrintable(box->text()));
    }
  }

  void pointsArriveAndStay() {
    Session session;
    SweepController sweeps(session);
    QAction run("Run");
    SweepPanel panel(session, sweeps, &run);
    session.addSweepPoint(point("Uniform Wanda", 0.3, 0, 9));
    session.addSweepPoint(point("Uniform Wanda", 0.3, 0, 8));
    QCOMPARE(session.sweep().size(), size_t(1));
    QCOMPARE(panel.chart()->places().size(), size_t(1));
    QCOMPARE(panel.chart()->places()[0].value, 80.0);
  }
};

QTEST_MAIN(SweepChartTest)
#include "sweep_chart_test.moc"
