#include "ui/panels/jobs_panel.h"

#include <unistd.h>
#include <QDateTime>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QScrollBar>
#include <QToolButton>
#include <algorithm>
#include <utility>

#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

namespace {

constexpr int kLogLines = 500, kMemoryMs = 2000;
constexpr double kLeastLogged = 1;  // seconds
constexpr qint64 kMostLogBytes = 200'000;

// Resident memory of this process; 0 where the system does not tell.
qint64 residentBytes() {
  QFile file("/proc/self/statm");
  if (!file.open(QIODevice::ReadOnly)) return 0;
  const auto fields = file.readAll().split(' ');
  return fields.size() > 1 ? fields[1].toLongLong() * sysconf(_SC_PAGESIZE) : 0;
}

}  // namespace

JobsPanel::JobsPanel(QWidget* parent)
    : QWidget(parent),
      m_list(new QVBoxLayout),
      m_none(new QLabel(tr("Nothing is running."))),
      m_memory(new QLabel),
      m_log(new QPlainTextEdit) {
  m_log->setReadOnly(true);
  m_log->setMaximumBlockCount(kLogLines);
  m_log->setFrameShape(QFrame::NoFrame);
  m_log->setAccessibleName(tr("Log of jobs"));
  m_log->setTabChangesFocus(true);
  m_log->setWhatsThis(tr("Finished jobs with their time, newest last, and why a job failed"));
  m_log->setToolTip(m_log->whatsThis());
  m_log->setPlaceholderText(tr("What has been done stands here."));
  m_memory->setAccessibleDescription(tr("Memory in use"));
  auto* top = new QHBoxLayout;
  top->addWidget(m_none, 1);
  top->addWidget(m_memory);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(10, 8, 10, 8);
  layout->setSpacing(6);
  layout->addLayout(top);
  layout->addLayout(m_list);
  layout->addWidget(m_log, 1);
  m_poll.setInterval(kMemoryMs);
  connect(&m_poll, &QTimer::timeout, this, &JobsPanel::showMemory);
}

void JobsPanel::watch(JobRunner& runner) {
  m_rows.push_back(std::make_unique<Row>());
  Row& row = *m_rows.back();
  row.runner = &runner;
  row.widget = new QWidget;
  row.title = new QLabel;
  row.bar = new QProgressBar;
  row.bar->setFixedWidth(140);
  row.bar->setMaximumHeight(14);
  row.bar->setTextVisible(false);
  row.bar->setAccessibleName(tr("Progress"));
  row.detail = new QLabel;
  row.cancel = new QToolButton;
  row.cancel->setIcon(lineIcon("stop"));
  row.cancel->setAutoRaise(true);
  row.cancel->setToolTip(tr("Stop this job. Nothing is left half-done."));
  row.cancel->setAccessibleName(tr("Cancel this job"));
  auto* layout = new QHBoxLayout(row.widget);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(row.title, 1);
  layout->addWidget(row.detail);
  layout->addWidget(row.bar);
  layout->addWidget(row.cancel);
  row.widget->hide();
  m_list->addWidget(row.widget);

  Row* r = &row;
  connect(row.cancel, &QToolButton::clicked, this, [r] { r->runner->cancel(); });
  connect(&runner, &JobRunner::started, this, [this, r] { began(*r); });
  connect(&runner, &JobRunner::progressed, this, [this, r] { refresh(*r); });
  connect(&runner, &JobRunner::failed, this,
          [this, r](const JobError& error) { ended(*r, Ending::Failed, error.message); });
  connect(&runner, &JobRunner::cancelled, this, [this, r] { ended(*r, Ending::Cancelled); });
  connect(&runner, &JobRunner::idle, this, [this, r] { ended(*r, Ending::Done); });
}

void JobsPanel::began(Row& row) {
  ended(row, Ending::Done);
  row.active = true;
  row.running = row.runner->title();
  row.clock.start();
  refresh(row);
}

void JobsPanel::ended(Row& row, Ending ending, const QString& why) {
  const bool was = std::exchange(row.active, false);
  refresh(row);
  if (!was) return;
  const QString how = ending == Ending::Failed      ? tr("failed: %1").arg(why)
                      : ending == Ending::Cancelled ? tr("cancelled")
                                                    : tr("done");
  const double seconds = double(row.clock.elapsed()) / 1000;
  const QDateTime now = QDateTime::currentDateTime();
  const QString said = QStringLiteral("%1: %2 (%3)").arg(row.running, how, duration(seconds));
  m_log->appendPlainText(now.toString("HH:mm:ss  ") + said);
  if (QFile file(m_logFile); !m_logFile.isEmpty() && (ending == Ending::Failed || seconds >= kLeastLogged) &&
                             file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Text))
    file.write((now.toString("yyyy-MM-dd HH:mm:ss  ") + QString(said).replace('\n', ' ') + '\n').toUtf8());
  if (ending != Ending::Cancelled) Q_EMIT jobEnded(row.running, how, seconds);
}

void JobsPanel::keepLogIn(const QString& name) {
  m_logFile = name;
  QFile file(name);
  if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) return;
  file.seek(std::max<qint64>(0, file.size() - kMostLogBytes));
  const bool cut = file.pos() > 0;
  QStringList lines = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
  file.close();
  if (cut && !lines.isEmpty()) lines.removeFirst();  // its beginning is not there
  for (const QString& line : lines.mid(std::max<qsizetype>(0, lines.size() - kLogLines)))
    m_log->appendPlainText(line);
  // It does not grow without end.
  if (cut && file.open(QIODevice::WriteOnly | QIODevice::Text))
    file.write((lines.join('\n') + '\n').toUtf8());
}

void JobsPanel::refresh(Row& row) {
  row.widget->setVisible(row.active);
  if (row.active) {
    const Progress progress = row.runner->progress();
    const QString waiting = row.runner->waitingTitle();
    row.title->setText(waiting.isEmpty() ? row.running : tr("%1; next: %2").arg(row.running, waiting));
    row.bar->setRange(0, int(progress.total));
    row.bar->setValue(int(progress.done));
    row.detail->setText(timeLeft(progress.secondsLeft));
  }
  bool any = false;
  for (const auto& r : m_rows) any = any || r->active;
  m_none->setText(any ? tr("Running") : tr("Nothing is running."));
  if (any && isVisible() && !m_poll.isActive()) m_poll.start();
  if (!any) m_poll.stop();
  if (isVisible()) showMemory();
}

void JobsPanel::showMemory() {
  m_memory->setText(tr("%1 in use").arg(fileSize(residentBytes())));
}

QStringList JobsPanel::log() const {
  const QString all = m_log->toPlainText();
  return all.isEmpty() ? QStringList() : all.split('\n');
}

void JobsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  showMemory();
  for (const auto& row : m_rows) refresh(*row);
  m_log->verticalScrollBar()->setValue(m_log->verticalScrollBar()->maximum());  // what was last
}

void JobsPanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_poll.stop();
}

}  // namespace espalier
