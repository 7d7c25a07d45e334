#include "ui/base/desktop_notice.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QGuiApplication>
#include <QVariantMap>

namespace espalier {

void showDesktopNotice(const QString& title, const QString& text) {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  const QString service = QStringLiteral("org.freedesktop.Notifications");
  auto call = QDBusMessage::createMethodCall(service, QStringLiteral("/org/freedesktop/Notifications"),
                                             service, QStringLiteral("Notify"));
  const QString program = QGuiApplication::desktopFileName();
  constexpr uint kNew = 0;
  constexpr int kByItsOwnTime = -1;
  call << QGuiApplication::applicationDisplayName() << kNew << program << title << text << QStringList()
       << QVariantMap{{QStringLiteral("desktop-entry"), program}} << kByItsOwnTime;
  bus.send(call);
}

}  // namespace espalier
