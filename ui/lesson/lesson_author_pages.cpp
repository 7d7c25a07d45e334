// The parts of the window that lessons are written in: the list of steps, and the fields of a step, its
// question and the lesson.
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/format.h"
#include "ui/lesson/lesson_author.h"

namespace espalier {

namespace {

QStringList linesOf(const QPlainTextEdit& edit) {
  return edit.toPlainText().split('\n', Qt::SkipEmptyParts);
}

void describeWidget(QWidget* widget, const QString& name, const QString& tip) {
  widget->setAccessibleName(name);
  widget->setToolTip(tip);
  widget->setWhatsThis(tip);
}

void show(QComboBox* box, const std::string& value) {
  box->setCurrentIndex(std::max(0, box->findData(text(value))));
}

}  // namespace

QPushButton* LessonAuthor::button(const QString& text, const QString& tip, void (LessonAuthor::*pressed)()) {
  auto* made = new QPushButton(text);
  describeWidget(made, QString(text).remove('&'), tip);
  connect(made, &QPushButton::clicked, this, pressed);
  return made;
}

QWidget* LessonAuthor::makeList() {
  auto* side = new QWidget;
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins(0, 0, 0, 0);
  describeWidget(m_steps, tr("Steps"), tr("The steps of the lesson, in their order"));
  auto* record = button(tr("&Record Step"),
                        tr("Add a step that does what you have done in the window since the last one"),
                        &LessonAuthor::recordStep);
  m_up = button(tr("Move &Up"), tr("Put the step before the one above it"), &LessonAuthor::moveUp);
  m_down = button(tr("Move &Down"), tr("Put the step behind the one below it"), &LessonAuthor::moveDown);
  m_remove = button(tr("De&lete"), tr("Take the step out of the lesson"), &LessonAuthor::removeStep);
  m_try = button(tr("&Try"), tr("Open the lesson as it is in a window of its own, from its beginning"),
                 &LessonAuthor::tryStep);
  layout->addWidget(record);
  layout->addWidget(m_steps, 1);
  auto* order = new QHBoxLayout;
  order->addWidget(m_up);
  order->addWidget(m_down);
  order->addWidget(m_remove);
  layout->addLayout(order);
  auto* files = new QHBoxLayout;
  files->addWidget(m_try);
  files->addWidget(button(tr("&Open\u2026"), tr("Open a lesson to change it"), &LessonAuthor::choose));
  files->addWidget(button(tr("&Save"), tr("Write the .lesson file"), &LessonAuthor::save));
  files->addWidget(button(tr("Save &As\u2026"), tr("Write it under another name"), &LessonAuthor::saveAs));
  layout->addLayout(files);
  connect(m_steps, &QListWidget::currentRowChanged, this, [this] {
    if (!m_showing) showStep();
  });
  return side;
}

QLineEdit* LessonAuthor::line(const QString& name, const QString& tip, std::string Lesson::*value) {
  auto* edit = new QLineEdit;
  describeWidget(edit, name, tip);
  m_show[OfLesson].push_back([this, edit, value] { edit->setText(text(m_lesson.*value)); });
  connect(edit, &QLineEdit::textEdited, this, [this, value](const QString& now) {
    m_lesson.*value = now.toStdString();
    edited();
  });
  return edit;
}

QLineEdit* LessonAuthor::line(const QString& name, const QString& tip, std::string LessonStep::*value) {
  auto* edit = new QLineEdit;
  describeWidget(edit, name, tip);
  m_show[OfStep].push_back([this, edit, value] { edit->setText(step() ? text(step()->*value) : QString()); });
  connect(edit, &QLineEdit::textEdited, this, [this, value](const QString& now) {
    if (step()) step()->*value = now.toStdString();
    edited();
    if (value == &LessonStep::title) showSteps();
  });
  return edit;
}

QLineEdit* LessonAuthor::line(const QString& name, const QString& tip, std::string LessonQuestion::*value) {
  auto* edit = new QLineEdit;
  describeWidget(edit, name, tip);
  m_show[OfQuestion].push_back(
      [this, edit, value] { edit->setText(question() ? text(question()->*value) : QString()); });
  connect(edit, &QLineEdit::textEdited, this, [this, value](const QString& now) {
    if (question()) question()->*value = now.toStdString();
    edited();
  });
  return edit;
}

QWidget* LessonAuthor::makeLessonPage() {
  auto* page = new QWidget;
  auto* form = new QFormLayout(page);
  form->addRow(tr("Title"), line(tr("Title of the lesson"), tr("As the menu names it"), &Lesson::title));
  form->addRow(tr("Summary"), line(tr("Summary"), tr("One or two sentences about it"), &Lesson::summary));
  describeWidget(m_minutes, tr("Minutes"), tr("How long it takes"));
  m_minutes->setRange(1, 600);
  form->addRow(tr("Minutes"), m_minutes);
  describeWidget(m_teacher, tr("For the teacher"),
                 tr("The teacher's page of the handout: a paragraph a line"));
  m_teacher->setTabChangesFocus(true);
  form->addRow(tr("For the teacher"), m_teacher);
  m_show[OfLesson].push_back([this] {
    m_minutes->setValue(int(m_lesson.minutes));
    QStringList lines;
    for (const auto& paragraph : m_lesson.teacher) lines << text(paragraph);
    m_teacher->setPlainText(lines.join('\n'));
  });
  connect(m_minutes, &QSpinBox::valueChanged, this, [this](int now) {
    if (m_showing) return;
    m_lesson.minutes = now;
    edited();
  });
  connect(m_teacher, &QPlainTextEdit::textChanged, this, [this] {
    if (m_showing) return;
    m_lesson.teacher.clear();
    for (const auto& l : linesOf(*m_teacher)) m_lesson.teacher.push_back(l.toStdString());
    edited();
  });
  return page;
}

// Long: one row for each part of a step.
QWidget* LessonAuthor::makeStepPage() {
  auto* page = new QWidget;
  auto* form = new QFormLayout(page);
  form->addRow(tr("Title"), line(tr("Title of the step"), tr("Stands above the text"), &LessonStep::title));
  describeWidget(m_text, tr("Text of the step"),
                 tr("What the step says. <b>, <i>, <sub>, <br> and {values}, which the run fills in"));
  m_text->setTabChangesFocus(true);
  form->addRow(tr("Text"), m_text);
  auto* insert = new QPushButton(tr("Insert a &Value"));
  describeWidget(insert, tr("Insert a value"),
                 tr("Put a number of the run into the text: it is read when the step is shown"));
  auto* values = new QMenu(insert);
  for (const auto& word : lessonValues()) {
    auto* action = values->addAction(QStringLiteral("{%1}").arg(QString::fromUtf8(word.name)));
    connect(action, &QAction::triggered, this, [this, action] { m_text->insertPlainText(action->text()); });
  }
  insert->setMenu(values);
  form->addRow(QString(), insert);
  form->addRow(tr("Formula"),
               line(tr("Formula"), tr("In the middle of a line of its own"), &LessonStep::formula));
  auto* picture = new QHBoxLayout;
  picture->addWidget(line(tr("Picture"), tr("A file beside the lesson"), &LessonStep::picture));
  picture->addWidget(button(tr("Choose\u2026"), tr("Choose a picture that lies beside the lesson"),
                            &LessonAuthor::choosePicture));
  form->addRow(tr("Picture"), picture);
  describeWidget(m_pane, tr("Pane in front"), tr("Which pane the step brings to front"));
  form->addRow(tr("Pane in front"), m_pane);
  describeWidget(m_acts, tr("What the step does"), tr("Done in this order when the step is reached"));
  m_acts->setMaximumHeight(120);
  form->addRow(tr("What it does"), m_acts);
  auto* acts = new QHBoxLayout;
  acts->addWidget(button(tr("Take the &Window's State"),
                         tr("The step then leads to the window's state as it is now"),
                         &LessonAuthor::takeState));
  acts->addWidget(
      button(tr("Re&member Results\u2026"),
             tr("Keep the results that stand when the step is reached under a name, for comparisons"),
             &LessonAuthor::remember));
  acts->addWidget(button(tr("Remo&ve"), tr("Take the chosen act out of the step"), &LessonAuthor::removeAct));
  form->addRow(QString(), acts);
  describeWidget(m_wait, tr("Waits for"), tr("What has to be there before the lesson goes on"));
  form->addRow(tr("Waits for"), m_wait);
  describeWidget(m_chart, m_chart->text(),
                 tr("The handout shows the plan's chart as it is when the step is left"));
  form->addRow(QString(), m_chart);
  m_show[OfStep].push_back([this] {
    const LessonStep* s = step();
    m_text->setPlainText(s ? text(s->text) : QString());
    espalier::show(m_pane, s ? s->pane : "");
    espalier::show(m_wait, s ? s->wait : "");
    m_chart->setChecked(s && s->chart);
    showActs();
  });
  connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
    if (m_showing || !step()) return;
    step()->text = m_text->toPlainText().toStdString();
    edited();
  });
  const auto taken = [this](QComboBox* box, std::string LessonStep::*value) {
    connect(box, &QComboBox::currentIndexChanged, this, [this, box, value] {
      if (m_showing || !step()) return;
      step()->*value = box->currentData().toString().toStdString();
      edited();
    });
  };
  taken(m_pane, &LessonStep::pane);
  taken(m_wait, &LessonStep::wait);
  connect(m_chart, &QCheckBox::toggled, this, [this](bool on) {
    if (m_showing || !step()) return;
    step()->chart = on;
    edited();
  });
  return page;
}

