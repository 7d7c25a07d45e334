#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTemporaryDir>
#include <vector>

namespace espalier {

class MainWindow;

// How long it takes from the start of the program until the window is painted and until its model can be
// worked with; and from asking for a project with many runs until it is painted. Prints both and quits the
// program: figures of docs/performance.md.
class OpeningMeasure : public QObject {
  Q_OBJECT

 public:
  // runs: of the project.
  OpeningMeasure(MainWindow& window, int runs, QObject* parent = nullptr);

  void start();  // when the window has been shown and its model asked for

  // Milliseconds since the process began, libraries being loaded included.
  static double sinceProcessStart();

 private:
  void painted();
  void makeProject();
  void openAgain();

  MainWindow& m_window;
  int m_runs;
  double m_shown = 0;
  QTemporaryDir m_folder;
  QString m_project;
  QElapsedTimer m_clock;
  std::vector<double> m_times;
};

}  // namespace espalier
