#include "ui/base/recent_folders.h"

#include <QSettings>

namespace espalier {

namespace {

constexpr auto kKey = "recentFolders";
constexpr int kMost = 10;

}  // namespace

RecentFolders::RecentFolders(QObject* parent) : QObject(parent) {}

QStringList RecentFolders::folders() const {
  return QSettings().value(kKey).toStringList();
}

void RecentFolders::add(const QString& folder) {
  QStringList all = folders();
  all.removeAll(folder);
  all.prepend(folder);
  while (all.size() > kMost) all.removeLast();
  QSettings().setValue(kKey, all);
  Q_EMIT changed();
}

void RecentFolders::clear() {
  QSettings().remove(kKey);
  Q_EMIT changed();
}

}  // namespace espalier