// Long: one row for each part of a question.
QWidget* LessonAuthor::makeQuestionPage() {
  auto* page = new QWidget;
  auto* form = m_asked = new QFormLayout(page);
  describeWidget(m_kind, tr("Kind of question"), tr("How the answer is checked"));
  form->addRow(tr("Question"), m_kind);
  form->addRow(tr("Asks"),
               line(tr("What it asks"), tr("The question as the learner reads it"), &LessonQuestion::ask));
  describeWidget(m_choices, tr("Choices"), tr("A choice a line, at least two"));
  m_choices->setTabChangesFocus(true);
  m_choices->setMaximumHeight(110);
  form->addRow(tr("Choices"), m_choices);
  describeWidget(m_answer, tr("Right answer"), tr("Which of the choices is right"));
  form->addRow(tr("Right answer"), m_answer);
  describeWidget(m_value, tr("Value"), tr("The number of the run that a guess is compared with"));
  form->addRow(tr("Value"), m_value);
  describeWidget(m_within, tr("May be away by"), tr("How far a guess may be from it and count as right"));
  m_within->setRange(0.001, 1e9);
  m_within->setDecimals(3);
  form->addRow(tr("May be away by"), m_within);
  form->addRow(tr("First result"), line(tr("First result"), tr("A name that a step remembers results under"),
                                        &LessonQuestion::first));
  form->addRow(tr("Second result"),
               line(tr("Second result"), tr("The other name. The run decides which is better"),
                    &LessonQuestion::second));
  form->addRow(tr("Hint"), line(tr("Hint"), tr("Shown when asked for"), &LessonQuestion::hint));
  form->addRow(tr("If right"), line(tr("If right"), tr("Said to a right answer"), &LessonQuestion::right));
  form->addRow(tr("If wrong"), line(tr("If wrong"), tr("Said to a wrong answer"), &LessonQuestion::wrong));
  m_show[OfQuestion].push_back([this] {
    const LessonQuestion* q = question();
    espalier::show(m_kind, q ? q->kind : "");
    QStringList choices;
    if (q)
      for (const auto& c : q->choices) choices << text(c);
    m_choices->setPlainText(choices.join('\n'));
    m_answer->clear();
    m_answer->addItems(choices);
    m_answer->setCurrentIndex(q ? int(q->answer) : -1);
    espalier::show(m_value, q ? q->value : "");
    m_within->setValue(q && q->within > 0 ? q->within : 1);
  });
  connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
    if (m_showing || !step()) return;
    const auto kind = m_kind->currentData().toString().toStdString();
    if (kind.empty()) {
      step()->question.reset();
    } else {
      if (!step()->question) step()->question.emplace();
      question()->kind = kind;
      if (kind == "number")
        question()->value = m_value->itemData(0).toString().toStdString(), question()->within = 1;
    }
    edited();
    showQuestion();
  });
  connect(m_choices, &QPlainTextEdit::textChanged, this, [this] {
    if (m_showing || !question()) return;
    question()->choices.clear();
    for (const auto& l : linesOf(*m_choices)) question()->choices.push_back(l.toStdString());
    m_showing = true;
    const int answer = m_answer->currentIndex();
    m_answer->clear();
    m_answer->addItems(linesOf(*m_choices));
    m_answer->setCurrentIndex(std::clamp(answer, 0, std::max(0, m_answer->count() - 1)));
    m_showing = false;
    question()->answer = std::max(0, m_answer->currentIndex());
    edited();
  });
  connect(m_answer, &QComboBox::currentIndexChanged, this, [this](int now) {
    if (m_showing || !question()) return;
    question()->answer = std::max(0, now);
    edited();
  });
  connect(m_value, &QComboBox::currentIndexChanged, this, [this] {
    if (m_showing || !question()) return;
    question()->value = m_value->currentData().toString().toStdString();
    edited();
  });
  connect(m_within, &QDoubleSpinBox::valueChanged, this, [this](double now) {
    if (m_showing || !question()) return;
    question()->within = now;
    edited();
  });
  return page;
}

}  // namespace espalier
