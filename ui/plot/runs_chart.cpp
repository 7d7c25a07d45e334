#include "ui/plot/runs_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/evaluate/evaluation.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/chart_style.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

constexpr double kRunReach = 12;  // pixels

}  // namespace

struct RunsChart::Parts {
  QCustomPlot* plot = nullptr;
  RunsTable table;
  RunCost cost = RunCost::Bytes;
  std::vector<size_t> shown, front;
  int current = -1;
};

RunsChart::RunsChart(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Runs chart"));
  setWhatsThis(tr(
      "How many answers of each run are right against what it costs, with the 95 % interval. The line goes "
      "through runs that no other run of the same data betters. Click a point to choose its run."));
  m_parts->plot = new QCustomPlot(this);
  prepareChart(*m_parts->plot);
  m_parts->plot->setMouseTracking(true);
  m_parts->plot->installEventFilter(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_parts->plot);
  rebuild();
}

RunsChart::~RunsChart() = default;

void RunsChart::setRuns(const RunsTable& table, RunCost cost) {
  m_parts->table = table;
  m_parts->cost = cost;
  if (m_parts->current >= int(table.runs.size())) m_parts->current = -1;
  rebuild();
}

void RunsChart::setCurrent(int run) {
  if (run == m_parts->current) return;
  m_parts->current = run;
  setAccessibleDescription(run < 0 ? QString() : text(m_parts->table.runs[size_t(run)].name));
  rebuild();
  Q_EMIT currentChanged(run);
}

int RunsChart::current() const {
  return m_parts->current;
}

const std::vector<size_t>& RunsChart::shown() const {
  return m_parts->shown;
}

const std::vector<size_t>& RunsChart::front() const {
  return m_parts->front;
}

QPointF RunsChart::placeOf(size_t run) const {
  const Run& r = m_parts->table.runs[run];
  const double factor = m_parts->cost == RunCost::Bytes         ? 1.0 / (1 << 20)
                        : m_parts->cost == RunCost::KeptWeights ? 100
                                                                : 1000;
  return {factor * *costOf(r, m_parts->cost), 100 * *r.accuracy()};
}

QPoint RunsChart::pixelOf(size_t run) const {
  const QPointF place = placeOf(run);
  return m_parts->plot->mapTo(const_cast<RunsChart*>(this),
                              QPoint(int(m_parts->plot->xAxis->coordToPixel(place.x())),
                                     int(m_parts->plot->yAxis->coordToPixel(place.y()))));
}

