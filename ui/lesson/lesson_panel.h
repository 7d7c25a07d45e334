#pragma once

#include <QImage>
#include <QTimer>
#include <QWidget>
#include <map>
#include <optional>
#include <vector>

#include "core/document/lesson.h"
#include "ui/lesson/lesson_run.h"

class QAbstractButton;
class QButtonGroup;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QTextBrowser;
class QVBoxLayout;

namespace espalier {

// A lesson beside the window it happens in: the present step's text, its question and how to go on. Progress
// is kept by the lesson's name. Alt+Left and Alt+Right go, F2 asks for the hint.
class LessonPanel : public QWidget {
  Q_OBJECT

 public:
  LessonPanel(Lesson lesson, LessonRun run, QWidget* parent = nullptr);

  const Lesson& lesson() const { return m_lesson; }
  int at() const { return m_at; }
  void go(int step);
  bool mayGoOn() const;     // nothing is waited for and the question is answered
  QString text() const;     // as it is shown
  QString verdict() const;  // of the question
  LessonRun& run() { return m_run; }

  // What the learner did, with the charts that the steps kept: simple HTML, the teacher's page behind it
  // where it is wanted.
  QString handout(bool teacher) const;
  QString writeHandout(const QString& file, bool teacher) const;  // a PDF; a sentence where that failed

  QSize sizeHint() const override { return {340, 600}; }

 Q_SIGNALS:
  void ended();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  struct Answered {
    bool right = false;
    QString given;  // as a person reads it
  };
  const LessonStep& step() const { return m_lesson.steps[size_t(m_at)]; }
  void follow();
  void showPicture();
  void askQuestion();
  void check();
  void giveHint();
  // remembers: the present results are those of the step before.
  void doActs(bool remembers);
  void keepChart();
  void keepProgress();
  void takeProgress();
  std::optional<int> rightChoice(const LessonQuestion& q) const;
  void saveHandout();

  Lesson m_lesson;
  LessonRun m_run;
  int m_at = -1;
  bool m_pending = false;              // acts of the step, for the model to be open
  std::map<int, Answered> m_answered;  // by step
  std::map<int, QString> m_said;       // each step's text as it was last shown
  std::map<int, QImage> m_charts;
  QString m_picture;  // of the step, as HTML
  QTimer m_watch;
  QLabel *m_place, *m_title, *m_waits, *m_ask, *m_verdict;
  QTextBrowser* m_text;
  QWidget* m_question;
  QVBoxLayout* m_choices;
  QButtonGroup* m_group;
  QDoubleSpinBox* m_number;
  QPushButton *m_check, *m_hint, *m_reset, *m_back, *m_next, *m_handout;
};

}  // namespace espalier
