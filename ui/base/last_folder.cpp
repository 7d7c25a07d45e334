#include "ui/base/last_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace espalier {

namespace {

constexpr auto kAnyFolderKey = "lastFolder";

QString keyOf(FolderOf kind) {
  switch (kind) {
    case FolderOf::Models:
      return "lastModelFolder";
    case FolderOf::Projects:
      return "lastProjectFolder";
    case FolderOf::Data:
      return "lastDataFolder";
    case FolderOf::Exports:
      break;
  }
  return "lastExportFolder";
}

}  // namespace

QString lastFolder(FolderOf kind) {
  for (const QString& key : {keyOf(kind), QString(kAnyFolderKey)})
    if (const QString folder = QSettings().value(key).toString();
        !folder.isEmpty() && QFileInfo(folder).isDir())
      return folder;
  return QDir::homePath();
}

void rememberFolder(FolderOf kind, const QString& path) {
  if (path.isEmpty()) return;
  const QString folder = QFileInfo(QDir::cleanPath(path)).absolutePath();
  QSettings().setValue(keyOf(kind), folder);
  QSettings().setValue(kAnyFolderKey, folder);
}

}  // namespace espalier
