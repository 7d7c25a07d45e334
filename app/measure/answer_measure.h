#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPoint>
#include <QTimer>
#include <vector>

namespace espalier {

class MainWindow;

// Drags bars of a small model's plan and prints how long it takes from letting go until answers to the new
// plan stand in the window: calibrated on the dense model, then on pruned blocks. Then it quits the program.
class AnswerMeasure : public QObject {
  Q_OBJECT

 public:
  // refinement: PruneOptions::refinement of what is measured.
  AnswerMeasure(MainWindow& window, std::string refinement, QObject* parent = nullptr);
  void start();

 private:
  // Of one drag, in ms from letting go: the first pairs of the first answer, all of it, the exact one.
  struct Times {
    double first = -1, all = -1, exact = -1;
  };

  void beginDrag();
  void move();
  void letGo();
  void onEvaluation();
  void print() const;
  bool isPruned() const;  // calibrated on pruned blocks

  MainWindow& m_window;
  std::string m_refinement;
  QTimer m_mouse;
  QElapsedTimer m_clock;
  QPoint m_from;
  int m_moves = 0;
  bool m_held = false;  // this drag stands still before it ends
  bool m_released = false;
  Times m_now;
  std::vector<Times> m_atOnce, m_afterRest;
};

}  // namespace espalier
