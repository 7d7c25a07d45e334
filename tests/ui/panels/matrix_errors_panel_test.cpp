// One matrix, one slider, with mouse and keys: the example whose best weights are known, and a matrix of the
// bundled sample.
#include "ui/panels/matrix_errors_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest/QtTest>

#include "core/live/matrix_errors.h"
#include "ui/controllers/model_controller.h"
#include "ui/panels/matrix_panel.h"
#include "ui/plot/matrix_error_chart.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

constexpr int kLong = 120000;

// "Wanda + Refit  5.21 %" -> 5.21; -1 where the legend has no such line.
double legendValue(const MatrixErrorChart& chart, const QString& title) {
  for (const QString& text : chart.legendTexts())
    if (text.startsWith(title + QStringLiteral("  ")))
      return QLocale().toDouble(text.mid(title.size()).remove('%').trimmed());
  return -1;
}

}  // namespace

class MatrixErrorsPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // The numbers of the legend are those of the engine at the slider's sparsity, and the keys move it.
  void theExample() {
    Session session;
    MatrixErrorsPanel panel(session);
    panel.resize(460, 300);
    panel.show();
    QVERIFY(!panel.chart()->errors());
    QVERIFY(panel.state()->isVisible());
    panel.choice()->setFocus();
    QTest::keyClick(panel.choice(), Qt::Key_Down);
    QTRY_VERIFY_WITH_TIMEOUT(panel.chart()->errors().has_value(), kLong);
    QTRY_VERIFY(!panel.state()->isVisible());
    const MatrixErrors known = toyMatrixErrors({0.6, 0.7});
    for (const int step : {0, 1}) {
      if (step) QTest::keyClick(panel.slider(), Qt::Key_Right);
      QVERIFY(qAbs(panel.chart()->markedSparsity() - known.sparsities[size_t(step)]) < 1e-9);
      const auto valueOf = [&](const std::string& name) {
        for (const auto& curve : known.curves)
          if (curve.name == name) return 100 * curve.errors[size_t(step)];
        return -2.0;
      };
      for (const auto& [title, name] :
           {std::pair{"Wanda", "wanda"}, std::pair{"Wanda + Swaps", "wanda + swaps"},
            std::pair{"Wanda + Refit", "wanda + refit"}, std::pair{"ALPS", "alps"},
            std::pair{"Best possible", "best possible"}})
        QVERIFY2(qAbs(legendValue(*panel.chart(), title) - valueOf(name)) < 0.051, title);
      QVERIFY(legendValue(*panel.chart(), "Best possible") <= legendValue(*panel.chart(), "ALPS") + 0.01);
    }
  }

  // Of a small model it is measured as soon as it is seen; the pane switches between inside and errors, and
  // exports what it shows.
  void aMatrixOfTheSample() {
    Session session;
    ModelController models(session);
    MatrixPanel pane(session);
    pane.resize(460, 300);
    pane.show();
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(
        session.hasModel() && !session.plan().isEmpty() && !session.calibration().samples.empty(), kLong);
    PruneOptions prune = session.pruneOptions();
    prune.samples = 16;
    session.setPruneOptions(prune);
    session.selection().set({session.plan().plan().groups[0].name}, session.plan().plan().groups[0].name);
    QVERIFY(!pane.choice()->currentText().isEmpty());
    QVERIFY(!pane.errors()->isVisible());
    QTest::mouseClick(pane.errorsShown(), Qt::LeftButton);
    QVERIFY(pane.errors()->isVisible());
    const auto& errors = pane.errors()->chart()->errors();
    QTRY_VERIFY_WITH_TIMEOUT(errors.has_value(), kLong);
    QCOMPARE(errors->matrix, pane.choice()->currentData().toString().toStdString());
    const auto* chart = pane.errors()->chart();
    QVERIFY(legendValue(*chart, "Wanda + Refit") > 0);
    QVERIFY(legendValue(*chart, "Wanda + Refit") < legendValue(*chart, "Wanda"));
    QVERIFY(legendValue(*chart, "Wanda + Swaps") < legendValue(*chart, "Wanda"));
    // Too many supports to try all: nothing is said to be the best.
    QCOMPARE(legendValue(*chart, "Best possible"), -1.0);
    QTemporaryDir folder;
    QCOMPARE(pane.exportTo(folder.filePath("errors.csv")), QString());
    QFile file(folder.filePath("errors.csv"));
    QVERIFY(file.open(QIODevice::ReadOnly) && file.readAll().contains("wanda + swaps,refit"));
    // Another matrix takes the place of the first one's errors.
    if (pane.choice()->count() > 1) {
      const auto before = errors->matrix;
      pane.choice()->setCurrentIndex(1);
      QTRY_VERIFY_WITH_TIMEOUT(errors.has_value() && errors->matrix != before, kLong);
    }
  }

  // A model without calibration pairs: a sentence that says what to do.
  void withoutPairs() {
    Session session;
    ModelController models(session);
    MatrixErrorsPanel panel(session);
    panel.show();
    models.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(session.hasModel() && !session.calibration().samples.empty(), kLong);
    session.setCalibration({});
    panel.setMatrix(infoOf(*session.model()).blocks[0].matrices[0].name);
    QVERIFY(!panel.runner().isBusy());
    QTest::mouseClick(panel.findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(panel.state()->text().contains("calibration pairs"));
    QVERIFY(!panel.chart()->errors());
  }
};

QTEST_MAIN(MatrixErrorsPanelTest)
#include "matrix_errors_panel_test.moc"
