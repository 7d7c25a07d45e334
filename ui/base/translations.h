#pragma once

#include <QString>

class QCoreApplication;
class QLocale;

namespace espalier {

// The language a person chose in the window ("de", "en"); empty: the system's. Read when the program starts.
QString chosenLanguage();
void chooseLanguage(const QString& language);

// Makes the program speak the language of the locale: its own texts and those of Qt's dialogs. English, with
// its plurals, where that language is not among the translations. Before the first window.
void loadTranslations(QCoreApplication& app, const QLocale& locale);

}  // namespace espalier
