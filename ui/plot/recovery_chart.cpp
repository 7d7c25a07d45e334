#include "ui/plot/recovery_chart.h"

#include <QEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/chart_style.h"
#include "ui/plot/plot_export.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

// Losses that span more than this are shown on a logarithmic scale.
constexpr double kDecade = 10;
constexpr double kRoom = 0.06;  // of the range, above and below

}  // namespace

RecoveryChart::RecoveryChart(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot(this)) {
  setAccessibleName(tr("Losses of the recovery"));
  setWhatsThis(tr(
      "How far the recovered block or model still is from the dense one, step by step: the thin line is what "
      "is trained on, the marks are the samples held out. The weights with the lowest mark are kept."));
  setToolTip(whatsThis());
  prepareChart(*m_plot);
  QCPLegend* legend = takeLegend(*m_plot);
  m_plot->plotLayout()->addElement(1, 0, legend);
  m_plot->plotLayout()->setRowStretchFactor(1, 0.001);
  legend->setVisible(true);
  legend->setFillOrder(QCPLegend::foColumnsFirst);
  legend->setMargins(QMargins(8, 0, 8, 2));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_plot);
  draw();
}

void RecoveryChart::setPoints(const std::vector<RecoveryPoint>& points, const QString& measure) {
  m_points = points;
  m_measure = measure;
  draw();
}

int RecoveryChart::trainedPoints() const {
  return m_plot->graph(0)->dataCount();
}

int RecoveryChart::heldOutPoints() const {
  return m_plot->graph(1)->dataCount();
}

void RecoveryChart::draw() {
  m_plot->clearPlottables();
  colourChart(*m_plot, palette());
  QVector<double> steps, losses, looked, heldOut;
  double lowest = INFINITY, highest = 0;
  const auto see = [&](double value) {
    if (value > 0) lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  };
  int64_t last = 1;
  for (const auto& p : m_points) {
    last = std::max({last, p.step, p.steps});
    if (std::isfinite(p.loss)) steps << double(p.step), losses << p.loss, see(p.loss);
    if (std::isfinite(p.heldOut)) looked << double(p.step), heldOut << p.heldOut, see(p.heldOut);
  }
  auto* trained = m_plot->addGraph();
  trained->setData(steps, losses, true);
  trained->setName(tr("trained on"));
  trained->setPen(QPen(seriesColour(0, palette()), 1.2));
  auto* judged = m_plot->addGraph();
  judged->setData(looked, heldOut, true);
  judged->setName(tr("held out"));
  const QColor colour = seriesColour(1, palette());
  judged->setPen(QPen(colour, 1.6, Qt::DashLine));
  judged->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 7));
  m_plot->xAxis->setLabel(tr("Step"));
  m_plot->yAxis->setLabel(m_measure.isEmpty() ? tr("Loss") : m_measure);
  m_plot->xAxis->setRange(-0.02 * double(last), 1.02 * double(last));
  const bool wide = std::isfinite(lowest) && highest > kDecade * lowest;
  m_plot->yAxis->setScaleType(wide ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  m_plot->yAxis->setTicker(wide ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
  m_plot->yAxis->setNumberFormat(QStringLiteral("gb"));
  m_plot->yAxis->setNumberPrecision(3);
  if (wide)
    m_plot->yAxis->setRange(lowest / 1.3, highest * 1.3);
  else
    m_plot->yAxis->setRange(0, highest > 0 ? highest * (1 + kRoom) : 1);
  m_plot->replot(QCustomPlot::rpQueuedReplot);
  setAccessibleDescription(heldOut.isEmpty()
                               ? QString()
                               : tr("Held out: %1 at first, %2 now")
                                     .arg(shortNumber(heldOut.first()), shortNumber(heldOut.last())));
}

QString RecoveryChart::csv() const {
  QString out = QStringLiteral("method,block,step,steps,loss,held_out\n");
  const auto number = [](double value) {
    return std::isfinite(value) ? QString::number(value, 'g', 9) : QString();
  };
  for (const auto& p : m_points)
    out += QStringLiteral("\"%1\",\"%2\",%3,%4,%5,%6\n")
               .arg(text(p.method), text(p.block))
               .arg(p.step)
               .arg(p.steps)
               .arg(number(p.loss), number(p.heldOut));
  return out;
}

QString RecoveryChart::exportTo(const QString& file) const {
  return exportPlot(*m_plot, csv(), file);
}

void RecoveryChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) draw();
}

}  // namespace espalier
