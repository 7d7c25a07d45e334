#include "app/measure/answer_measure.h"

#include <QApplication>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/measure/scripted_mouse.h"
#include "ui/actions/actions.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

constexpr int kPollMs = 200, kReadyMs = 2000, kMoveMs = 16, kMovesOfDrag = 60, kRestMs = 500, kDragsEach = 5;

}  // namespace

AnswerMeasure::AnswerMeasure(MainWindow& window, std::string refinement, QObject* parent)
    : QObject(parent), m_window(window), m_refinement(std::move(refinement)) {
  m_mouse.setInterval(kMoveMs);
  m_mouse.setTimerType(Qt::PreciseTimer);
  connect(&m_mouse, &QTimer::timeout, this, &AnswerMeasure::move);
  const auto ms = [this] { return double(m_clock.nsecsElapsed()) / 1e6; };
  connect(&m_window.session(), &Session::outcomesChanged, this, [this, ms] {
    if (m_released && m_now.first < 0) m_now.first = ms();
  });
  connect(&m_window.session(), &Session::evaluationChanged, this, &AnswerMeasure::onEvaluation);
}

void AnswerMeasure::start() {
  const Session& session = m_window.session();
  if (!session.hasModel() || !session.dense()) {
    QTimer::singleShot(kPollMs, this, &AnswerMeasure::start);
    return;
  }
  m_window.actions().live->setChecked(true);
  if (PruneOptions options = session.pruneOptions(); options.refinement != m_refinement) {
    options.refinement = m_refinement;
    m_window.session().setPruneOptions(options);
  }
  QTimer::singleShot(kReadyMs, this, &AnswerMeasure::beginDrag);
}

void AnswerMeasure::beginDrag() {
  // What is still asked of the plan before the drag is no matter here.
  if (m_window.session().prunedModel() && !m_window.session().isUpToDate()) {
    QTimer::singleShot(kPollMs, this, &AnswerMeasure::beginDrag);
    return;
  }
  PlanChart& chart = *m_window.workbench().planPanel()->chart();
  const int count = int(m_window.session().plan().plan().groups.size());
  const int drag = int(m_atOnce.size() + m_afterRest.size());
  m_held = drag % 2 == 1;
  m_from = chart.handleOf((1 + 5 * drag) % count);
  m_moves = 0;
  m_released = false;
  m_now = {};
  QWidget* surface = chart.childAt(m_from);
  if (!surface) {
    std::fprintf(stderr, "No bar to drag.\n");
    QApplication::exit(1);
    return;
  }
  sendMouse(surface, QEvent::MouseButtonPress, surface->mapFrom(&chart, m_from));
  m_mouse.start();
}

void AnswerMeasure::move() {
  PlanChart& chart = *m_window.workbench().planPanel()->chart();
  ++m_moves;
  const int up = int(std::lround(24 * std::sin(m_moves * 0.13)));
  QWidget* surface = chart.childAt(m_from);
  sendMouse(surface, QEvent::MouseMove, surface->mapFrom(&chart, m_from + QPoint(0, up)));
  if (m_moves < kMovesOfDrag) return;
  m_mouse.stop();
  m_held ? QTimer::singleShot(kRestMs, this, &AnswerMeasure::letGo) : letGo();
}

void AnswerMeasure::letGo() {
  PlanChart& chart = *m_window.workbench().planPanel()->chart();
  QWidget* surface = chart.childAt(m_from);
  const int up = int(std::lround(24 * std::sin(m_moves * 0.13)));
  m_clock.start();
  m_released = true;
  // What stands already when the bar is let go.
  if (!m_window.session().isStale()) m_now.first = m_now.all = 0;
  sendMouse(surface, QEvent::MouseButtonRelease, surface->mapFrom(&chart, m_from + QPoint(0, up)));
  // A bar that came back to where the exact answers are of is asked nothing more.
  if (!m_window.session().isStale() && !m_window.session().isPreview())
    QTimer::singleShot(0, this, &AnswerMeasure::onEvaluation);
}

void AnswerMeasure::onEvaluation() {
  const Session& session = m_window.session();
  if (!m_released || session.isStale()) return;
  const double ms = double(m_clock.nsecsElapsed()) / 1e6;
  for (double* time : {&m_now.first, &m_now.all})
    if (*time < 0) *time = ms;
  if (session.isPreview()) return;
  m_now.exact = ms;
  m_released = false;
  (m_held ? m_afterRest : m_atOnce).push_back(m_now);
  std::fprintf(stderr, "%s: %.0f / %.0f / %.0f\n", m_held ? "held" : "at once", m_now.first, m_now.all,
               m_now.exact);
  // The next drag moves every block again.
  m_window.session().plan().resetAll();
  if (m_atOnce.size() + m_afterRest.size() < 2 * kDragsEach) {
    QTimer::singleShot(kPollMs, this, &AnswerMeasure::beginDrag);
    return;
  }
  print();
  if (isPruned()) {
    QApplication::exit();
    return;
  }
  m_atOnce.clear();
  m_afterRest.clear();
  PruneOptions options = session.pruneOptions();
  options.inputs = "pruned";
  m_window.session().setPruneOptions(options);
  QTimer::singleShot(kPollMs, this, &AnswerMeasure::beginDrag);
}

bool AnswerMeasure::isPruned() const {
  return m_window.session().pruneOptions().inputs == "pruned";
}

void AnswerMeasure::print() const {
  const auto median = [](const std::vector<Times>& times, double Times::*which) {
    std::vector<double> all;
    for (const auto& t : times) all.push_back(t.*which);
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
  };
  std::printf(
      "Calibrated on %s, medians of %d drags, ms from letting go: first answers / all of them / the exact "
      "ones\n",
      isPruned() ? "pruned blocks" : "the dense model", kDragsEach);
  for (const auto& [name, times] :
       {std::pair{"let go while moving", &m_atOnce}, {"held still before", &m_afterRest}})
    std::printf("  %s: %.0f / %.0f / %.0f\n", name, median(*times, &Times::first),
                median(*times, &Times::all), median(*times, &Times::exact));
}

}  // namespace espalier
