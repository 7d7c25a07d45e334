#include "ui/lesson/lesson_author.h"

#include <QCheckBox>
#include <QCloseEvent>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSpinBox>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/base/theme.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// "target 0.6", "remember evenly".
QString said(const LessonAct& act) {
  QString out = text(act.act);
  if (!act.name.empty()) out += ' ' + text(act.name);
  static const QStringList kNumbered{"target", "block", "set-block"};
  if (kNumbered.contains(text(act.act))) out += ' ' + QLocale().toString(act.number, 'g', 4);
  return out;
}

QWidget* scrolled(QWidget* page) {
  auto* area = new QScrollArea;
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setFocusPolicy(Qt::NoFocus);
  area->setWidget(page);
  return area;
}

}  // namespace

LessonAuthor::LessonAuthor(Session& session, const QList<QPair<QString, QString>>& panes, QWidget* parent)
    : QMainWindow(parent),
      m_session(session),
      m_steps(new QListWidget),
      m_acts(new QListWidget),
      m_text(new QPlainTextEdit),
      m_teacher(new QPlainTextEdit),
      m_choices(new QPlainTextEdit),
      m_pane(new QComboBox),
      m_wait(new QComboBox),
      m_kind(new QComboBox),
      m_value(new QComboBox),
      m_answer(new QComboBox),
      m_minutes(new QSpinBox),
      m_within(new QDoubleSpinBox),
      m_chart(new QCheckBox(tr("Its chart is in the handout"))),
      m_said(new QLabel) {
  setWindowFlag(Qt::Window);
  setObjectName("lessonAuthor");
  setWindowTitle(tr("Write a Lesson") + QStringLiteral("[*]"));
  m_pane->addItem(tr("none"), QString());
  m_pane->addItem(tr("The plan's chart"), QStringLiteral("chart"));
  for (const auto& [name, title] : panes) m_pane->addItem(title, name);
  m_wait->addItem(tr("nothing"), QString());
  for (const auto& word : lessonWaits())
    m_wait->addItem(QString::fromUtf8(word.name), QString::fromUtf8(word.name));
  for (const auto& word : lessonValues())
    m_value->addItem(QString::fromUtf8(word.name), QString::fromUtf8(word.name));
  m_kind->addItem(tr("none"), QString());
  m_kind->addItem(tr("A choice"), QStringLiteral("choice"));
  m_kind->addItem(tr("A number of the run"), QStringLiteral("number"));
  m_kind->addItem(tr("Which of two results is better"), QStringLiteral("compare"));
  auto* pages = new QTabWidget;
  pages->setAccessibleName(tr("Parts of the lesson"));
  pages->tabBar()->setAccessibleName(tr("Parts of the lesson"));
  m_stepPage = makeStepPage();
  m_questionPage = makeQuestionPage();
  pages->addTab(scrolled(m_stepPage), tr("Step"));
  pages->addTab(scrolled(m_questionPage), tr("Question"));
  pages->addTab(scrolled(makeLessonPage()), tr("Lesson"));
  pages->tabBar()->setWhatsThis(
      tr("What the chosen step shows and does, what it asks, and what holds for the whole lesson"));
  auto* split = new QSplitter;
  split->addWidget(makeList());
  split->addWidget(pages);
  split->setStretchFactor(1, 1);
  split->setChildrenCollapsible(false);
  m_said->setWordWrap(true);
  m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_said->setContentsMargins(8, 0, 8, 6);
  auto* centre = new QWidget;
  auto* layout = new QVBoxLayout(centre);
  layout->addWidget(split, 1);
  layout->addWidget(m_said);
  setCentralWidget(centre);
  resize(820, 600);
  m_lesson.title = tr("A New Lesson").toStdString();
  showLesson();
  tell(tr("Bring the window into the state in which the lesson begins, then press Record Step."), false);
}

LessonStep* LessonAuthor::step() {
  const int at = m_steps->currentRow();
  return at >= 0 && size_t(at) < m_lesson.steps.size() ? &m_lesson.steps[size_t(at)] : nullptr;
}

LessonQuestion* LessonAuthor::question() {
  return step() && step()->question ? &*step()->question : nullptr;
}

void LessonAuthor::edited() {
  m_modified = true;
  setWindowModified(true);
}

void LessonAuthor::showLesson() {
  m_showing = true;
  for (const auto& show : m_show[OfLesson]) show();
  m_showing = false;
  showSteps();
  if (!m_lesson.steps.empty() && !step()) m_steps->setCurrentRow(0);
  showStep();
  setWindowModified(m_modified);
}

