#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>

#include "core/base/numerics.h"
#include "ui/base/theme.h"
#include "ui/window/main_window.h"
#include "ui/window/screenshots.h"

int main(int argc, char** argv) {
  using namespace espalier;
  prepareNumerics();
  QApplication app(argc, argv);
  QApplication::setOrganizationName("espalier");
  QApplication::setApplicationName("espalier");
  QApplication::setApplicationDisplayName("Espalier");
  QApplication::setApplicationVersion(ESPALIER_VERSION);
  QApplication::setDesktopFileName("espalier");

  QCommandLineParser commandLine;
  commandLine.setApplicationDescription(
      QCoreApplication::translate("main", "Prunes vision-language models to a plan."));
  commandLine.addHelpOption();
  commandLine.addVersionOption();
  commandLine.addPositionalArgument(
      "path",
      QCoreApplication::translate("main",
                                  "A model folder or a project file; without it the bundled sample is opened."),
      "[path]");
  const QCommandLineOption screenshots(
      "screenshots",
      QCoreApplication::translate(
          "main", "Take the sample through the whole job, write pictures of it to DIR and quit."),
      "DIR");
  commandLine.addOption(screenshots);
  commandLine.process(app);

  // Pictures are taken of the program as it comes, and leave a person's settings alone.
  QTemporaryDir fresh;
  if (commandLine.isSet(screenshots)) {
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, fresh.path());
  }
  applyAppearance(app, savedAppearance());
  MainWindow window;
  window.show();
  Screenshots camera(window, commandLine.value(screenshots));
  if (commandLine.isSet(screenshots)) {
    camera.start();
    return app.exec();
  }
  window.keepCopiesIn(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/unsaved");
  if (!commandLine.positionalArguments().isEmpty())
    window.open(commandLine.positionalArguments().first());
  else if (ModelController::hasSample())
    window.openSample();
  return app.exec();
}
