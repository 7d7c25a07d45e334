#include "ui/lesson/lesson_panel.h"

#include <QButtonGroup>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QImageReader>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QShortcut>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/base/theme.h"
#include "ui/plot/plan_chart.h"

namespace espalier {

namespace {

constexpr int kFollowMs = 150, kWidestPicture = 300;

QString settingsOf(const Lesson& lesson) {
  return QStringLiteral("lessons/") + text(lesson.name);
}

}  // namespace

// Long: the widgets, their places and their connections.
LessonPanel::LessonPanel(Lesson lesson, LessonRun run, QWidget* parent)
    : QWidget(parent),
      m_lesson(std::move(lesson)),
      m_run(std::move(run)),
      m_place(new QLabel),
      m_title(new QLabel),
      m_waits(new QLabel),
      m_ask(new QLabel),
      m_verdict(new QLabel),
      m_text(new QTextBrowser),
      m_question(new QWidget),
      m_choices(new QVBoxLayout),
      m_group(new QButtonGroup(this)),
      m_number(new QDoubleSpinBox),
      m_check(new QPushButton(tr("&Check"))),
      m_hint(new QPushButton(tr("H&int"))),
      m_reset(new QPushButton(tr("&Do This Step Again"))),
      m_back(new QPushButton(tr("Back"))),
      m_next(new QPushButton(tr("Next"))),
      m_handout(new QPushButton(tr("&Handout\u2026"))) {
  setObjectName("lesson");
  setAccessibleName(espalier::text(m_lesson.title));
  QFont large = m_title->font();
  large.setBold(true);
  large.setPointSizeF(large.pointSizeF() * 1.25);
  m_title->setFont(large);
  for (auto* label : {m_title, m_waits, m_ask, m_verdict}) label->setWordWrap(true);
  m_text->setFrameShape(QFrame::NoFrame);
  m_text->setAccessibleName(tr("What this step is about"));
  m_text->setWhatsThis(tr("What this step is about. Numbers in it are of the results in this window"));
  m_waits->setAccessibleName(tr("What the lesson waits for"));
  m_verdict->setAccessibleName(tr("Whether the answer is right"));
  m_number->setAccessibleName(tr("Your guess"));
  m_number->setWhatsThis(tr("The number that you expect as the answer. It is checked against the results"));
  m_number->setRange(-1e9, 1e9);
  m_number->setDecimals(2);
  m_back->setToolTip(tr("The step before (Alt+Left)"));
  m_next->setToolTip(tr("The next step, done in this window (Alt+Right)"));
  m_hint->setToolTip(tr("A hint for this question (F2)"));
  m_check->setToolTip(tr("Check the answer. You may try as often as you like."));
  m_reset->setToolTip(tr("Put the window into the state in which this step begins"));
  m_handout->setToolTip(tr("Save what you did in this lesson as PDF, with your charts and answers"));
  for (auto* button : {m_back, m_next, m_hint, m_check, m_reset, m_handout})
    button->setWhatsThis(button->toolTip());
  auto* inQuestion = new QVBoxLayout(m_question);
  inQuestion->setContentsMargins(0, 0, 0, 0);
  inQuestion->addWidget(m_ask);
  inQuestion->addLayout(m_choices);
  inQuestion->addWidget(m_number);
  auto* asking = new QHBoxLayout;
  asking->addWidget(m_check);
  asking->addWidget(m_hint);
  asking->addStretch(1);
  inQuestion->addLayout(asking);
  inQuestion->addWidget(m_verdict);
  auto* going = new QHBoxLayout;
  going->addWidget(m_back);
  going->addStretch(1);
  going->addWidget(m_next);
  auto* aside = new QHBoxLayout;
  aside->addWidget(m_reset);
  aside->addStretch(1);
  aside->addWidget(m_handout);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(m_title);
  layout->addWidget(m_text, 1);
  layout->addWidget(m_waits);
  layout->addWidget(m_question);
  layout->addLayout(aside);
  layout->addLayout(going);
  layout->addWidget(m_place, 0, Qt::AlignCenter);  // not between the buttons, which a narrow dock would cut

  connect(m_back, &QPushButton::clicked, this, [this] { go(m_at - 1); });
  connect(m_next, &QPushButton::clicked, this, [this] {
    if (mayGoOn()) go(m_at + 1);
  });
  connect(m_check, &QPushButton::clicked, this, &LessonPanel::check);
  connect(m_hint, &QPushButton::clicked, this, &LessonPanel::giveHint);
  connect(m_reset, &QPushButton::clicked, this, [this] { doActs(false); });
  connect(m_handout, &QPushButton::clicked, this, &LessonPanel::saveHandout);
  const auto key = [this](const QKeySequence& keys, QPushButton* button) {
    connect(new QShortcut(keys, this), &QShortcut::activated, button, &QPushButton::click);
  };
  key(QKeySequence(Qt::ALT | Qt::Key_Left), m_back);
  key(QKeySequence(Qt::ALT | Qt::Key_Right), m_next);
  key(QKeySequence(Qt::Key_F2), m_hint);
  m_watch.setInterval(kFollowMs);
  connect(&m_watch, &QTimer::timeout, this, &LessonPanel::follow);
  m_watch.start();
  takeProgress();
}

void LessonPanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && m_at >= 0) follow();
  QWidget::changeEvent(event);
}

