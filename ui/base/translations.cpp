#include "ui/base/translations.h"

#include <QGuiApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QTranslator>

#include "ui/base/language_fonts.h"

static void loadTranslationResources() {
  Q_INIT_RESOURCE(translations);
}

namespace espalier {

static const QString kOwnTexts = QStringLiteral(":/translations/espalier_");
static constexpr auto kLanguageKey = "language";

const std::vector<Language>& languages() {
  static const std::vector<Language> all = {{QStringLiteral("en"), QStringLiteral("English")},
                                            {QStringLiteral("de"), QStringLiteral("Deutsch")},
                                            {QStringLiteral("zh_CN"), QString::fromUtf8("简体中文")}};
  return all;
}

QString languageFor(const QLocale& locale) {
  for (const QString& tag : locale.uiLanguages()) {
    const QLocale wanted(tag);
    if (wanted.language() == QLocale::Chinese && wanted.script() == QLocale::TraditionalHanScript) continue;
    for (const auto& language : languages())
      if (QLocale(language.code).language() == wanted.language()) return language.code;
  }
  return QStringLiteral("en");
}

QString chosenLanguage() {
  return QSettings().value(kLanguageKey).toString();
}

void chooseLanguage(const QString& language) {
  QSettings().setValue(kLanguageKey, language);
}

void loadTranslations(QCoreApplication& app, const QLocale& locale) {
  loadTranslationResources();
  const QString language = languageFor(locale);
  auto* own = new QTranslator(&app);
  (void)own->load(QStringLiteral(":/translations/espalier_%1.qm").arg(language));
  app.installTranslator(own);
  if (qobject_cast<QGuiApplication*>(&app)) preferFontsOf(language);
  if (language == QLatin1String("en")) return;
  auto* qt = new QTranslator(&app);
  if (qt->load(QStringLiteral("qtbase_%1").arg(language), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
    app.installTranslator(qt);
}

QString spokenLanguage() {
  for (const auto* translator : qApp->findChildren<QTranslator*>())
    if (translator->filePath().startsWith(kOwnTexts)) return translator->language();
  return QStringLiteral("en");
}

}  // namespace espalier
