#pragma once

#include <QCoreApplication>
#include <QSettings>

namespace espalier::test {

// What the window remembers lies under this folder and not among a person's own settings.
inline void keepSettingsIn(const QString& folder) {
  QCoreApplication::setOrganizationName("espalier-test");
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder);
}

}  // namespace espalier::test
