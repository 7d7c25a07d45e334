// espalier-measure: drives the real window by script. It measures what docs/performance.md says of it and
// takes the pictures of docs/guide.md. It is built with the tests and not installed.
#include <QApplication>
#include <QCommandLineParser>
#include <QLocale>
#include <QSettings>
#include <QTemporaryDir>
#include <cstdio>
#include <memory>

#include "app/measure/answer_measure.h"
#include "app/measure/drag_measure.h"
#include "app/measure/explain_measure.h"
#include "app/measure/handouts.h"
#include "app/measure/opening_measure.h"
#include "app/measure/screenshots.h"
#include "core/base/numerics.h"
#include "ui/base/preferences.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"
#include "ui/window/main_window.h"

// Long: the options, one after the other.
int main(int argc, char** argv) {
  using namespace espalier;
  QCoreApplication::setOrganizationName("espalier");
  QCoreApplication::setApplicationName("espalier");
  QCoreApplication::setApplicationVersion(ESPALIER_VERSION);
  prepareNumerics(0);
  QApplication app(argc, argv);
  QCommandLineParser given;
  const QCommandLineOption screenshots(
      "screenshots",
      "Take the sample through the whole job and write pictures of it; of a project, every pane and window.",
      "folder"),
      handouts("handouts", "Go through the bundled lessons and write their handouts.", "folder"),
      drag("drag", "Drag bars of the model's plan and print how long a repaint takes."),
      opening(
          "opening",
          "Print how long it takes from the start until the window and its model are there, and to open a "
          "project with many runs."),
      runs("runs", "With --opening: how many runs the project has.", "count", "100"),
      explain("explain", "Explain pairs one after the other and print how long each takes."),
      pairs("pairs", "With --drag: repeat the test pairs until there are so many.", "count", "0"),
      answers("answers", "Drag bars of the model's plan and print how long answers take from letting go."),
      refine("refine", "With --answers: refinements of the pruning, as refit or swaps,refit.", "names"),
      size("size", "The size of the window in pictures.", "WxH", "1280x800"),
      dark("dark", "Take all pictures in dark colours."),
      language("language", "The language of the window: en, de or zh_CN.", "code", "en"),
      font("font", "The size of the type in percent of the system's.", "percent", "100");
  given.addOptions({screenshots, handouts, drag, pairs, answers, refine, explain, opening, runs, size, dark,
                    language, font});
  given.addPositionalArgument("model", "A model folder or project; the bundled sample without.", "[model]");
  given.addHelpOption();
  given.process(app);
  int asked = 0;
  for (const auto& what : {screenshots, handouts, drag, answers, explain, opening})
    asked += given.isSet(what);
  if (asked != 1) {
    std::fprintf(
        stderr,
        "One of --screenshots, --handouts, --drag, --answers, --explain and --opening was expected.\n");
    return 2;
  }
  // The program as it comes; a person's settings are left alone.
  QTemporaryDir fresh;
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, fresh.path());
  loadTranslations(app, QLocale(given.value(language)));
  QLocale::setDefault(QLocale(given.value(language)));
  applyAppearance(app, given.isSet(dark) ? Appearance::Dark : Appearance::Light);
  applyFontPercent(app, given.value(font).toInt());

  MainWindow window;
  window.show();
  const QStringList wanted = given.value(size).split('x');
  Screenshots camera(window, given.value(screenshots),
                     QSize(wanted.value(0).toInt(), wanted.value(1).toInt()), given.isSet(dark),
                     given.positionalArguments().value(0));
  // A lesson stands in a window of its own where there is work in this one.
  std::unique_ptr<MainWindow> other;
  QObject::connect(&window, &MainWindow::lessonWanted, &app, [&other](const QString& lesson) {
    other = std::make_unique<MainWindow>();
    other->show();
    other->startLesson(lesson);
  });
  DragMeasure measure(window, given.value(pairs).toInt());
  ExplainMeasure explained(window);
  OpeningMeasure opened(window, given.value(runs).toInt());
  AnswerMeasure answered(window, given.value(refine).toStdString());
  Handouts written(given.value(handouts));
  if (given.isSet(screenshots)) {
    camera.start();
  } else if (given.isSet(handouts)) {
    written.start();
  } else {
    const QString model = given.positionalArguments().value(0);
    model.isEmpty() ? window.openSample() : window.open(model);
    if (given.isSet(drag)) measure.start();
    if (given.isSet(answers)) answered.start();
    if (given.isSet(explain)) explained.start();
    if (given.isSet(opening)) opened.start();
  }
  return app.exec();
}
