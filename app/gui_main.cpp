#include <QApplication>
#include <QCommandLineParser>
#include <QLocale>
#include <QStandardPaths>
#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "core/base/device.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/base/numerics.h"
#include "core/remote/remote_engine.h"
#include "ui/base/icons.h"
#include "ui/base/preferences.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"
#include "ui/window/main_window.h"
#include "ui/window/windows.h"

namespace espalier {

namespace {

// What can be said on the command line. To be made when the translations are there.
struct CommandLine {
  QCommandLineParser parser;

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
    parser.addOption(
        {"engine",
         QCoreApplication::translate(
             "main",
             "Computes elsewhere: ssh://user@host[:port], or a command that starts espalier-cli serve; "
             "paths of models and data are paths there."),
         QCoreApplication::translate("main", "address")});
  }
};

void introduce(QCoreApplication& app) {
  QCoreApplication::setOrganizationName("espalier");
  QCoreApplication::setApplicationName("espalier");
  QCoreApplication::setApplicationVersion(ESPALIER_VERSION);
  const QString language = chosenLanguage();
  loadTranslations(app, language.isEmpty() ? QLocale() : QLocale(language));
}

// What the preferences say of computing. A device that is not there any more gives way to the processor.
void prepareComputing() {
  prepareNumerics(chosenThreads());
  if (const auto limit = chosenMemoryLimit()) setMemoryLimit(limit);
  try {
    if (const QString device = chosenDevice(); !device.isEmpty())
      setDefaultDevice(deviceNamed(device.toStdString()));
  } catch (const Error&) {
  }
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
  std::signal(SIGXFSZ, SIG_IGN);  // writing beyond a limit fails with a sentence instead
  if (asksForWords(argc, argv)) {
    QCoreApplication app(argc, argv);
    introduce(app);
    CommandLine().parser.process(app);
    return 0;
  }
  QCoreApplication::setOrganizationName("espalier");  // of the settings
  QCoreApplication::setApplicationName("espalier");
  prepareComputing();
  QApplication app(argc, argv);
  // Qt takes over the person's locale. Numbers in files (reports, charts, templates' texts) have a point in
  // every one; what the window shows is written by QLocale.
  std::setlocale(LC_NUMERIC, "C");
  introduce(app);
  QApplication::setApplicationDisplayName("Espalier");
  QApplication::setDesktopFileName("io.github.espalier.Espalier");
  QApplication::setWindowIcon(programIcon());
  CommandLine commandLine;
  commandLine.parser.process(app);

  ElsewherePtr engine;
  if (commandLine.parser.isSet("engine")) {
    try {
      engine =
          std::make_shared<RemoteEngine>(engineAddress(commandLine.parser.value("engine").toStdString()));
    } catch (const Error& error) {
      std::fprintf(stderr, "espalier: %s\n", error.what());
      return 2;
    }
  }
  applyAppearance(app, savedAppearance());
  applyFontPercent(app, chosenFontPercent());
  const QStringList paths = commandLine.parser.positionalArguments();
  Windows windows(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/unsaved", nullptr,
                  engine);
  MainWindow* first = windows.add();
  if (paths.isEmpty() && (engine || ModelController::hasSample())) first->openSample();
  for (const QString& path : paths) windows.open(path, path == paths.first() ? first : nullptr);
  return app.exec();
}
