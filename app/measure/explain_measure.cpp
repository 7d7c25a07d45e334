#include "app/measure/explain_measure.h"

#include <QApplication>
#include <QTimer>
#include <algorithm>
#include <cstdio>

#include "ui/actions/actions.h"
#include "ui/session/session.h"
#include "ui/window/explanation_window.h"
#include "ui/window/main_window.h"

namespace espalier {

namespace {

constexpr int kExplainPollMs = 200, kExplained = 24, kExplainPauseMs = 20;

}  // namespace

ExplainMeasure::ExplainMeasure(MainWindow& window, QObject* parent) : QObject(parent), m_window(window) {}

void ExplainMeasure::start() {
  const Session& session = m_window.session();
  const bool pruned = session.isUpToDate() && session.pruned();
  if (!session.hasModel() || !session.dense() || !pruned || m_window.isBusy()) {
    if (session.hasModel() && session.dense() && !session.prunedModel() && !m_window.isBusy())
      m_window.actions().prune->trigger();
    QTimer::singleShot(kExplainPollMs, this, &ExplainMeasure::start);
    return;
  }
  m_window.actions().live->setChecked(false);
  m_view = new ExplanationWindow(m_window.session(), &m_window);
  m_view->show();
  connect(&m_view->controller(), &ExplainController::explained, this, &ExplainMeasure::answered);
  QTimer::singleShot(kExplainPollMs, this, &ExplainMeasure::ask);
}

void ExplainMeasure::ask() {
  const int pairs = std::min(kExplained, int(m_window.session().pairs().samples.size()));
  if (++m_pair < pairs) {
    m_waitsForFirst = true;
    m_clock.start();
    m_view->showPair(m_pair);
    return;
  }
  std::printf("%d pairs, each by the dense and the pruned model, ms until the explanation is painted\n",
              int(m_times.size()));
  for (auto& [what, times] : {std::pair{"first, with coarse maps where these take long", &m_firstTimes},
                              std::pair{"with its finest maps", &m_times}}) {
    std::sort(times->begin(), times->end());
    const auto at = [&](double part) { return (*times)[size_t(part * double(times->size() - 1))]; };
    std::printf("  %s: median %.0f, 95 %% within %.0f, worst %.0f\n", what, at(0.5), at(0.95), at(1));
  }
  QApplication::exit();
}

void ExplainMeasure::answered() {
  if (!m_view->controller().pruned()) return;
  const bool coarse = m_view->controller().isCoarse();
  // The window has taken it in; painting is the next thing.
  const bool isFirst = m_waitsForFirst;
  m_waitsForFirst = false;
  QTimer::singleShot(0, this, [this, coarse, isFirst] {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    const double ms = double(m_clock.nsecsElapsed()) / 1e6;
    if (isFirst) m_firstTimes.push_back(ms);
    if (coarse) return;
    m_times.push_back(ms);
    QTimer::singleShot(kExplainPauseMs, this, &ExplainMeasure::ask);
  });
}

}  // namespace espalier