void LessonAuthor::showSteps() {
  m_showing = true;
  const int at = m_steps->currentRow();
  while (m_steps->count() > int(m_lesson.steps.size())) delete m_steps->takeItem(m_steps->count() - 1);
  while (m_steps->count() < int(m_lesson.steps.size())) m_steps->addItem(QString());
  for (size_t i = 0; i < m_lesson.steps.size(); ++i)
    m_steps->item(int(i))->setText(QStringLiteral("%1. %2").arg(i + 1).arg(text(m_lesson.steps[i].title)));
  if (at >= 0) m_steps->setCurrentRow(std::min(at, m_steps->count() - 1));
  m_showing = false;
}

void LessonAuthor::showStep() {
  m_showing = true;
  for (const auto& show : m_show[OfStep]) show();
  m_showing = false;
  const int at = m_steps->currentRow();
  m_stepPage->setEnabled(step());
  m_questionPage->setEnabled(step());
  m_up->setEnabled(at > 0);
  m_down->setEnabled(step() && at + 1 < m_steps->count());
  m_remove->setEnabled(step());
  m_try->setEnabled(step());
  showQuestion();
}

void LessonAuthor::showActs() {
  m_acts->clear();
  if (step())
    for (const auto& act : step()->acts) m_acts->addItem(said(act));
}

// The rows that its kind has.
void LessonAuthor::showQuestion() {
  m_showing = true;
  for (const auto& show : m_show[OfQuestion]) show();
  m_showing = false;
  const std::string kind = question() ? question()->kind : "";
  const std::vector<std::string> shownFor{"*",       "any",     "choice", "choice", "number", "number",
                                          "compare", "compare", "any",    "any",    "any"};
  for (int row = 0; row < m_asked->rowCount(); ++row) {
    const auto& which = shownFor[size_t(row)];
    const bool shown = which == "*" || (which == "any" ? !kind.empty() : which == kind);
    for (auto role : {QFormLayout::LabelRole, QFormLayout::FieldRole})
      if (auto* item = m_asked->itemAt(row, role); item && item->widget()) item->widget()->setVisible(shown);
  }
}

void LessonAuthor::tell(const QString& sentence, bool wrong) {
  QPalette colours = palette();
  if (wrong) colours.setColor(QPalette::WindowText, shadesFor(palette()).wrong);
  m_said->setPalette(colours);
  m_said->setText(sentence);
}

QString LessonAuthor::problem() const {
  return m_said->text();
}

void LessonAuthor::recordStep() {
  const auto now = lessonStateOf(m_session);
  if (!now) return tell(tr("There is no plan in the window to record. Open the sample first."), true);
  LessonStep made;
  made.acts = lessonActsBetween(m_recorded, *now);
  made.wait = lessonWaitOf(made.acts);
  made.pane = "chart";
  made.title = tr("Step %1").arg(m_lesson.steps.size() + 1).toStdString();
  const int at = m_steps->currentRow() + 1;
  m_lesson.steps.insert(m_lesson.steps.begin() + at, made);
  m_recorded = now;
  edited();
  showSteps();
  m_steps->setCurrentRow(at);
  showStep();
  tell(tr("Recorded: %n acts. Write what the step says.", nullptr, int(made.acts.size())), false);
}

void LessonAuthor::takeState() {
  const auto now = lessonStateOf(m_session);
  if (!now || !step())
    return tell(tr("There is no plan in the window to record. Open the sample first."), true);
  // From any state: what the steps before do is not known here. Names under which they remember stay.
  auto acts = lessonActsBetween({}, *now);
  if (m_steps->currentRow() > 0) acts.erase(acts.begin());  // the sample is open
  for (const auto& act : step()->acts)
    if (act.act == "remember") acts.insert(acts.begin(), act);
  step()->acts = acts;
  step()->wait = lessonWaitOf(acts);
  m_recorded = now;
  edited();
  showStep();
}

void LessonAuthor::remember() {
  if (!step()) return;
  bool accepted = false;
  const QString name = QInputDialog::getText(this, tr("Remember Results"), tr("Name of the results"),
                                             QLineEdit::Normal, {}, &accepted)
                           .trimmed();
  if (!accepted || name.isEmpty()) return;
  // Before anything else that the step does: the results are those of the step before.
  step()->acts.insert(step()->acts.begin(), {"remember", name.toStdString(), 0});
  edited();
  showActs();
}

void LessonAuthor::removeAct() {
  const int at = m_acts->currentRow();
  if (!step() || at < 0) return;
  step()->acts.erase(step()->acts.begin() + at);
  edited();
  showActs();
}