bool LessonPanel::mayGoOn() const {
  return m_run.waitsFor(step().wait).isEmpty() && (!step().question || m_answered.contains(m_at));
}

void LessonPanel::go(int to) {
  if (to < 0) return;
  if (m_at >= 0) keepChart();
  if (to >= int(m_lesson.steps.size())) {
    keepProgress();
    Q_EMIT ended();
    return;
  }
  const bool onwards = to == m_at + 1;
  m_at = to;
  doActs(onwards);
  showPicture();
  m_title->setText(espalier::text(step().title));
  m_place->setText(tr("%1 of %2").arg(m_at + 1).arg(m_lesson.steps.size()));
  m_back->setEnabled(m_at > 0);
  m_next->setText(m_at + 1 == int(m_lesson.steps.size()) ? tr("Done") : tr("Next"));
  askQuestion();
  keepProgress();
  follow();
}

// What the step does, in its order.
void LessonPanel::doActs(bool remembers) {
  m_pending = !m_run.hasPlan();
  for (const auto& act : step().acts)
    if (remembers || act.act != "remember") m_run.act(act);
  if (!step().pane.empty() && step().pane != "chart") m_run.stage().pane(step().pane.c_str());
}

void LessonPanel::keepChart() {
  if (step().chart && m_run.stage().chart->isVisible())
    m_charts[m_at] = m_run.stage().chart->grab().toImage();
}

void LessonPanel::follow() {
  if (m_at < 0) return;
  if (m_pending && m_run.hasPlan()) doActs(false);
  m_run.goOn();
  QString html = m_run.filledIn(step().text);
  if (!step().formula.empty())
    html += QStringLiteral("<p align=\"center\"><i>%1</i></p>").arg(m_run.filledIn(step().formula));
  html += m_picture;
  if (m_said[m_at] != html || m_text->toPlainText().isEmpty()) {
    m_said[m_at] = html;
    m_text->setHtml(html);
  }
  const QString waits = m_run.waitsFor(step().wait);
  m_waits->setText(waits);
  m_waits->setVisible(!waits.isEmpty());
  m_next->setEnabled(mayGoOn());
  m_question->setEnabled(waits.isEmpty());
}

// A file beside the lesson, no wider than the panel.
void LessonPanel::showPicture() {
  m_picture.clear();
  if (step().picture.empty()) return;
  const QString named = espalier::text(step().picture);
  const QString file = named.startsWith(':') ? named : espalier::text(m_lesson.folder / toPath(named));
  const QSize size = QImageReader(file).size();
  if (!size.isValid()) {
    m_picture = QStringLiteral("<p><i>%1</i></p>")
                    .arg(tr("The picture %1 cannot be read.").arg(file).toHtmlEscaped());
    return;
  }
  const QUrl url = named.startsWith(':') ? QUrl(QStringLiteral("qrc") + named) : QUrl::fromLocalFile(file);
  m_picture = QStringLiteral("<p align=\"center\"><img src=\"%1\" width=\"%2\"></p>")
                  .arg(url.toString(QUrl::FullyEncoded))
                  .arg(std::min(kWidestPicture, size.width()));
}

