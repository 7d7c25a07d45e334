#pragma once

#include <QAction>
#include <QList>

namespace espalier {

// What can be set in a window beside its menus, as commands: every value of every choice ("Criterion:
// Wanda"), every field and box by its name, and what stands in submenus ("Appearance: Dark"). A command shows
// the pane or menu its field is in and goes there. The actions belong to `owner`.
QList<QAction*> optionCommands(QWidget& window, QObject* owner);

}  // namespace espalier
