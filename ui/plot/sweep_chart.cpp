#include "ui/plot/sweep_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/chart_style.h"
#include "ui/plot/plot_export.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

constexpr double kReach = 12;  // pixels

double deviation(const std::vector<double>& values, double mean) {
  if (values.size() < 2) return 0;
  double sum = 0;
  for (double v : values) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / double(values.size() - 1));
}

// The same for a method whatever others are there: its place among those the program knows.
int seriesOf(const std::string& method) {
  const auto& known = studyMethods();
  const auto it = std::find_if(known.begin(), known.end(), [&](const auto& m) { return m.name == method; });
  return it != known.end() ? int(it - known.begin())
                           : int(known.size() + std::hash<std::string>()(method) % 4);
}

Qt::PenStyle dashOf(int series) {
  return series % 2 ? Qt::DashLine : Qt::SolidLine;
}

QCPScatterStyle::ScatterShape shapeOf(int series) {
  static const QCPScatterStyle::ScatterShape shapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                         QCPScatterStyle::ssTriangle,
                                                         QCPScatterStyle::ssDiamond};
  return shapes[series % 4];
}

// All kinds of question of a point together.
Evaluation::Tally whole(const StudyPoint& point) {
  Evaluation::Tally all;
  for (const auto& t : point.kinds)
    all.right += t.right, all.total += t.total, all.loss += t.loss * double(t.total);
  if (all.total) all.loss /= double(all.total);
  return all;
}

// Where a point stands across the chart; 0: not known.
double acrossOf(const StudyPoint& point, SweepChart::Against against) {
  if (against == SweepChart::Against::Sparsity) return 100 * point.sparsity;
  return against == SweepChart::Against::Seconds ? point.seconds : double(point.bytes) / 1e6;
}

}  // namespace

struct SweepChart::Parts {
  QCustomPlot* plot = nullptr;
  std::vector<StudyPoint> points;
  std::vector<Place> places;
  std::vector<std::string> methods;
  Shown shown = Shown::Accuracy;
  Against against = Against::Sparsity;
  bool legend = false;
  std::optional<std::pair<std::string, double>> chosen, planPlace;
};

SweepChart::SweepChart(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Sweep chart"));
  setWhatsThis(
      tr("How accuracy or loss falls as more weights go, for several methods. The band is one standard "
         "deviation over the seeds, or with one seed the 95 % interval. Click a point to choose it; Use This "
         "Plan, "
         "or Enter, makes its plan the present one. The ring marks the point that the present plan is of."));
  m_parts->plot = new QCustomPlot(this);
  prepareChart(*m_parts->plot);
  m_parts->plot->setMouseTracking(true);
  m_parts->plot->installEventFilter(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_parts->plot);
  // Below the axis it covers no curve.
  QCPLegend* legend = takeLegend(*m_parts->plot);
  legend->setFillOrder(QCPLegend::foColumnsFirst);
  legend->setMargins(QMargins(8, 0, 8, 4));
  placeLegend(false);
  rebuild();
}

SweepChart::~SweepChart() = default;

const std::vector<SweepChart::Place>& SweepChart::places() const {
  return m_parts->places;
}

int SweepChart::current() const {
  return placeOf(m_parts->chosen);
}

std::optional<std::pair<std::string, double>> SweepChart::chosen() const {
  return current() < 0 ? std::nullopt : m_parts->chosen;
}

void SweepChart::setPlanPlace(const std::optional<std::pair<std::string, double>>& place) {
  if (place == m_parts->planPlace) return;
  m_parts->planPlace = place;
  rebuild();
}

int SweepChart::planPlace() const {
  return placeOf(m_parts->planPlace);
}

int SweepChart::placeOf(const std::optional<std::pair<std::string, double>>& key) const {
  for (int i = 0; key && i < int(m_parts->places.size()); ++i)
    if (m_parts->places[size_t(i)].method == key->first && m_parts->places[size_t(i)].sparsity == key->second)
      return i;
  return -1;
}

// Chosen: a point drawn larger, of its own colour's edge. The plan's: a ring around it.
void SweepChart::markAt(int at, double size, bool ring) {
  if (at < 0) return;
  const Place& place = m_parts->places[size_t(at)];
  auto* mark = m_parts->plot->addGraph();
  mark->setData({place.across}, {place.value});
  mark->setLineStyle(QCPGraph::lsNone);
  const QColor ink = palette().color(QPalette::Text);
  mark->setScatterStyle(ring ? QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(ink, 2), Qt::NoBrush, size)
                             : QCPScatterStyle(QCPScatterStyle::ssCross, QPen(ink, 2), Qt::NoBrush, size));
  mark->removeFromLegend();
}

void SweepChart::setPoints(const std::vector<StudyPoint>& points) {
  m_parts->points = points;
  rebuild();
}

void SweepChart::setAgainst(Against against) {
  m_parts->against = against;
  rebuild();
}

void SweepChart::setShown(Shown shown) {
  m_parts->shown = shown;
  rebuild();
}