void LessonAuthor::move(int by) {
  const int at = m_steps->currentRow(), to = at + by;
  if (!step() || to < 0 || to >= int(m_lesson.steps.size())) return;
  std::swap(m_lesson.steps[size_t(at)], m_lesson.steps[size_t(to)]);
  edited();
  showSteps();
  m_steps->setCurrentRow(to);
  showStep();
}

void LessonAuthor::removeStep() {
  if (!step()) return;
  m_lesson.steps.erase(m_lesson.steps.begin() + m_steps->currentRow());
  edited();
  showSteps();
  showStep();
}

void LessonAuthor::choosePicture() {
  if (!step()) return;
  const QString from = m_file.isEmpty() ? lastFolder(FolderOf::Exports) : QFileInfo(m_file).absolutePath();
  const QString file = QFileDialog::getOpenFileName(this, tr("Choose a Picture"), from,
                                                    tr("Pictures (*.png *.jpg *.jpeg *.svg *.gif)"));
  if (file.isEmpty()) return;
  const QString folder = m_file.isEmpty() ? QFileInfo(file).absolutePath() : QFileInfo(m_file).absolutePath();
  step()->picture = QDir(folder).relativeFilePath(file).toStdString();
  if (m_file.isEmpty()) m_lesson.folder = toPath(folder);
  edited();
  showStep();
  if (QDir(folder).relativeFilePath(file).startsWith(".."))
    tell(tr("The picture lies outside the lesson's folder: whoever gets the lesson needs it in the same "
            "place."),
         true);
}

void LessonAuthor::open(const QString& file) {
  try {
    m_lesson = readLesson(toPath(file));
  } catch (const Error& e) {
    return tell(QString::fromUtf8(e.what()), true);
  }
  m_file = file;
  m_modified = false;
  m_recorded.reset();
  m_steps->setCurrentRow(-1);
  showLesson();
  tell(tr("%n steps of %1", nullptr, int(m_lesson.steps.size())).arg(file), false);
}

void LessonAuthor::choose() {
  if (!mayLetGo()) return;
  const QString file = QFileDialog::getOpenFileName(this, tr("Open a Lesson"), lastFolder(FolderOf::Exports),
                                                    tr("Lessons (*.lesson)"));
  if (file.isEmpty()) return;
  rememberFolder(FolderOf::Exports, file);
  open(file);
}

bool LessonAuthor::saveTo(const QString& file) {
  try {
    // What the program would refuse to open is told now, with the step.
    lessonFromJson(toJson(m_lesson), m_lesson.name, tr("The lesson").toStdString());
    writeLesson(toPath(file), m_lesson);
  } catch (const Error& e) {
    tell(QString::fromUtf8(e.what()), true);
    return false;
  }
  m_file = file;
  m_lesson.folder = toPath(QFileInfo(file).absolutePath());
  m_modified = false;
  setWindowModified(false);
  tell(tr("The lesson is in %1.").arg(file), false);
  return true;
}

void LessonAuthor::save() {
  m_file.isEmpty() ? saveAs() : void(saveTo(m_file));
}

void LessonAuthor::saveAs() {
  QFileDialog dialog(this, tr("Save the Lesson"), lastFolder(FolderOf::Exports), tr("Lessons (*.lesson)"));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setDefaultSuffix("lesson");
  if (dialog.exec() != QDialog::Accepted) return;
  const QString file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, file);
  saveTo(file);
}

// The lesson as it is, with its pictures by their whole paths.
void LessonAuthor::tryStep() {
  Lesson trial = m_lesson;
  for (auto& s : trial.steps)
    if (!s.picture.empty() && s.picture.front() != ':') s.picture = (m_lesson.folder / s.picture).string();
  const QString file = m_trials.filePath(QStringLiteral("trial.lesson"));
  try {
    lessonFromJson(toJson(trial), trial.name, tr("The lesson").toStdString());
    writeLesson(toPath(file), trial);
  } catch (const Error& e) {
    return tell(QString::fromUtf8(e.what()), true);
  }
  QSettings().remove(QStringLiteral("lessons/trial"));  // answers of the last time
  Q_EMIT tryWanted(file);
}

bool LessonAuthor::mayLetGo() {
  if (!m_modified) return true;
  const auto said =
      QMessageBox::question(this, tr("Write a Lesson"), tr("The lesson has changes that are not saved."),
                            QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
  if (said == QMessageBox::Save) save();
  return said == QMessageBox::Discard || (said == QMessageBox::Save && !m_modified);
}

void LessonAuthor::closeEvent(QCloseEvent* event) {
  if (!mayLetGo()) return event->ignore();
  QMainWindow::closeEvent(event);
}

}  // namespace espalier
