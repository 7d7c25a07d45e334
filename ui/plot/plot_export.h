#pragma once

#include <QString>

class QCustomPlot;
class QWidget;

namespace espalier {

// Writes a chart as svg, pdf, png or csv, by the file's suffix, as it is on screen; a sentence where that
// failed. The csv is what the chart was made from.
QString exportPlot(QCustomPlot& plot, const QString& csv, const QString& file);
QString exportWidget(QWidget& widget, const QString& csv, const QString& file);  // one that paints itself

}  // namespace espalier
