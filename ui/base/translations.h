#pragma once

#include <QString>
#include <vector>

class QCoreApplication;
class QLocale;

namespace espalier {

// A language that the window speaks.
struct Language {
  QString code;  // as its file of translations and a locale have it: "de", "zh_CN"
  QString name;  // in the language itself
};

// All of them, English first.
const std::vector<Language>& languages();

// The code of a person's first language that the window speaks; "en" where there is none. Chinese is the
// simplified script, whatever the country: who reads the traditional one gets another language of theirs, or
// English.
QString languageFor(const QLocale& locale);

// The language a person chose in the window, by its code; empty: the system's. Read when the program starts.
QString chosenLanguage();
void chooseLanguage(const QString& language);

// Makes the program speak the language of the locale: its own texts and those of Qt's dialogs. English, with
// its plurals, where that language is not among the translations. Letters that the system's font lacks come
// from a font of the language (language_fonts.h). Before the first window.
void loadTranslations(QCoreApplication& app, const QLocale& locale);

// The language that the program speaks since then, as the files of its texts are named ("de"); "en" without
// any.
QString spokenLanguage();

}  // namespace espalier