// Long: curves, bands, points and the legend are made together from what is grouped first.
void SweepChart::rebuild() {
  auto& parts = *m_parts;
  const bool bySparsity = parts.against == Against::Sparsity;
  std::map<std::pair<std::string, double>, std::vector<Evaluation::Tally>> grouped;
  std::map<std::pair<std::string, double>, double> across;
  parts.methods.clear();
  for (const auto& point : parts.points) {
    if (!bySparsity && acrossOf(point, parts.against) <= 0) continue;
    grouped[{point.method, point.sparsity}].push_back(whole(point));
    across[{point.method, point.sparsity}] += acrossOf(point, parts.against);
    if (std::find(parts.methods.begin(), parts.methods.end(), point.method) == parts.methods.end())
      parts.methods.push_back(point.method);
  }
  const bool accuracy = parts.shown == Shown::Accuracy;
  parts.places.clear();
  for (const auto& [key, tallies] : grouped) {
    std::vector<double> values;
    for (const auto& t : tallies) values.push_back(accuracy ? 100 * t.accuracy() : t.loss);
    Place place{key.first, key.second, 0, 0, 0, across[key] / double(values.size()), int(values.size())};
    for (double v : values) place.value += v / double(values.size());
    const double spread = deviation(values, place.value);
    place.low = place.value - spread;
    place.high = place.value + spread;
    if (values.size() == 1 && accuracy) {
      const auto [low, high] = wilsonInterval(tallies[0].right, tallies[0].total);
      place.low = 100 * low;
      place.high = 100 * high;
    }
    parts.places.push_back(place);
  }

  auto* plot = parts.plot;
  plot->clearPlottables();
  colourChart(*plot, palette());
  plot->xAxis->setLabel(bySparsity                          ? tr("Sparsity, %")
                        : parts.against == Against::Seconds ? tr("Time, s")
                                                            : tr("Size without zeros, MB"));
  plot->yAxis->setLabel(accuracy ? tr("Right answers, %") : tr("Loss"));
  double lowest = 100, highest = 0, furthest = 0;
  for (size_t m = 0; m < parts.methods.size(); ++m) {
    QVector<double> x, y, low, high;
    for (const auto& place : parts.places) {
      if (place.method != parts.methods[m]) continue;
      x << place.across;
      furthest = std::max(furthest, place.across);
      y << place.value;
      low << place.low;
      high << place.high;
      lowest = std::min(lowest, place.low);
      highest = std::max(highest, place.high);
    }
    const int series = seriesOf(parts.methods[m]);
    const QColor colour = seriesColour(series, palette());
    auto* below = plot->addGraph();
    auto* above = plot->addGraph();
    below->setData(x, low, bySparsity);
    above->setData(x, high, bySparsity);
    QColor band = colour;
    band.setAlphaF(0.13f);
    for (auto* edge : {below, above}) {
      edge->setPen(Qt::NoPen);
      edge->removeFromLegend();
    }
    above->setBrush(band);
    above->setChannelFillGraph(below);
    auto* line = plot->addGraph();
    line->setData(x, y, bySparsity);
    // What takes longer need not be sparser: a line would lead nowhere.
    if (parts.against == Against::Seconds) {
      for (auto* graph : {below, above, line}) graph->setLineStyle(QCPGraph::lsNone);
    }
    line->setName(engineText(parts.methods[m]));
    line->setPen(QPen(colour, 2, dashOf(series)));
    line->setScatterStyle(QCPScatterStyle(shapeOf(series), colour, colour, 7));
  }
  markAt(placeOf(parts.chosen), 9, false);
  markAt(placeOf(parts.planPlace), 14, true);
  if (bySparsity)
    plot->xAxis->setRange(-3, 100);
  else
    plot->xAxis->setRange(0, furthest > 0 ? 1.06 * furthest : 1);
  if (accuracy)
    plot->yAxis->setRange(0, 102);
  else
    plot->yAxis->setRange(0, highest > 0 ? highest * 1.06 : 1);
  placeLegend(parts.legend);
  plot->replot(QCustomPlot::rpQueuedReplot);
}

QIcon SweepChart::keyOf(const std::string& method, const QPalette& palette) {
  constexpr int kWidth = 26, kHeight = 12, kScale = 2;
  QPixmap drawn(kWidth * kScale, kHeight * kScale);
  drawn.setDevicePixelRatio(kScale);
  drawn.fill(Qt::transparent);
  const int series = seriesOf(method);
  const QColor colour = seriesColour(series, palette);
  {
    QCPPainter painter(&drawn);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 2, dashOf(series)));
    painter.drawLine(QLineF(0, kHeight / 2.0, kWidth, kHeight / 2.0));
    QCPScatterStyle mark(shapeOf(series), colour, colour, 7);
    mark.applyTo(&painter, QPen(colour));
    mark.drawShape(&painter, kWidth / 2.0, kHeight / 2.0);
  }
  return QIcon(drawn);
}

void SweepChart::setLegendShown(bool shown) {
  m_parts->legend = shown;
  rebuild();
}

