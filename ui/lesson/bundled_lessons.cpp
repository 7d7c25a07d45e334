#include "ui/lesson/bundled_lessons.h"

#include <QFile>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/document/lesson_texts.h"
#include "ui/base/format.h"
#include "ui/base/translations.h"

static void loadLessons() {
  Q_INIT_RESOURCE(lessons);
}

namespace espalier {

namespace {

// A file of the program; nothing where it has none of that name.
std::optional<nlohmann::json> jsonInside(const QString& name) {
  QFile file(":/lessons/" + name);
  if (!file.open(QIODevice::ReadOnly)) return {};
  return parseJson(file.readAll().toStdString(), name.toStdString());
}

}  // namespace

QStringList bundledLessons() {
  return {"tour", "weights", "budgets", "noise", "caps", "recovery"};
}

Lesson openLesson(const QString& nameOrFile) {
  if (!bundledLessons().contains(nameOrFile)) return readLesson(toPath(nameOrFile));
  loadLessons();
  const auto json = jsonInside(nameOrFile + ".lesson");
  if (!json)
    throw Error(ErrorKind::Io, "The lesson \"" + nameOrFile.toStdString() + "\" is not in this program.");
  const Lesson lesson = lessonFromJson(*json, nameOrFile.toStdString(), nameOrFile.toStdString() + ".lesson");
  const QString table = QStringLiteral("%1.%2.json").arg(nameOrFile, spokenLanguage());
  const auto texts = jsonInside(table);
  return texts ? translated(lesson, lessonTextsFromJson(*texts, table.toStdString())) : lesson;
}

}  // namespace espalier
