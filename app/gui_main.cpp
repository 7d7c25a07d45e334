#include <QApplication>
#include <QCommandLineParser>
#include <QLocale>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "core/base/numerics.h"
#include "ui/base/icons.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"
#include "ui/window/answer_measure.h"
#include "ui/window/drag_measure.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshots.h"
#include "ui/window/windows.h"

int main(int argc, char** argv) {
  using namespace espalier;
  prepareNumerics();
  QApplication app(argc, argv);
  QApplication::setOrganizationName("espalier");
  QApplication::setApplicationName("espalier");
  QApplication::setApplicationDisplayName("Espalier");
  QApplication::setApplicationVersion(ESPALIER_VERSION);
  QApplication::setDesktopFileName("io.github.espalier.Espalier");

  loadTranslations(app, QLocale());
  QApplication::setWindowIcon(programIcon());

  QCommandLineParser commandLine;
  commandLine.setApplicationDescription(
      QCoreApplication::translate("main", "Prunes vision-language models to a plan."));
  commandLine.addHelpOption();
  commandLine.addVersionOption();
  commandLine.addPositionalArgument(
      "path",
      QCoreApplication::translate(
          "main", "Model folders and project files, each for a window; without any the bundled sample is opened."),
      "[path...]");
  const QCommandLineOption screenshots(
      "screenshots",
      QCoreApplication::translate(
          "main", "Take the sample through the whole job, write pictures of it to DIR and quit."),
      "DIR");
  commandLine.addOption(screenshots);
  const QCommandLineOption measureDrag(
      "measure-drag",
      QCoreApplication::translate("main", "Drag bars of the path's plan, print how long a repaint takes, and quit."));
  commandLine.addOption(measureDrag);
  const QCommandLineOption measureAnswers(
      "measure-answers",
      QCoreApplication::translate(
          "main", "Drag bars of the path's plan, print how long answers take from letting go, and quit."));
  commandLine.addOption(measureAnswers);
  commandLine.process(app);

  // Pictures are taken of the program as it comes, and leave a person's settings alone.
  QTemporaryDir fresh;
  const bool scripted = commandLine.isSet(screenshots) || commandLine.isSet(measureDrag) ||
                        commandLine.isSet(measureAnswers);
  if (scripted) {
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, fresh.path());
  }
  applyAppearance(app, savedAppearance());
  const QStringList paths = commandLine.positionalArguments();
  if (scripted) {
    MainWindow window;
    window.show();
    Screenshots camera(window, commandLine.value(screenshots));
    DragMeasure measure(window);
    AnswerMeasure answers(window);
    if (commandLine.isSet(screenshots)) {
      camera.start();
    } else {
      paths.isEmpty() ? window.openSample() : window.open(paths.first());
      commandLine.isSet(measureDrag) ? measure.start() : answers.start();
    }
    return app.exec();
  }
  Windows windows(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/unsaved");
  MainWindow* first = windows.add();
  if (paths.isEmpty() && ModelController::hasSample()) first->openSample();
  for (const QString& path : paths) windows.open(path, path == paths.first() ? first : nullptr);
  return app.exec();
}
