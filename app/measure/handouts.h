#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

namespace espalier {

class LessonPanel;
class MainWindow;

// Goes through every bundled lesson, each in a window of its own, and writes its handout and the same with
// the teacher's page: NAME.pdf and NAME-teacher.pdf. Questions stay unanswered.
class Handouts : public QObject {
  Q_OBJECT

 public:
  explicit Handouts(const QString& folder, QObject* parent = nullptr);
  ~Handouts() override;

  void start();

 private:
  void nextLesson();
  void follow();  // to the next step once nothing is waited for

  QString m_folder;
  QStringList m_lessons;
  QString m_lesson;
  std::unique_ptr<MainWindow> m_window;
  LessonPanel* m_panel = nullptr;
  int m_quiet = 0;  // looks at the window since it was busy
};

}  // namespace espalier
