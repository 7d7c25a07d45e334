#include "app/measure/opening_measure.h"

#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QFile>
#include <QTimer>
#include <algorithm>
#include <cstdio>

#include "ui/actions/actions.h"
#include "ui/session/session.h"
#include "ui/window/main_window.h"

namespace espalier {

namespace {

constexpr int kOpenings = 7, kOpeningPauseMs = 500,
              kStartTimeField = 19;  // of /proc/self/stat, behind the name

// Until nothing waits to be painted.
void paintWaiting() {
  for (int i = 0; i < 3; ++i) {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
  }
}

// As an export adds it: plan and answers included.
Run madeUpRun(const Session& session, int i) {
  Run run;
  run.id = "made-up-" + std::to_string(i), run.name = "run " + std::to_string(i), run.criterion = "wanda";
  run.folder = "/models/run-" + std::to_string(i), run.from = session.info().folder.string();
  run.sparsity = 0.3 + 0.005 * i;
  run.denseBytes = session.info().fileBytes;
  run.fileBytes = int64_t(double(run.denseBytes) * (1 - run.sparsity));
  run.plan = nlohmann::json::object();
  for (const auto& group : session.plan().settledPlan().groups) run.plan[group.name] = run.sparsity;
  run.total = int64_t(session.pairs().samples.size());
  for (int64_t pair = 0; pair < run.total; ++pair) run.answers.push_back((pair * 7 + i) % 11 > i % 10);
  run.right = std::count(run.answers.begin(), run.answers.end(), true);
  run.data = session.pairs().path.string();
  run.measured.emplace();
  run.measured->unit = "tokens";
  run.measured->perSecond = {10.0 + i, 10.0 + i, 10.0 + i};
  return run;
}

}  // namespace

double OpeningMeasure::sinceProcessStart() {
  QFile file("/proc/self/stat");
  if (!file.open(QIODevice::ReadOnly)) return 0;
  const QByteArray all = file.readAll();
  const auto fields = all.mid(all.lastIndexOf(')') + 2).split(' ');
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return 1e3 * (double(now.tv_sec) + 1e-9 * double(now.tv_nsec) -
                fields.value(kStartTimeField).toDouble() / double(sysconf(_SC_CLK_TCK)));
}

OpeningMeasure::OpeningMeasure(MainWindow& window, int runs, QObject* parent)
    : QObject(parent), m_window(window), m_runs(runs) {}

void OpeningMeasure::start() {
  paintWaiting();
  m_shown = sinceProcessStart();
  connect(
      &m_window.session(), &Session::modelChanged, this,
      [this] { QTimer::singleShot(0, this, &OpeningMeasure::painted); }, Qt::SingleShotConnection);
}

void OpeningMeasure::painted() {
  paintWaiting();
  std::printf("Since the program was started, ms: window painted %.0f, model open and painted %.0f\n",
              m_shown, sinceProcessStart());
  m_window.actions().live->setChecked(false);
  m_window.actions().stop->trigger();
  QTimer::singleShot(kOpeningPauseMs, this, &OpeningMeasure::makeProject);
}

void OpeningMeasure::makeProject() {
  Session& session = m_window.session();
  session.changeRuns([&](RunsTable& table) {
    for (int i = 0; i < m_runs; ++i) table.put(madeUpRun(session, i));
  });
  m_project = m_folder.filePath("runs.espalier");
  m_window.projects().saveNow(m_project);
  connect(&session, &Session::modelChanged, this, [this] {
    QTimer::singleShot(0, this, [this] {
      paintWaiting();
      m_times.push_back(double(m_clock.nsecsElapsed()) / 1e6);
      m_window.actions().stop->trigger();
      QTimer::singleShot(kOpeningPauseMs, this, &OpeningMeasure::openAgain);
    });
  });
  openAgain();
}

void OpeningMeasure::openAgain() {
  if (m_times.size() < kOpenings) {
    m_window.projects().discardChanges();
    m_clock.start();
    m_window.open(m_project);
    return;
  }
  std::sort(m_times.begin(), m_times.end());
  std::printf("A project with %d runs, %d times opened, ms until it is painted: median %.0f, worst %.0f\n",
              int(m_window.session().runs().runs.size()), kOpenings, m_times[kOpenings / 2], m_times.back());
  QApplication::exit();
}

}  // namespace espalier
