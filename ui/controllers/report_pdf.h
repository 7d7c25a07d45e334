#pragma once

#include <QSizeF>
#include <QString>
#include <QTextDocument>
#include <memory>

#include "core/report/html_report.h"

namespace espalier {

// The report as it is printed on pages of this size (pixels at 96 dpi): words are whole, and a pair's picture
// stays with its question.
std::unique_ptr<QTextDocument> reportDocument(const ReportContent& content, const QSizeF& page);

// The report as an A4 document. Throws Error naming the file.
void writePdfReport(const QString& file, const ReportContent& content);

}  // namespace espalier
