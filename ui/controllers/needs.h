#pragma once

#include <QString>

namespace espalier {

// In place of a job's title in failed(): it was not begun for want of data, and can be asked for again when
// there are some.
inline const QString kNeedsCalibration = QStringLiteral("needs calibration pairs");

}  // namespace espalier
