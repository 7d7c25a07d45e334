#include "app/measure/scripted_mouse.h"

#include <QApplication>
#include <QMouseEvent>
#include <QWidget>

namespace espalier {

void sendMouse(QWidget* surface, QEvent::Type type, const QPoint& at) {
  const auto button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
  const auto buttons = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
  QMouseEvent event(type, at, surface->mapToGlobal(at), button, buttons, Qt::NoModifier);
  QApplication::sendEvent(surface, &event);
}

}  // namespace espalier
