#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace espalier {

class JobRunner;

// The job under way in the status bar: what it does, how far it is, how long it takes yet, and a way to stop
// it. Shown only when it takes longer than a moment.
class JobIndicator : public QWidget {
  Q_OBJECT

 public:
  explicit JobIndicator(QWidget* parent = nullptr);

  void watch(JobRunner& runner);
  void stopAll();
  bool isBusy() const;

 Q_SIGNALS:
  void busyChanged();

 private:
  JobRunner* shownJob() const;  // that began last
  void refresh();

  QList<JobRunner*> m_runners;
  QLabel* m_label;
  QProgressBar* m_bar;
  QLabel* m_detail;
  QToolButton* m_stop;
  QTimer m_appear;
};

}  // namespace espalier
