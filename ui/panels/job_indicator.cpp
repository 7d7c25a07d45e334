#include "ui/panels/job_indicator.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

namespace {

constexpr int kMomentMs = 300;

}  // namespace

JobIndicator::JobIndicator(QWidget* parent)
    : QWidget(parent),
      m_label(new QLabel),
      m_bar(new QProgressBar),
      m_detail(new QLabel),
      m_stop(new QToolButton) {
  setObjectName("jobIndicator");
  m_label->setTextFormat(Qt::PlainText);
  m_bar->setFixedWidth(160);
  m_bar->setMaximumHeight(14);
  m_bar->setTextVisible(false);
  m_bar->setAccessibleName(tr("Progress"));
  // As wide as its widest text, so that nothing moves while numbers change.
  m_detail->setMinimumWidth(
      m_detail->fontMetrics().horizontalAdvance(QStringLiteral("8888/8888 \u00b7 ") + timeLeft(9)));
  m_stop->setIcon(lineIcon("stop"));
  m_stop->setText(tr("Cancel"));
  m_stop->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  m_stop->setAutoRaise(true);
  m_stop->setToolTip(tr("Stop the running job. What it has finished stays."));
  m_stop->setAccessibleName(tr("Cancel the job"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  for (QWidget* w : {static_cast<QWidget*>(m_label), static_cast<QWidget*>(m_bar),
                     static_cast<QWidget*>(m_detail), static_cast<QWidget*>(m_stop)})
    layout->addWidget(w);
  hide();
  m_appear.setSingleShot(true);
  m_appear.setInterval(kMomentMs);
  connect(&m_appear, &QTimer::timeout, this, &JobIndicator::refresh);
  connect(m_stop, &QToolButton::clicked, this, [this] {
    if (JobRunner* job = shownJob()) job->cancel();
  });
}

void JobIndicator::watch(JobRunner& runner) {
  m_runners.append(&runner);
  const auto changed = [this] {
    refresh();
    Q_EMIT busyChanged();
  };
  connect(&runner, &JobRunner::started, this, changed);
  connect(&runner, &JobRunner::progressed, this, &JobIndicator::refresh);
  connect(&runner, &JobRunner::cancelled, this, changed);
  connect(&runner, &JobRunner::idle, this, changed);
}

void JobIndicator::stopAll() {
  for (JobRunner* runner : m_runners) runner->cancel();
}

bool JobIndicator::isBusy() const {
  return shownJob() != nullptr;
}

JobRunner* JobIndicator::shownJob() const {
  JobRunner* shown = nullptr;
  for (JobRunner* runner : m_runners)
    if (runner->isBusy() && (!shown || runner->elapsedMs() < shown->elapsedMs())) shown = runner;
  return shown;
}

void JobIndicator::refresh() {
  const JobRunner* job = shownJob();
  if (!job) {
    m_appear.stop();
    return hide();
  }
  if (isHidden() && job->elapsedMs() < kMomentMs) {
    if (!m_appear.isActive()) m_appear.start();
    return;
  }
  const Progress progress = job->progress();
  m_label->setText(progress.stage.empty() ? job->title() : engineText(progress.stage));
  m_label->setToolTip(text(progress.item));
  m_bar->setRange(0, int(progress.total));  // 0: it is not known how far
  m_bar->setValue(int(progress.done));
  QStringList parts;
  if (progress.total > 0)
    parts << tr("%1/%2").arg(QLocale().toString(qlonglong(progress.done)),
                             QLocale().toString(qlonglong(progress.total)));
  if (progress.secondsLeft >= 0) parts << timeLeft(progress.secondsLeft);
  m_detail->setText(parts.join(QStringLiteral(" \u00b7 ")));
  show();
}

}  // namespace espalier
