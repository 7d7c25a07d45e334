#include <QApplication>
#include <QCommandLineParser>
#include <QLocale>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <algorithm>
#include <clocale>
#include <cstring>
#include <iterator>

#include "core/base/numerics.h"
#include "ui/base/chosen_threads.h"
#include "ui/base/icons.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"
#include "ui/window/answer_measure.h"
#include "ui/window/drag_measure.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshots.h"
#include "ui/window/windows.h"

namespace espalier {

namespace {

// What can be said on the command line. To be made when the translations are there.
struct CommandLine {
  QCommandLineParser parser;
  QCommandLineOption screenshots{
      "screenshots",
      QCoreApplication::translate(
          "main", "Take the sample through the whole job, write pictures of it to DIR and quit."),
      "DIR"};
  QCommandLineOption measureDrag{
      "measure-drag", QCoreApplication::translate(
                          "main", "Drag bars of the path's plan, print how long a repaint takes, and quit.")};
  QCommandLineOption measureAnswers{
      "measure-answers",
      QCoreApplication::translate(
          "main", "Drag bars of the path's plan, print how long answers take from letting go, and quit.")};

  CommandLine() {
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Prunes vision-language models to a plan."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        "path",
        QCoreApplication::translate(
            "main",
            "Model folders and project files, each for a window; without any the bundled sample is opened."),
        "[path...]");
    parser.addOptions({screenshots, measureDrag, measureAnswers});
  }
};

void introduce(QCoreApplication& app) {
  QCoreApplication::setOrganizationName("espalier");
  QCoreApplication::setApplicationName("espalier");
  QCoreApplication::setApplicationVersion(ESPALIER_VERSION);
  const QString language = chosenLanguage();
  loadTranslations(app, language.isEmpty() ? QLocale() : QLocale(language));
}

// Help and version are told where there is no screen, too.
bool asksForWords(int argc, char** argv) {
  const char* const asked[] = {"-h", "--help", "--help-all", "-v", "--version"};
  return std::any_of(argv + 1, argv + argc, [&](const char* given) {
    return std::any_of(std::begin(asked), std::end(asked),
                       [&](const char* name) { return std::strcmp(given, name) == 0; });
  });
}

}  // namespace

}  // namespace espalier

int main(int argc, char** argv) {
  using namespace espalier;
  if (asksForWords(argc, argv)) {
    QCoreApplication app(argc, argv);
    introduce(app);
    CommandLine().parser.process(app);
    return 0;
  }
  QCoreApplication::setOrganizationName("espalier");  // of the settings
  QCoreApplication::setApplicationName("espalier");
  prepareNumerics(chosenThreads());
  QApplication app(argc, argv);
  // Qt takes over the person's locale. Numbers in files (reports, charts, templates' texts) have a point in
  // every one; what the window shows is written by QLocale.
  std::setlocale(LC_NUMERIC, "C");
  introduce(app);
  QApplication::setApplicationDisplayName("Espalier");
  QApplication::setDesktopFileName("io.github.espalier.Espalier");
  QApplication::setWindowIcon(programIcon());
  CommandLine commandLine;
  const QCommandLineParser& given = commandLine.parser;
  commandLine.parser.process(app);

  // Pictures are taken of the program as it comes, and leave a person's settings alone.
  QTemporaryDir fresh;
  const bool scripted = given.isSet(commandLine.screenshots) || given.isSet(commandLine.measureDrag) ||
                        given.isSet(commandLine.measureAnswers);
  if (scripted) {
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, fresh.path());
  }
  applyAppearance(app, savedAppearance());
  const QStringList paths = given.positionalArguments();
  if (scripted) {
    MainWindow window;
    window.show();
    Screenshots camera(window, given.value(commandLine.screenshots));
    DragMeasure measure(window);
    AnswerMeasure answers(window);
    if (given.isSet(commandLine.screenshots)) {
      camera.start();
    } else {
      paths.isEmpty() ? window.openSample() : window.open(paths.first());
      given.isSet(commandLine.measureDrag) ? measure.start() : answers.start();
    }
    return app.exec();
  }
  Windows windows(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/unsaved");
  MainWindow* first = windows.add();
  if (paths.isEmpty() && ModelController::hasSample()) first->openSample();
  for (const QString& path : paths) windows.open(path, path == paths.first() ? first : nullptr);
  return app.exec();
}
