#include "ui/controllers/report_pdf.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QTextFrame>
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
    const QString address = name.toString();
    const auto comma = address.indexOf(',');
    if (!address.startsWith("data:") || comma < 0) return QTextDocument::loadResource(type, name);
    return QImage::fromData(QByteArray::fromBase64(address.mid(comma + 1).toLatin1()))
        .scaled(96, 96, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  }
};

// A line may end after a sign inside words that are too long for a column: paths and names of tensors. The
// recipe stays as it is, to be copied.
QString withBreaks(const QString& html) {
  static const QRegularExpression word("[^\\s<>&;]{24,}"), sign("([/_.-])(?=.)");
  QString out;
  bool inTag = false, inRecipe = false;
  qsizetype from = 0;
  const auto take = [&](qsizetype to) {
    QString part = html.mid(from, to - from);
    if (!inTag && !inRecipe) {
      qsizetype at = 0;
      for (auto match = word.match(part, at); match.hasMatch(); match = word.match(part, at)) {
        QString broken = match.captured();
        broken.replace(sign, QStringLiteral("\\1\u200b"));
        part.replace(match.capturedStart(), match.capturedLength(), broken);
        at = match.capturedStart() + broken.size();
      }
    }
    if (inTag) inRecipe = part.startsWith("<pre") || (inRecipe && !part.startsWith("</pre"));
    out += part;
    from = to;
  };
  for (qsizetype i = 0; i < html.size(); ++i) {
    if (!inTag && html[i] == '<') {
      take(i);
      inTag = true;
    } else if (inTag && html[i] == '>') {
      take(i + 1);
      inTag = false;
    }
  }
  take(html.size());
  return out;
}

// A small table, as of a pair with its picture, goes to the next page whole.
void keepTogether(QTextDocument& document) {
  const double page = document.pageSize().height();
  for (QTextFrame* frame : document.rootFrame()->childFrames()) {
    const QRectF place = document.documentLayout()->frameBoundingRect(frame);
    if (place.height() > page / 3 || int(place.top() / page) == int((place.bottom() - 1) / page)) continue;
    QTextFrameFormat format = frame->frameFormat();
    format.setPageBreakPolicy(QTextFormat::PageBreak_AlwaysBefore);
    frame->setFrameFormat(format);
  }
}

}  // namespace

std::unique_ptr<QTextDocument> reportDocument(const ReportContent& content, const QSizeF& page) {
  constexpr int kChartPixels = 1800, kChartWidth = 640;
  ReportOptions options;
  options.linkCharts = options.plainLayout = true;
  auto made = std::make_unique<ReportDocument>();
  QTextDocument& document = *made;
  document.setDefaultFont(QFont(QStringLiteral("sans-serif"), 9));
  QTextOption whole = document.defaultTextOption();
  whole.setWrapMode(QTextOption::WordWrap);
  document.setDefaultTextOption(whole);
  QString html = withBreaks(QString::fromStdString(htmlReport(content, options)));
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
  document.setPageSize(page);
  keepTogether(document);
  return made;
}

void writePdfReport(const QString& path, const ReportContent& content) {
  constexpr int kDpi = 96;
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  pdf.setResolution(kDpi);
  pdf.setPageSize(QPageSize(QPageSize::A4));
  pdf.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout::Millimeter);
  pdf.setTitle(text(content.title));
  reportDocument(content, QSizeF(pdf.pageLayout().paintRectPixels(kDpi).size()))->print(&pdf);
  buffer.close();

  writeFileAtomically(toPath(path), std::string_view(bytes.constData(), size_t(bytes.size())));
}

}  // namespace espalier
