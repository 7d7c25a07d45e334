#pragma once

#include <QString>

namespace espalier {

// Where a person last opened or saved something of a kind; the program's dialogs begin there.
enum class FolderOf { Models, Projects, Data, Exports };

// The last one of that kind that is still there, else the last of any kind, else the home folder.
QString lastFolder(FolderOf kind);
// path: the file or folder that was opened or written; the folder it lies in is kept.
void rememberFolder(FolderOf kind, const QString& path);

}  // namespace espalier
