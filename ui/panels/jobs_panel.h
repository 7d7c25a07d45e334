#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <memory>
#include <vector>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QToolButton;
class QVBoxLayout;

namespace espalier {

class JobRunner;

// All jobs: what runs and what waits, how far each is, a way to cancel it; the memory in use; and a log of
// what ended, how and after how long.
class JobsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit JobsPanel(QWidget* parent = nullptr);

  void watch(JobRunner& runner);
  QStringList log() const;
  // The log goes to this file as well, and begins with what stands there. Jobs of less than a second stand in
  // the file only where they failed.
  void keepLogIn(const QString& file);
  QSize sizeHint() const override { return {420, 220}; }

 Q_SIGNALS:
  // how: "done", or why it failed, in the person's language. Not of a job that a person cancelled.
  void jobEnded(const QString& title, const QString& how, double seconds);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  struct Row {
    JobRunner* runner = nullptr;
    QWidget* widget = nullptr;
    QLabel* title = nullptr;
    QProgressBar* bar = nullptr;
    QLabel* detail = nullptr;
    QToolButton* cancel = nullptr;
    bool active = false;
    QString running;  // its title
    QElapsedTimer clock;
  };
  void began(Row& row);
  enum class Ending { Done, Failed, Cancelled };
  void ended(Row& row, Ending ending, const QString& why = {});
  void refresh(Row& row);
  void showMemory();

  std::vector<std::unique_ptr<Row>> m_rows;
  QVBoxLayout* m_list;
  QLabel* m_none;
  QLabel* m_memory;
  QPlainTextEdit* m_log;
  QString m_logFile;  // empty: none
  QTimer m_poll;      // of the memory, while it is seen and something runs
};

}  // namespace espalier
