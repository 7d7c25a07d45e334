// Charts look alike, in light and dark, and their keys and clicks are their own.
#include "ui/plot/chart_style.h"

#include <QtTest/QtTest>

#include "ui/base/theme.h"
#include "ui/plot/matrix_error_chart.h"
#include "ui/plot/qcp.h"
#include "ui/plot/recovery_chart.h"
#include "ui/plot/runs_chart.h"
#include "ui/plot/sweep_chart.h"

using namespace espalier;

class ChartStyleTest : public QObject {
  Q_OBJECT

  static QPalette paletteOf(const QColor& base, const QColor& text) {
    QPalette palette;
    for (const auto role : {QPalette::Window, QPalette::Base}) palette.setColor(role, base);
    for (const auto role : {QPalette::WindowText, QPalette::Text}) palette.setColor(role, text);
    return palette;
  }

 private Q_SLOTS:
  void chartsLookAlike() {
    MatrixErrorChart errors;
    RecoveryChart recovery;
    RunsChart runs;
    SweepChart sweep;
    for (const auto& palette : {paletteOf(Qt::white, Qt::black), paletteOf(Qt::black, Qt::white)}) {
      const Shades& shades = shadesFor(palette);
      for (QWidget* chart : {static_cast<QWidget*>(&errors), static_cast<QWidget*>(&recovery),
                             static_cast<QWidget*>(&runs), static_cast<QWidget*>(&sweep)}) {
        chart->setPalette(palette);
        const auto* plot = chart->findChild<QCustomPlot*>();
        QVERIFY(plot);
        for (const auto* axis : {plot->xAxis, plot->yAxis}) {
          QCOMPARE(axis->basePen().color(), shades.axis);
          QCOMPARE(axis->tickLabelColor(), shades.muted);
          QCOMPARE(axis->labelColor(), palette.color(QPalette::Text));
          QCOMPARE(axis->grid()->pen().color(), shades.grid);
          QCOMPARE(axis->tickLabelFont(), plot->font());
          QCOMPARE(axis->labelFont(), plot->font());
        }
        QCOMPARE(plot->legend->textColor(), palette.color(QPalette::Text));
      }
    }
    QVERIFY(shadesFor(paletteOf(Qt::white, Qt::black)).muted !=
            shadesFor(paletteOf(Qt::black, Qt::white)).muted);
  }

  // However small a chart is, its numbers do not touch and its title is not painted beyond it; with room it
  // is whole again.
  void leftAxesKeepToTheirRoom() {
    MatrixErrors measured;
    measured.sparsities = {0.3, 0.5, 0.7};
    measured.curves.resize(1);
    measured.curves[0].name = "wanda";
    measured.curves[0].errors = {0.01, 0.1, 0.4};
    MatrixErrorChart errors;
    errors.setErrors(measured);
    RecoveryChart recovery;
    recovery.setPoints({{}, {}}, "relative error of what the block gives on");
    RunsChart runs;
    runs.setRuns({}, RunCost::Bytes);
    for (QWidget* chart :
         {static_cast<QWidget*>(&errors), static_cast<QWidget*>(&recovery), static_cast<QWidget*>(&runs)}) {
      auto* plot = chart->findChild<QCustomPlot*>();
      const QFontMetrics metrics(plot->yAxis->labelFont());
      chart->resize(400, 600);
      chart->show();
      QVERIFY(QTest::qWaitForWindowExposed(chart));
      plot->replot();
      const QString whole = plot->yAxis->label();
      QVERIFY(!whole.isEmpty() && !whole.endsWith(QChar(0x2026)));
      plot->setFixedHeight(110);
      QCoreApplication::processEvents();
      plot->replot();
      const int room = plot->yAxis->axisRect()->height();
      QVERIFY(room < 110);
      QVERIFY(metrics.horizontalAdvance(plot->yAxis->label()) <= std::max(0, room));
      QVERIFY(plot->yAxis->ticker()->tickCount() <= 3);
      plot->setFixedHeight(600);
      QCoreApplication::processEvents();
      plot->replot();
      QCOMPARE(plot->yAxis->label(), whole);
      QCOMPARE(plot->yAxis->ticker()->tickCount(), 5);
    }
  }

  void textsAreSmallerThanTheWindows() {
    RunsChart runs;
    const auto* plot = runs.findChild<QCustomPlot*>();
    QVERIFY(plot->font().pointSizeF() < runs.font().pointSizeF());
    QCOMPARE(plot->font().pointSizeF(), chartFont(runs.font()).pointSizeF());
  }

  void eventsAreTheChartsOwn() {
    RecoveryChart recovery;
    const auto* plot = recovery.findChild<QCustomPlot*>();
    QCOMPARE(plot->focusPolicy(), Qt::NoFocus);
    QVERIFY(!plot->testAttribute(Qt::WA_NoMousePropagation));
  }
};

QTEST_MAIN(ChartStyleTest)
#include "chart_style_test.moc"
