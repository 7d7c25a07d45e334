#include "ui/base/language_fonts.h"

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QStringList>

namespace espalier {

void preferFontsOf(const QString& language) {
  static const QFont system = QGuiApplication::font();
  QStringList families = system.families();
  if (language == QLatin1String("zh_CN")) {
    // Behind a family that the system names. Where it only says "Sans Serif" the first of these draws all
    // letters, so that lines are as high as its characters.
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
