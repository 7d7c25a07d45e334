#include "ui/base/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

static void loadTranslationResources() {
  Q_INIT_RESOURCE(translations);
}

namespace espalier {

static constexpr auto kLanguageKey = "language";

QString chosenLanguage() {
  return QSettings().value(kLanguageKey).toString();
}

void chooseLanguage(const QString& language) {
  QSettings().setValue(kLanguageKey, language);
}

void loadTranslations(QCoreApplication& app, const QLocale& locale) {
  loadTranslationResources();
  auto* own = new QTranslator(&app);
  // English has a file for its plurals alone. The first language of the person's list that there is.
  if (!own->load(locale, QStringLiteral("espalier"), QStringLiteral("_"), QStringLiteral(":/translations")))
    (void)own->load(QStringLiteral(":/translations/espalier_en.qm"));
  app.installTranslator(own);
  if (own->language() == QLatin1String("en")) return;
  auto* qt = new QTranslator(&app);
  if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
               QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
    app.installTranslator(qt);
}

}  // namespace espalier
