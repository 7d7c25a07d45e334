#include "ui/base/language_fonts.h"

#include <QFont>
#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>
#include <QStringList>

namespace espalier {

void preferFontsOf(const QString& language) {
  static const QFont system = QGuiApplication::font();
  QStringList families = system.families();
  if (language == QLatin1String("zh_CN")) {
    // By the name of what is drawn: "Sans Serif" is no family, and the next one would draw every letter.
    families = QStringList{QFontInfo(system).family()};
    const QStringList installed = QFontDatabase::families();
    for (const char* name : {"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
                             "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"})
      if (installed.contains(QString::fromLatin1(name))) families << QString::fromLatin1(name);
  }
  QFont font = QGuiApplication::font();
  if (font.families() == families) return;
  font.setFamilies(families);
  QGuiApplication::setFont(font);
}

}  // namespace espalier
