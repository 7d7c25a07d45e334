#pragma once

#include <QFont>
#include <QPalette>

class QCPAxis;
class QCPLegend;
class QCustomPlot;

namespace espalier {

// How every chart looks. One place, so that all of them look alike.

// The font of a chart's texts: a little smaller than that of the window.
QFont chartFont(QFont font);

// Once, for the plot that fills a chart: its font, and who gets its events. QCustomPlot keeps the focus and
// the right button to itself; here both are the chart's.
void prepareChart(QCustomPlot& plot);

// Takes the legend out of the axes, where it would cover the curves, and its frame away. It is in no layout
// then.
QCPLegend* takeLegend(QCustomPlot& plot);

// Again whenever the chart is drawn, because a palette may have changed: one axis with its grid, or the whole
// plot with its background, both axes and the legend.
void colourAxis(QCPAxis& axis, const QFont& font, const QPalette& palette);
void colourChart(QCustomPlot& plot, const QPalette& palette);

}  // namespace espalier