void LessonPanel::askQuestion() {
  m_question->setVisible(step().question.has_value());
  m_verdict->clear();
  for (auto* button : m_group->buttons()) {
    m_group->removeButton(button);
    delete button;
  }
  if (!step().question) return;
  const auto& q = *step().question;
  m_ask->setText(m_run.filledIn(q.ask));
  QStringList choices;
  if (q.kind == "choice")
    for (const auto& c : q.choices) choices << m_run.filledIn(c);
  if (q.kind == "compare")
    choices = {espalier::text(q.first), espalier::text(q.second),
               tr("These pairs do not show it: chance may part them")};
  for (int i = 0; i < choices.size(); ++i) {
    auto* button = new QRadioButton(choices[i]);
    button->setWhatsThis(tr("One of the answers to choose from. Then press Check"));
    m_group->addButton(button, i);
    m_choices->addWidget(button);
  }
  m_number->setVisible(q.kind == "number");
  m_number->setValue(0);
  m_hint->setVisible(!q.hint.empty());
  if (const auto it = m_answered.find(m_at); it != m_answered.end())
    m_verdict->setText(tr("You answered: %1").arg(it->second.given));
}

std::optional<int> LessonPanel::rightChoice(const LessonQuestion& q) const {
  return q.kind == "compare" ? m_run.betterOf(q.first, q.second) : std::optional<int>(int(q.answer));
}

void LessonPanel::check() {
  if (!step().question) return;
  const auto& q = *step().question;
  bool right = false;
  QString given, fact;
  if (q.kind == "number") {
    const auto measured = m_run.number(q.value);
    if (!measured) return m_verdict->setText(tr("The run has no such value yet."));
    right = std::abs(m_number->value() - *measured) <= q.within;
    given = m_number->text();
    fact = tr("Measured: %1.").arg(m_run.value(q.value));
  } else {
    const int chosen = m_group->checkedId();
    if (chosen < 0) return m_verdict->setText(tr("Choose an answer first."));
    const auto expected = rightChoice(q);
    if (!expected)
      return m_verdict->setText(tr("This run has no answers of both plans: do the steps before."));
    right = chosen == *expected;
    given = m_group->button(chosen)->text();
    if (q.kind == "compare") fact = m_run.comparison(q.first, q.second);
  }
  // A guess counts as it was: after it the measured value is known.
  if (q.kind == "number" ? !m_answered.contains(m_at) : right || !m_answered.contains(m_at))
    m_answered[m_at] = {right, given};
  const Shades& shades = shadesFor(palette());
  QStringList said{QStringLiteral("<b style=\"color:%1\">%2</b>")
                       .arg((right ? shades.right : shades.wrong).name(),
                            right ? tr("\u2713 Right.") : tr("\u2717 Not so."))};
  const auto& more = right ? q.right : q.wrong;
  if (!more.empty()) said << m_run.filledIn(more);
  if (!fact.isEmpty()) said << fact;
  m_verdict->setText(said.join(' '));
  keepProgress();
  follow();
}

void LessonPanel::giveHint() {
  if (step().question && !step().question->hint.empty())
    m_verdict->setText(tr("Hint: %1").arg(m_run.filledIn(step().question->hint)));
}

QString LessonPanel::text() const {
  return m_said.contains(m_at) ? m_said.at(m_at) : QString();
}

QString LessonPanel::verdict() const {
  return m_verdict->text();
}

void LessonPanel::keepProgress() {
  QSettings settings;
  settings.beginGroup(settingsOf(m_lesson));
  settings.setValue("step", m_at);
  settings.beginWriteArray("answers");
  int i = 0;
  for (const auto& [at, answered] : m_answered) {
    settings.setArrayIndex(i++);
    settings.setValue("step", at);
    settings.setValue("right", answered.right);
    settings.setValue("given", answered.given);
  }
  settings.endArray();
}

// Answers stay. The lesson begins at the first step all the same, whose acts the later ones build on.
void LessonPanel::takeProgress() {
  QSettings settings;
  settings.beginGroup(settingsOf(m_lesson));
  const int count = settings.beginReadArray("answers");
  for (int i = 0; i < count; ++i) {
    settings.setArrayIndex(i);
    const int at = settings.value("step").toInt();
    if (at >= 0 && size_t(at) < m_lesson.steps.size() && m_lesson.steps[size_t(at)].question)
      m_answered[at] = {settings.value("right").toBool(), settings.value("given").toString()};
  }
  settings.endArray();
}

void LessonPanel::saveHandout() {
  QFileDialog dialog(this, tr("Save the Handout"), lastFolder(FolderOf::Exports), tr("PDF (*.pdf)"));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setDefaultSuffix("pdf");
  dialog.selectFile(espalier::text(m_lesson.name) + ".pdf");
  if (dialog.exec() != QDialog::Accepted) return;
  const QString file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, file);
  if (const QString problem = writeHandout(file, true); !problem.isEmpty())
    QMessageBox::warning(this, tr("Save the Handout"), problem);
}

}  // namespace espalier
