#include "app/measure/drag_measure.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/measure/scripted_mouse.h"
#include "core/data/dataset.h"
#include "core/samples/sample_folder.h"
#include "ui/actions/actions.h"
#include "ui/panels/plan_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

constexpr int kModelPollMs = 200, kPlacedMs = 1500, kMoves = 100;

// Until nothing waits to be painted.
void paintAll() {
  for (int i = 0; i < 3; ++i) {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
  }
}

}  // namespace

DragMeasure::DragMeasure(MainWindow& window, int pairs, QObject* parent)
    : QObject(parent), m_window(window), m_pairs(pairs) {}

void DragMeasure::start() {
  if (!m_window.session().hasModel()) return QTimer::singleShot(kModelPollMs, this, &DragMeasure::start);
  m_window.actions().live->setChecked(false);
  m_window.actions().stop->trigger();
  if (m_pairs > 0) {
    // No model runs here, so pairs of another one do.
    Dataset many = m_window.session().pairs();
    if (many.samples.empty()) many = openDataset(sampleFolder() / "pairs");
    const auto own = many.samples;
    many.samples.clear();
    for (int i = 0; i < m_pairs; ++i) many.samples.push_back(own[size_t(i) % own.size()]);
    m_window.session().setPairs(many);
    m_window.actions().stop->trigger();
    std::vector<PairResult> results;
    for (int i = 0; i < m_pairs; ++i) results.push_back({i, many.samples[size_t(i)].answer, i % 3 > 0, 0.5});
    m_window.session().addDenseResults(results);
    m_window.session().addPrunedResults(results);
  }
  m_window.session().plan().setGranularity(Granularity::Layer);
  QTimer::singleShot(kPlacedMs, this, &DragMeasure::run);
}

std::vector<double> DragMeasure::drag(int column, int moves) {
  PlanChart& chart = *m_window.workbench().planPanel()->chart();
  const QPoint from = chart.handleOf(column);
  QWidget* surface = chart.childAt(from);
  std::vector<double> out;
  if (!surface) return out;
  const auto at = [&](int move) {
    return surface->mapFrom(&chart, from + QPoint(0, int(std::lround(30 * std::sin(move * 0.2)))));
  };
  sendMouse(surface, QEvent::MouseButtonPress, at(0));
  paintAll();
  QElapsedTimer clock;
  for (int i = 1; i <= moves; ++i) {
    clock.start();
    sendMouse(surface, QEvent::MouseMove, at(i));
    paintAll();
    out.push_back(double(clock.nsecsElapsed()) / 1e6);
  }
  sendMouse(surface, QEvent::MouseButtonRelease, at(moves));
  paintAll();
  return out;
}

void DragMeasure::run() {
  PlanDocument& plan = m_window.session().plan();
  const int count = int(plan.plan().groups.size());
  std::vector<double> all;
  for (int column : {0, count / 3, 2 * count / 3, count - 1}) {
    const auto times = drag(column, kMoves);
    all.insert(all.end(), times.begin(), times.end());
  }
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) { return all.empty() ? 0 : all[size_t(part * double(all.size() - 1))]; };
  std::printf(
      "%d matrices, %d pairs, window of %d x %d, %d moves of the mouse, ms until all is painted: median "
      "%.1f, 95 %% "
      "within "
      "%.1f, worst %.1f\n",
      count, int(m_window.session().pairs().samples.size()), m_window.width(), m_window.height(),
      int(all.size()), at(0.5), at(0.95), at(1));
  QApplication::exit();
}

}  // namespace espalier
