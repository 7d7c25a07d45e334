#include "ui/lesson/bundled_lessons.h"

#include <QFile>

#include "core/base/error.h"
#include "core/base/json.h"
#include "ui/base/format.h"

static void loadLessons() {
  Q_INIT_RESOURCE(lessons);
}

namespace espalier {

QStringList bundledLessons() {
  return {"weights", "budgets", "noise", "caps", "recovery"};
}

Lesson openLesson(const QString& nameOrFile) {
  if (!bundledLessons().contains(nameOrFile)) return readLesson(toPath(nameOrFile));
  loadLessons();
  QFile file(QStringLiteral(":/lessons/%1.lesson").arg(nameOrFile));
  if (!file.open(QIODevice::ReadOnly))
    throw Error(ErrorKind::Io, "The lesson \"" + nameOrFile.toStdString() + "\" is not in this program.");
  const std::string where = nameOrFile.toStdString() + ".lesson";
  return lessonFromJson(parseJson(file.readAll().toStdString(), where), nameOrFile.toStdString(), where);
}

}  // namespace espalier
