#include "ui/base/language_fonts.h"

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QStringList>

namespace espalier {

void preferFontsOf(const QString& language) {
  if (language != QLatin1String("zh_CN")) return;
  QFont font = QGuiApplication::font();
  QStringList families = font.families();
  const QStringList installed = QFontDatabase::families();
  for (const char* name : {"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
                           "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"}) {
    const QString family = QString::fromLatin1(name);
    if (installed.contains(family) && !families.contains(family)) families << family;
  }
  font.setFamilies(families);
  QGuiApplication::setFont(font);
}

}  // namespace espalier
