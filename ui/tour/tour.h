#pragma once

#include <QPointer>
#include <QWidget>
#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace espalier {

// One station of a guided tour: what is pointed at, what is said, and what is done in the real window when it
// is reached.
struct TourStep {
  QString title;
  QString text;                     // may hold simple HTML
  std::function<QWidget*()> where;  // may be empty, or give null: the middle of the window
  std::function<void()> act;        // may be empty
};

// Leads through steps: the window is dimmed but for what is pointed at, and stays usable. Left and Right go,
// Escape ends.
class Tour : public QWidget {
  Q_OBJECT

 public:
  Tour(QWidget* window, std::vector<TourStep> steps);

  int at() const { return m_at; }
  int count() const { return int(m_steps.size()); }
  void go(int step);

 Q_SIGNALS:
  void ended();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void place();
  QRect target() const;

  std::vector<TourStep> m_steps;
  int m_at = -1;
  QPointer<QWidget> m_where;
  QWidget* m_bubble;
  QLabel *m_title, *m_text, *m_place;
  QPushButton *m_back, *m_next, *m_close;
};

}  // namespace espalier
