#pragma once

#include <QString>
#include <string>

#include "core/data/dataset.h"

namespace espalier {

// What data sets are called where they are chosen.

QString kindTitle(DataKind kind);
QString formatTitle(const std::string& format);
QString countsOf(const Dataset& data);  // "495 captions on 99 pictures"

}  // namespace espalier
