#pragma once

#include <QObject>
#include <vector>

namespace espalier {

class MainWindow;

// Drags bars of the open plan, every matrix a bar of its own, by the events a mouse makes, prints how long it
// takes from a move until everything that it changes is painted, and quits the program: the figures of
// docs/performance.md.
class DragMeasure : public QObject {
  Q_OBJECT

 public:
  // pairs: so many test pairs, the model's own again and again; 0: as they are.
  DragMeasure(MainWindow& window, int pairs, QObject* parent = nullptr);

  void start();  // as soon as a model is open

 private:
  void run();
  std::vector<double> drag(int column, int moves);  // milliseconds of each move

  MainWindow& m_window;
  int m_pairs;
};

}  // namespace espalier
