#pragma once

#include <QString>
#include <QStringList>

#include "core/document/lesson.h"

namespace espalier {

// The lessons that come with the program, by name, in the order in which they build on each other.
QStringList bundledLessons();
// One of them, or one of a file. Throws Error naming what is wrong with it.
Lesson openLesson(const QString& nameOrFile);

}  // namespace espalier
