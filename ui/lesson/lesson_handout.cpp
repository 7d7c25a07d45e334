// What a learner takes home of a lesson.
#include <QBuffer>
#include <QDate>
#include <QGuiApplication>
#include <QImage>
#include <QLocale>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextDocument>

#include "core/base/error.h"
#include "core/base/file.h"
#include "ui/base/format.h"
#include "ui/lesson/lesson_panel.h"

namespace espalier {

namespace {

constexpr int kHandoutChart = 600;  // pixels on the page
constexpr double kDotsPerInch = 96, kMarginMm = 18;

QString dataUriOf(const QImage& image) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return QStringLiteral("data:image/png;base64,") + QString::fromLatin1(bytes.toBase64());
}

// Knows the pictures that stand inside the text.
class HandoutDocument : public QTextDocument {
 protected:
  QVariant loadResource(int type, const QUrl& name) override {
    if (name.isLocalFile()) return QImage(name.toLocalFile());
    const QString said = name.toString();
    const auto comma = said.indexOf(',');
    if (!said.startsWith("data:") || comma < 0) return QTextDocument::loadResource(type, name);
    return QImage::fromData(QByteArray::fromBase64(said.mid(comma + 1).toLatin1()));
  }
};

}  // namespace

QString LessonPanel::handout(bool teacher) const {
  QString html = QStringLiteral("<h1>%1</h1><p>%2 \u00b7 Espalier</p>")
                     .arg(espalier::text(m_lesson.title).toHtmlEscaped(),
                          QLocale().toString(QDate::currentDate(), QLocale::LongFormat));
  if (!m_lesson.summary.empty()) html += QStringLiteral("<p>%1</p>").arg(espalier::text(m_lesson.summary));
  for (size_t i = 0; i < m_lesson.steps.size(); ++i) {
    const auto& step = m_lesson.steps[i];
    const auto said = m_said.find(int(i));
    if (said == m_said.end()) continue;  // not reached
    html += QStringLiteral("<h3>%1. %2</h3>%3")
                .arg(i + 1)
                .arg(espalier::text(step.title).toHtmlEscaped(), said->second);
    if (const auto chart = m_charts.find(int(i)); chart != m_charts.end())
      html += QStringLiteral("<p><img src=\"%1\" width=\"%2\"></p>")
                  .arg(dataUriOf(chart->second))
                  .arg(kHandoutChart);
    if (!step.question) continue;
    html += QStringLiteral("<p><b>%1</b><br>").arg(m_run.filledIn(step.question->ask));
    const auto answered = m_answered.find(int(i));
    html += answered == m_answered.end()
                ? tr("Not answered.")
                : (answered->second.right ? QStringLiteral("\u2713 ") : QStringLiteral("\u2717 ")) +
                      answered->second.given.toHtmlEscaped();
    html += QStringLiteral("</p>");
  }
  if (!teacher) return html;
  html += QStringLiteral("<h2 style=\"page-break-before:always\">%1</h2><p>%2</p>")
              .arg(tr("For the teacher"), tr("About %1 minutes.").arg(m_lesson.minutes));
  for (const auto& paragraph : m_lesson.teacher)
    html += QStringLiteral("<p>%1</p>").arg(espalier::text(paragraph));
  html += QStringLiteral("<h3>%1</h3><ol>").arg(tr("The questions and their answers"));
  for (const auto& step : m_lesson.steps) {
    if (!step.question) continue;
    const auto& q = *step.question;
    QString answer;
    if (q.kind == "choice") answer = m_run.filledIn(q.choices[size_t(q.answer)]);
    if (q.kind == "number")
      answer = tr("%1 in this run; a guess may be %2 away").arg(m_run.value(q.value)).arg(q.within);
    if (q.kind == "compare") answer = m_run.comparison(q.first, q.second);
    html += QStringLiteral("<li>%1<br><i>%2</i>").arg(m_run.filledIn(q.ask), answer);
    if (!q.right.empty()) html += QStringLiteral("<br>%1").arg(m_run.filledIn(q.right));
    html += QStringLiteral("</li>");
  }
  return html + QStringLiteral("</ol>");
}

QString LessonPanel::writeHandout(const QString& file, bool teacher) const {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter pdf(&buffer);
    pdf.setResolution(int(kDotsPerInch));
    pdf.setPageSize(QPageSize(QPageSize::A4));
    pdf.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
    pdf.setTitle(espalier::text(m_lesson.title));
    HandoutDocument document;
    QFont type = QGuiApplication::font();  // has the letters of the window's language
    type.setPointSize(10);
    document.setDefaultFont(type);
    document.setDocumentMargin(0);
    document.setPageSize(QSizeF(pdf.width(), pdf.height()));
    document.setHtml(handout(teacher));
    document.print(&pdf);
  }
  try {
    writeFileAtomically(toPath(file), std::string_view(bytes.constData(), size_t(bytes.size())));
  } catch (const Error& e) {
    return QString::fromUtf8(e.what());
  }
  return {};
}

}  // namespace espalier