// In a row of its own below the axis, as many entries side by side as there is room for.
void SweepChart::placeLegend(bool shown) const {
  QCustomPlot* plot = m_parts->plot;
  QCPLegend* legend = plot->legend;
  int widest = 0;
  for (int i = 0; i < legend->itemCount(); ++i)  // places of a grid, some of them empty
    if (const auto* item = legend->item(i))
      widest = std::max(widest, item->minimumOuterSizeHint().width() + 12);
  shown = shown && widest > 0;
  const bool there = legend->layout() != nullptr;
  legend->setVisible(shown);
  if (!shown) {
    if (!there) return;
    plot->plotLayout()->take(legend);
    plot->plotLayout()->simplify();
    return;
  }
  legend->setWrap(std::max(1, (plot->width() - 24) / widest));
  if (!there) plot->plotLayout()->addElement(1, 0, legend);
  plot->plotLayout()->setRowStretchFactor(1, 0.001);
}

void SweepChart::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  if (m_parts->legend) placeLegend(true);
}

QPoint SweepChart::pixelOf(int place) const {
  const auto& p = m_parts->places[size_t(place)];
  return m_parts->plot->mapTo(const_cast<SweepChart*>(this),
                              QPoint(int(m_parts->plot->xAxis->coordToPixel(p.across)),
                                     int(m_parts->plot->yAxis->coordToPixel(p.value))));
}

int SweepChart::placeAt(const QPoint& position) const {
  int best = -1;
  double nearest = kReach;
  for (int i = 0; i < int(m_parts->places.size()); ++i) {
    const QPointF away = pixelOf(i) - mapFromGlobal(m_parts->plot->mapToGlobal(position));
    const double distance = std::hypot(away.x(), away.y());
    if (distance <= nearest) nearest = distance, best = i;
  }
  return best;
}

void SweepChart::setCurrent(int place) {
  if (place == current()) return;
  m_parts->chosen.reset();
  if (place >= 0)
    m_parts->chosen = {m_parts->places[size_t(place)].method, m_parts->places[size_t(place)].sparsity};
  rebuild();
  setAccessibleDescription(place < 0 ? QString() : described(place));
  Q_EMIT currentChanged(place);
}

QString SweepChart::described(int place) const {
  const Place& p = m_parts->places[size_t(place)];
  return tr("%1 at %2 sparsity: %3").arg(engineText(p.method), percent(p.sparsity, 0), shortNumber(p.value));
}

void SweepChart::take() {
  if (const auto key = chosen()) Q_EMIT taken(key->first, key->second);
}

bool SweepChart::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_parts->plot) return QWidget::eventFilter(watched, event);
  const auto* mouse = static_cast<QMouseEvent*>(event);  // where the type says so
  if (event->type() == QEvent::MouseMove) {
    const int place = placeAt(mouse->position().toPoint());
    m_parts->plot->setCursor(place >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (place >= 0) {
      const Place& p = m_parts->places[size_t(place)];
      QToolTip::showText(m_parts->plot->mapToGlobal(mouse->position().toPoint()),
                         tr("%1 at %2: %3 (%4 to %5)\nClick to choose it")
                             .arg(engineText(p.method), percent(p.sparsity, 0), shortNumber(p.value),
                                  shortNumber(p.low), shortNumber(p.high)),
                         m_parts->plot);
    }
    return true;
  }
  if (event->type() == QEvent::MouseButtonPress && mouse->button() != Qt::MiddleButton) {
    setFocus(Qt::MouseFocusReason);
    setCurrent(placeAt(mouse->position().toPoint()));
    return true;
  }
  return false;
}

void SweepChart::keyPressEvent(QKeyEvent* event) {
  const int count = int(m_parts->places.size());
  if (count == 0) return QWidget::keyPressEvent(event);
  const int at = current();
  switch (event->key()) {
    case Qt::Key_Left:
      return setCurrent(at < 0 ? 0 : std::max(0, at - 1));
    case Qt::Key_Right:
      return setCurrent(std::min(count - 1, at + 1));
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return take();
    default:
      QWidget::keyPressEvent(event);
  }
}

void SweepChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) rebuild();
}

QString SweepChart::exportTo(const QString& file) const {
  placeLegend(true);
  const QString problem = exportPlot(*m_parts->plot, csv(), file);
  placeLegend(m_parts->legend);
  m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
  return problem;
}

QString SweepChart::csv() const {
  QString out = QStringLiteral("method,sparsity,achieved,seed,right,pairs,accuracy,loss,seconds,bytes\n");
  for (const auto& p : m_parts->points) {
    const auto t = whole(p);
    out += QStringLiteral("\"%1\",%2,%3,%4,%5,%6,%7,%8,%9,%10\n")
               .arg(text(p.method))
               .arg(p.sparsity)
               .arg(p.achieved)
               .arg(p.seed)
               .arg(t.right)
               .arg(t.total)
               .arg(t.accuracy())
               .arg(t.loss)
               .arg(p.seconds)
               .arg(p.bytes);
  }
  return out;
}

}  // namespace espalier
