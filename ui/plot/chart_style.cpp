#include "ui/plot/chart_style.h"

#include <QFontMetrics>
#include <algorithm>

#include "ui/base/theme.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

constexpr double kChartFontScale = 0.92;
constexpr int kMostTicks = 5, kFewestTicks = 2, kLinesEachTick = 2;

// The left axis in the room that it has: fewer numbers where they would touch, a title that ends in time.
void fitLeftAxis(QCustomPlot& plot) {
  QCPAxis& axis = *plot.yAxis;
  const int room = axis.axisRect()->height();
  const int ticks = std::clamp(room / (kLinesEachTick * QFontMetrics(axis.tickLabelFont()).height()),
                               kFewestTicks, kMostTicks);
  if (axis.ticker()->tickCount() != ticks) {
    axis.ticker()->setTickCount(ticks);
    plot.replot(QCustomPlot::rpQueuedReplot);
  }
  // A title that is not the one cut here is a new one.
  constexpr auto kWhole = "wholeTitle", kCut = "cutTitle";
  if (axis.label() != axis.property(kCut).toString() || !axis.property(kCut).isValid())
    axis.setProperty(kWhole, axis.label());
  const QString whole = axis.property(kWhole).toString();
  const QFontMetrics metrics(axis.labelFont());
  QString cut = metrics.elidedText(whole, Qt::ElideRight, room);
  if (metrics.horizontalAdvance(cut) > room) cut.clear();
  axis.setProperty(kCut, cut);
  if (cut != axis.label()) axis.setLabel(cut);
}

}  // namespace

QFont chartFont(QFont font) {
  font.setPointSizeF(font.pointSizeF() * kChartFontScale);
  return font;
}

void prepareChart(QCustomPlot& plot) {
  plot.setFocusPolicy(Qt::NoFocus);
  plot.setAttribute(Qt::WA_NoMousePropagation, false);
  plot.setFont(chartFont(plot.font()));
  QObject::connect(&plot, &QCustomPlot::afterLayout, &plot, [&plot] { fitLeftAxis(plot); });
}

QCPLegend* takeLegend(QCustomPlot& plot) {
  plot.axisRect()->insetLayout()->take(plot.legend);
  plot.legend->setBorderPen(Qt::NoPen);
  return plot.legend;
}

void colourAxis(QCPAxis& axis, const QFont& font, const QPalette& palette) {
  const Shades& shades = shadesFor(palette);
  axis.setBasePen(QPen(shades.axis));
  axis.setTickPen(QPen(shades.axis));
  axis.setSubTickPen(Qt::NoPen);
  axis.setTickLabelColor(shades.muted);
  axis.setTickLabelFont(font);
  axis.setLabelFont(font);
  axis.setLabelColor(palette.color(QPalette::Text));
  axis.grid()->setPen(QPen(shades.grid));
  axis.grid()->setZeroLinePen(QPen(shades.grid));
}

void colourChart(QCustomPlot& plot, const QPalette& palette) {
  plot.setBackground(palette.color(QPalette::Base));
  plot.legend->setBrush(palette.color(QPalette::Base));
  plot.legend->setFont(plot.font());
  plot.legend->setTextColor(palette.color(QPalette::Text));
  for (auto* axis : {plot.xAxis, plot.yAxis}) colourAxis(*axis, plot.font(), palette);
}

}  // namespace espalier
