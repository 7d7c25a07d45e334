#pragma once

#include <QPointer>
#include <QTimer>
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
  std::function<QString()> text;         // may give simple HTML; asked again while the step is shown
  std::function<QWidget*()> where = {};  // may be empty, or give null: the middle of the window
  std::function<void()> act = {};        // may be empty
  // What has to be over before the tour goes on, for people; empty, or nothing given: it may.
  std::function<QString()> waitsFor = {};
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
  void goOn();  // unless the step waits for something
  void end();
  bool isEnded() const { return m_ended; }
  QString text() const;  // as it is shown, simple HTML

 Q_SIGNALS:
  void ended();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void follow();  // what the window has become meanwhile
  void place();
  QRect target() const;

  std::vector<TourStep> m_steps;
  int m_at = -1;
  bool m_ended = false;
  QPointer<QWidget> m_where;
  QRect m_placedAt;
  QTimer m_watch;
  QWidget* m_bubble;
  QLabel *m_title, *m_text, *m_waits, *m_place;
  QPushButton *m_back, *m_next, *m_close;
};

}  // namespace espalier
