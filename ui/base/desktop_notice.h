#pragma once

#include <QString>

namespace espalier {

// Tells a person who looks elsewhere: the desktop shows the text for a while, where it has notifications
// (org.freedesktop.Notifications). Does not wait for it.
void showDesktopNotice(const QString& title, const QString& text);

}  // namespace espalier
