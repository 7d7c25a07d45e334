#include "ui/plot/plot_export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "ui/plot/qcp.h"

namespace espalier {

namespace {

QString tr(const char* source) {
  return QCoreApplication::translate("PlotExport", source);
}

QByteArray svgOf(QCustomPlot& plot) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(plot.size());
  svg.setViewBox(plot.rect());
  svg.setTitle(QStringLiteral("Espalier"));
  QCPPainter painter;
  painter.begin(&svg);
  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  plot.toPainter(&painter, plot.width(), plot.height());
  painter.end();
  return bytes;
}

QByteArray pdfOf(QCustomPlot& plot) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  pdf.setResolution(96);
  pdf.setPageMargins(QMarginsF());
  pdf.setPageSize(QPageSize(QSizeF(plot.width(), plot.height()) * 25.4 / 96, QPageSize::Millimeter));
  QCPPainter painter;
  painter.begin(&pdf);
  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  plot.toPainter(&painter, plot.width(), plot.height());
  painter.end();
  return bytes;
}

QByteArray pngOf(QCustomPlot& plot) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  plot.toPixmap(plot.width(), plot.height(), 2).save(&buffer, "PNG");
  return bytes;
}

}  // namespace

QString exportPlot(QCustomPlot& plot, const QString& csv, const QString& path) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  if (suffix == "svg")
    bytes = svgOf(plot);
  else if (suffix == "pdf")
    bytes = pdfOf(plot);
  else if (suffix == "png")
    bytes = pngOf(plot);
  else if (suffix == "csv")
    bytes = csv.toUtf8();
  else
    return tr("%1 is no kind of file that a chart can be written as; svg, pdf, png and csv are.").arg(path);
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
    return tr("%1 cannot be written: %2.").arg(path, file.errorString());
  return {};
}

}  // namespace espalier
