#pragma once

#include <QIcon>

namespace espalier {

// A line drawing of resources/icons in the colour of the text around it; follows light and dark by itself,
// sharp at any size.
QIcon lineIcon(const QString& name);
QIcon programIcon();

}  // namespace espalier
