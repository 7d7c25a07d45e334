#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <vector>

namespace espalier {

class ExplanationWindow;
class MainWindow;

// Prunes to the plan, opens the large view of pairs one after the other and prints how long it takes until
// both models' explanations are painted; then quits the program: figures of docs/performance.md.
class ExplainMeasure : public QObject {
  Q_OBJECT

 public:
  explicit ExplainMeasure(MainWindow& window, QObject* parent = nullptr);

  void start();  // as soon as a model is open and has been asked

 private:
  void ask();
  void answered();

  MainWindow& m_window;
  ExplanationWindow* m_view = nullptr;
  int m_pair = -1;
  QElapsedTimer m_clock;
  bool m_waitsForFirst = false;
  std::vector<double> m_firstTimes, m_times;
};

}  // namespace espalier
