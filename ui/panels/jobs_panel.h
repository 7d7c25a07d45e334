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
  QSize sizeHint() const override { return {420, 220}; }

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
  void ended(Row& row, const QString& how);
  void refresh(Row& row);
  void showMemory();
  void note(const QString& line);

  std::vector<std::unique_ptr<Row>> m_rows;
  QVBoxLayout* m_list;
  QLabel* m_none;
  QLabel* m_memory;
  QPlainTextEdit* m_log;
  QTimer m_poll;  // of the memory, while it is seen and something runs
};

}  // namespace espalier
