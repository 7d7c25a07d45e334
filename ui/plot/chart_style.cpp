#include "ui/plot/chart_style.h"

#include "ui/base/theme.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

constexpr double kChartFontScale = 0.92;

}  // namespace

QFont chartFont(QFont font) {
  font.setPointSizeF(font.pointSizeF() * kChartFontScale);
  return font;
}

void prepareChart(QCustomPlot& plot) {
  plot.setFocusPolicy(Qt::NoFocus);
  plot.setAttribute(Qt::WA_NoMousePropagation, false);
  plot.setFont(chartFont(plot.font()));
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
