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
    m_clock.start();
    m_view->showPair(m_pair);
    return;
  }
  std::sort(m_times.begin(), m_times.end());
  const auto at = [&](double part) { return m_times[size_t(part * double(m_times.size() - 1))]; };
  std::printf(
      "%d pairs, each by the dense and the pruned model, ms until the explanation is painted: median %.0f, "
      "95 %% within %.0f, worst %.0f\n",
      int(m_times.size()), at(0.5), at(0.95), at(1));
  QApplication::quit();
}

void ExplainMeasure::answered() {
  if (!m_view->controller().pruned()) return;
  // The window has taken it in; painting is the next thing.
  QTimer::singleShot(0, this, [this] {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    m_times.push_back(double(m_clock.nsecsElapsed()) / 1e6);
    QTimer::singleShot(kExplainPauseMs, this, &ExplainMeasure::ask);
  });
}

}  // namespace espalier
