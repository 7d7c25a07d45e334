#pragma once

#include <QEvent>
#include <QPoint>

class QWidget;

namespace espalier {

// The left button pressed, moved or let go at a point of a widget, as the program does it to itself to be
// measured.
void sendMouse(QWidget* surface, QEvent::Type type, const QPoint& at);

}  // namespace espalier
