#include "ui/controllers/report_pdf.h"

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QUrl>

#include "core/base/file.h"
#include "core/report/svg_chart.h"
#include "ui/base/format.h"

namespace espalier {

namespace {

QImage drawn(const std::string& svg, int width) {
  QSvgRenderer renderer(QByteArray::fromStdString(svg));
  const QSize size = renderer.defaultSize().scaled(width, 10000, Qt::KeepAspectRatio);
  QImage image(size, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  renderer.render(&painter);
  return image;
}

// Knows the pictures that stand inside the text.
class ReportDocument : public QTextDocument {
 protected:
  QVariant loadResource(int type, const QUrl& name) override {
    const QString said = name.toString();
    const auto comma = said.indexOf(',');
    if (!said.startsWith("data:") || comma < 0) return QTextDocument::loadResource(type, name);
    return QImage::fromData(QByteArray::fromBase64(said.mid(comma + 1).toLatin1()))
        .scaled(96, 96, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  }
};

}  // namespace

void writePdfReport(const QString& path, const ReportContent& content) {
  constexpr int kDpi = 96, kChartPixels = 1800, kChartWidth = 640;
  ReportOptions options;
  options.linkCharts = options.plainLayout = true;
  ReportDocument document;
  document.setDefaultFont(QFont(QStringLiteral("sans-serif"), 9));
  QString html = QString::fromStdString(htmlReport(content, options));
  // Numbers in columns as wide as the page; names and values stay together.
  html.replace("<table><tr><th>Group", "<table width=\"100%\"><tr><th width=\"48%\">Group");
  html.replace("<table><tr><th>", "<table width=\"100%\"><tr><th width=\"19%\">");
  html.replace(" %<", "&nbsp;%<");  // a number keeps its sign
  // A heading stands on the page of what it is over.
  for (const char* heading : {"Plan", "Accuracy against sparsity"})
    html.replace(QStringLiteral("<h2>%1<").arg(heading),
                 QStringLiteral("<h2 style=\"page-break-before:always\">%1<").arg(heading));
  const auto chart = [&](const QString& name, const std::string& svg) {
    const QImage image = drawn(svg, kChartPixels);
    document.addResource(QTextDocument::ImageResource, QUrl(name), image);
    // Both sides: with the width alone the picture would keep its height.
    html.replace(name + "\">", QStringLiteral("%1\" width=\"%2\" height=\"%3\">")
                                   .arg(name)
                                   .arg(kChartWidth)
                                   .arg(image.isNull() ? 1 : kChartWidth * image.height() / image.width()));
  };
  chart("chart-plan.svg", planSvg(content.plan, content.scores.has_value()));
  chart("chart-sweep.svg", sweepSvg(content.sweep));
  document.setHtml(html);

  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  pdf.setResolution(kDpi);
  pdf.setPageSize(QPageSize(QPageSize::A4));
  pdf.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout::Millimeter);
  pdf.setTitle(text(content.title));
  document.setPageSize(QSizeF(pdf.pageLayout().paintRectPixels(kDpi).size()));
  document.print(&pdf);
  buffer.close();

  writeFileAtomically(toPath(path), std::string_view(bytes.constData(), size_t(bytes.size())));
}

}  // namespace espalier
