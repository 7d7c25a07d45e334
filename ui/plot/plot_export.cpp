#include "ui/plot/plot_export.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <functional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "ui/base/format.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

struct PlotExportText {
  Q_DECLARE_TR_FUNCTIONS(PlotExport)
};

// What is to be written: how large it is, and how it is drawn.
struct Drawing {
  QSize size;
  std::function<void(QCPPainter&)> draw;
};

QByteArray svgOf(const Drawing& drawing) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(drawing.size);
  svg.setViewBox(QRect(QPoint(), drawing.size));
  svg.setTitle(QStringLiteral("Espalier"));
  QCPPainter painter;
  painter.begin(&svg);
  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  drawing.draw(painter);
  painter.end();
  return bytes;
}

QByteArray pdfOf(const Drawing& drawing) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  pdf.setResolution(96);
  pdf.setPageMargins(QMarginsF());
  pdf.setPageSize(QPageSize(QSizeF(drawing.size) * 25.4 / 96, QPageSize::Millimeter));
  QCPPainter painter;
  painter.begin(&pdf);
  painter.setMode(QCPPainter::pmVectorized);
  painter.setMode(QCPPainter::pmNoCaching);
  drawing.draw(painter);
  painter.end();
  return bytes;
}

QByteArray pngOf(const Drawing& drawing) {
  constexpr int kScale = 2;
  QImage image(drawing.size * kScale, QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(kScale);
  image.fill(Qt::transparent);
  QCPPainter painter;
  painter.begin(&image);
  drawing.draw(painter);
  painter.end();
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QString write(const Drawing& drawing, const QString& csv, const QString& path) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  QByteArray bytes;
  if (suffix == "svg")
    bytes = svgOf(drawing);
  else if (suffix == "pdf")
    bytes = pdfOf(drawing);
  else if (suffix == "png")
    bytes = pngOf(drawing);
  else if (suffix == "csv")
    bytes = csv.toUtf8();
  else
    return PlotExportText::tr(
               "%1 is no kind of file that a chart can be written as; svg, pdf, png and csv are.")
        .arg(path);
  try {
    writeFileAtomically(toPath(path), std::string_view(bytes.constData(), size_t(bytes.size())));
  } catch (const Error& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

}  // namespace

QString exportPlot(QCustomPlot& plot, const QString& csv, const QString& path) {
  return write(
      {plot.size(), [&](QCPPainter& painter) { plot.toPainter(&painter, plot.width(), plot.height()); }}, csv,
      path);
}

QString exportWidget(QWidget& widget, const QString& csv, const QString& path) {
  return write({widget.size(), [&](QCPPainter& painter) { widget.render(&painter); }}, csv, path);
}

}  // namespace espalier
