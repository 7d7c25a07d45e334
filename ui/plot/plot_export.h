#pragma once

#include <QString>

class QCustomPlot;

namespace espalier {

// Writes a chart as what the file's suffix says: svg, pdf, png (at twice its size on screen) or, from `csv`, csv.
// Returns an empty text, or one sentence saying what went wrong; nothing half-written stays.
QString exportPlot(QCustomPlot& plot, const QString& csv, const QString& file);

}  // namespace espalier