// Long: axes, points, intervals and the line are made together.
void RunsChart::rebuild() {
  auto& parts = *m_parts;
  parts.shown.clear();
  for (size_t i = 0; i < parts.table.runs.size(); ++i)
    if (parts.table.runs[i].accuracy() && costOf(parts.table.runs[i], parts.cost)) parts.shown.push_back(i);
  parts.front = paretoFront(parts.table, parts.cost);
  QCustomPlot* plot = parts.plot;
  const Shades& shades = shadesFor(palette());
  plot->clearPlottables();
  colourChart(*plot, palette());
  plot->yAxis->setLabel(tr("Right answers, %"));
  plot->xAxis->setLabel(parts.cost == RunCost::Bytes         ? tr("Size of the files, MiB")
                        : parts.cost == RunCost::KeptWeights ? tr("Weights that are not zero, %")
                                                             : tr("Time for a token, picture or text, ms"));
  const QColor colour = seriesColour(0, palette());
  auto* line = plot->addGraph();
  line->setPen(QPen(colour, 1.5, Qt::DashLine));
  for (const auto i : parts.front) line->addData(placeOf(i).x(), placeOf(i).y());
  auto* points = plot->addGraph();
  points->setLineStyle(QCPGraph::lsNone);
  points->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 8));
  auto* bars = new QCPErrorBars(plot->xAxis, plot->yAxis);
  bars->setDataPlottable(points);
  bars->setPen(QPen(shades.muted));
  QVector<double> x, y, below, above;
  for (const auto i : parts.shown) {
    const Run& r = parts.table.runs[i];
    const auto interval = wilsonInterval(*r.right, r.total);
    x << placeOf(i).x();
    y << placeOf(i).y();
    below << y.back() - 100 * interval.low;
    above << 100 * interval.high - y.back();
  }
  // Both are ordered by x alike.
  std::vector<qsizetype> order(size_t(x.size()));
  for (size_t i = 0; i < order.size(); ++i) order[i] = qsizetype(i);
  std::stable_sort(order.begin(), order.end(), [&](qsizetype a, qsizetype b) { return x[a] < x[b]; });
  QVector<double> minus, plus;
  for (const auto i : order) {
    points->addData(x[i], y[i]);
    minus << below[i];
    plus << above[i];
  }
  bars->setData(minus, plus);
  if (parts.current >= 0 &&
      std::find(parts.shown.begin(), parts.shown.end(), size_t(parts.current)) != parts.shown.end()) {
    auto* mark = plot->addGraph();
    mark->setLineStyle(QCPGraph::lsNone);
    mark->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(palette().color(QPalette::Text), 2),
                                          Qt::NoBrush, 15));
    mark->addData(placeOf(size_t(parts.current)).x(), placeOf(size_t(parts.current)).y());
  }
  // Points are compared with each other, so the axes begin where they do.
  QCPRange costs(0, 1), right(0, 102);
  if (!x.isEmpty()) {
    const auto [least, most] = std::minmax_element(x.begin(), x.end());
    const double margin = std::max(0.08 * (*most - *least), 0.02 * *most);
    costs = {std::max(0.0, *least - margin), *most + margin};
    double low = 100, high = 0;
    for (qsizetype i = 0; i < y.size(); ++i)
      low = std::min(low, y[i] - below[i]), high = std::max(high, y[i] + above[i]);
    right = {std::max(0.0, low - 2), std::min(102.0, high + 2)};
  }
  plot->xAxis->setRange(costs);
  plot->yAxis->setRange(right);
  plot->replot(QCustomPlot::rpQueuedReplot);
}

bool RunsChart::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_parts->plot) return QWidget::eventFilter(watched, event);
  if (event->type() != QEvent::MouseMove && event->type() != QEvent::MouseButtonPress) return false;
  const auto* mouse = static_cast<QMouseEvent*>(event);
  int best = -1;
  double nearest = kRunReach;
  for (const auto i : m_parts->shown) {
    const QPointF away = pixelOf(i) - mapFromGlobal(m_parts->plot->mapToGlobal(mouse->position().toPoint()));
    if (const double distance = std::hypot(away.x(), away.y()); distance <= nearest)
      nearest = distance, best = int(i);
  }
  if (event->type() == QEvent::MouseButtonPress) {
    setFocus(Qt::MouseFocusReason);
    setCurrent(best);
    return true;
  }
  m_parts->plot->setCursor(best >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (best >= 0)
    QToolTip::showText(m_parts->plot->mapToGlobal(mouse->position().toPoint()),
                       text(m_parts->table.runs[size_t(best)].name), m_parts->plot);
  return true;
}

void RunsChart::keyPressEvent(QKeyEvent* event) {
  const bool left = event->key() == Qt::Key_Left, right = event->key() == Qt::Key_Right;
  if (m_parts->shown.empty() || (!left && !right)) return QWidget::keyPressEvent(event);
  auto order = m_parts->shown;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return placeOf(a).x() < placeOf(b).x(); });
  const auto at = std::find(order.begin(), order.end(), size_t(m_parts->current));
  if (at == order.end()) return setCurrent(int(order.front()));
  if (left && at != order.begin()) setCurrent(int(*(at - 1)));
  if (right && at + 1 != order.end()) setCurrent(int(*(at + 1)));
}

void RunsChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) rebuild();
}

}  // namespace espalier
