#pragma once

#include <QMainWindow>
#include <QTemporaryDir>
#include <functional>
#include <optional>

#include "core/document/lesson.h"
#include "ui/lesson/lesson_recorder.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace espalier {

class Session;

// Writes lessons: a list of steps, each recorded from the window's present state, with its text, picture,
// formula, what it waits for and its question. Saves the .lesson file that the program opens.
class LessonAuthor : public QMainWindow {
  Q_OBJECT

 public:
  // panes: names and titles of those that a step may bring to front.
  LessonAuthor(Session& session, const QList<QPair<QString, QString>>& panes, QWidget* parent = nullptr);

  const Lesson& lesson() const { return m_lesson; }
  QString file() const { return m_file; }  // empty: not saved yet
  bool isModified() const { return m_modified; }

  // A step behind the present one that does what has been done in the window since the last one.
  void recordStep();
  void open(const QString& file);
  bool saveTo(const QString& file);  // false: it was refused, and why is told
  QString problem() const;           // what was told last

 Q_SIGNALS:
  void tryWanted(const QString& file);  // a copy of the lesson as it is, from the present step on

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  enum Shown { OfLesson, OfStep, OfQuestion };

  QWidget* makeList();
  QWidget* makeLessonPage();
  QWidget* makeStepPage();
  QWidget* makeQuestionPage();
  QLineEdit* line(const QString& name, const QString& tip, std::string Lesson::*value);
  QLineEdit* line(const QString& name, const QString& tip, std::string LessonStep::*value);
  QLineEdit* line(const QString& name, const QString& tip, std::string LessonQuestion::*value);
  QPushButton* button(const QString& text, const QString& tip, void (LessonAuthor::*pressed)());
  LessonStep* step();          // the present one; null: there is none
  LessonQuestion* question();  // of the present step; null: it asks nothing
  void edited();               // by hand
  void showLesson();
  void showSteps();
  void showStep();
  void showActs();
  void showQuestion();
  void tell(const QString& sentence, bool wrong);
  void choose();
  void save();
  void saveAs();
  bool mayLetGo();
  void tryStep();
  void takeState();
  void remember();
  void removeAct();
  void moveUp() { move(-1); }
  void moveDown() { move(1); }
  void move(int by);
  void removeStep();
  void choosePicture();

  Session& m_session;
  QTemporaryDir m_trials;
  Lesson m_lesson;
  QString m_file;
  bool m_modified = false, m_showing = false;
  std::optional<LessonWindowState> m_recorded;   // the state that the last recorded step ends in
  std::vector<std::function<void()>> m_show[3];  // fill in the fields of lesson, step and question
  QListWidget *m_steps, *m_acts;
  QPlainTextEdit *m_text, *m_teacher, *m_choices;
  QComboBox *m_pane, *m_wait, *m_kind, *m_value, *m_answer;
  QSpinBox* m_minutes;
  QDoubleSpinBox* m_within;
  QCheckBox* m_chart;
  QLabel* m_said;
  QWidget *m_stepPage, *m_questionPage;
  QFormLayout* m_asked;
  QPushButton *m_up, *m_down, *m_remove, *m_try;
};

}  // namespace espalier
