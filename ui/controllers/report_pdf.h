#pragma once

#include <QString>

#include "core/report/html_report.h"

namespace espalier {

// The report as an A4 document. Throws Error naming the file.
void writePdfReport(const QString& file, const ReportContent& content);

}  // namespace espalier
