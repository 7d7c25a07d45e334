#include "ui/plot/compare_chart.h"

#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <map>

#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/chart_style.h"
#include "ui/plot/component_axis.h"
#include "ui/plot/plot_export.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

constexpr double kOneBar = 0.38;  // of a column's width; two stand in it

// The zero line of the grid is the base that the bars stand on.
void styleCompareAxis(QCPAxis* axis, const QFont& font, const QPalette& palette) {
  colourAxis(*axis, font, palette);
  axis->setBasePen(Qt::NoPen);
  axis->grid()->setZeroLinePen(QPen(shadesFor(palette).axis, 1));
  axis->setLabelPadding(6);
}

}  // namespace

struct CompareChart::Parts {
  QCustomPlot* plot = nullptr;
  QCPAxisRect *upper = nullptr, *lower = nullptr;
  struct Series {
    QCPBars *a = nullptr, *b = nullptr, *difference = nullptr;
  };
  std::map<std::string, Series> series;  // by component
  QCPItemRect* band = nullptr;           // behind the current column, through both panes
  ChartColumns columns;
  Side a, b;
  int current = -1;
  int hovered = -1;
  QPoint pressed;
  double panFrom = 0;
  bool panning = false;

  QCPAxis* x() const { return upper->axis(QCPAxis::atBottom); }
  double fullLeft() const { return columns.left() - 0.35; }
  double fullRight() const { return columns.right() + 0.35; }
  void setView(double left, double right) const {
    const double most = fullRight() - fullLeft();
    const double width = std::clamp(right - left, std::min(3.0, most), most);
    left = std::clamp((left + right - width) / 2, fullLeft(), fullRight() - width);
    for (auto* rect : {upper, lower}) rect->axis(QCPAxis::atBottom)->setRange(left, left + width);
  }
  void placeBand() const {
    const bool any = current >= 0 && current < int(columns.columns.size());
    band->setVisible(any);
    if (!any) return;
    const double at = columns.columns[size_t(current)].x;
    band->topLeft->setCoords(at - 0.46, 100);
    band->bottomRight->setCoords(at + 0.46, 0);
  }
};

CompareChart::CompareChart(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
  setObjectName("compareChart");
  setAccessibleName(tr("Two plans"));
  setWhatsThis(
      tr("The sparsity that each plan gives each block, the second one hatched, and below how much more or "
         "less the second one takes. The wheel zooms, dragging moves, a click chooses a block."));
  Parts& p = *m_parts;
  p.plot = new QCustomPlot(this);
  // QCustomPlot keeps the right button to itself; the menu is this widget's.
  p.plot->setAttribute(Qt::WA_NoMousePropagation, false);
  p.plot->setFocusPolicy(Qt::NoFocus);
  p.plot->setMouseTracking(true);
  p.plot->plotLayout()->clear();
  p.upper = new QCPAxisRect(p.plot);
  p.lower = new QCPAxisRect(p.plot);
  p.plot->plotLayout()->addElement(0, 0, p.upper);
  p.plot->plotLayout()->addElement(1, 0, p.lower);
  p.plot->plotLayout()->setRowStretchFactor(0, 1.4);
  p.plot->plotLayout()->setRowSpacing(8);
  auto* margins = new QCPMarginGroup(p.plot);
  for (auto* rect : {p.upper, p.lower}) {
    rect->setMarginGroup(QCP::msLeft, margins);
    rect->setAutoMargins(QCP::msLeft);
    auto* x = rect->axis(QCPAxis::atBottom);
    x->setTicks(false);
    x->setTickLabels(false);
    x->grid()->setVisible(false);
    rect->axis(QCPAxis::atLeft)->setSubTicks(false);
  }
  auto* y = p.upper->axis(QCPAxis::atLeft);
  y->setRange(0, 100);
  y->setLabel(tr("Sparsity, %"));
  auto* ticker = new QCPAxisTickerFixed;
  ticker->setTickStep(25);
  y->setTicker(QSharedPointer<QCPAxisTicker>(ticker));
  auto* below = p.lower->axis(QCPAxis::atLeft);
  below->setLabel(tr("Difference"));
  below->ticker()->setTickCount(4);
  below->setNumberFormat("gb");
  below->setNumberPrecision(3);
  new ComponentAxis(p.lower, &p.columns);
  p.band = new QCPItemRect(p.plot);
  p.band->setLayer("background");
  p.band->setClipAxisRect(p.upper);
  for (auto* position : {p.band->topLeft, p.band->bottomRight}) {
    position->setAxisRect(p.upper);
    position->setAxes(p.x(), y);
  }
  p.band->setVisible(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(p.plot);
  p.plot->installEventFilter(this);
  applyTheme();
}

CompareChart::~CompareChart() = default;

void CompareChart::setSides(ChartColumns columns, Side a, Side b) {
  Parts& p = *m_parts;
  const bool sameShape = columns.columns.size() == p.columns.columns.size();
  p.columns = std::move(columns);
  p.a = std::move(a);
  p.b = std::move(b);
  p.hovered = -1;
  if (!sameShape) p.current = -1;
  for (auto& [component, series] : p.series)
    for (auto* bars : {series.a, series.b, series.difference}) p.plot->removePlottable(bars);
  p.series.clear();
  struct Values {
    QVector<double> at, atA, atB, a, b, difference;
  };
  std::map<std::string, Values> all;
  double widest = 1;
  for (size_t i = 0; i < p.columns.columns.size(); ++i) {
    const auto& column = p.columns.columns[i];
    Values& v = all[column.component];
    v.at << column.x;
    v.atA << column.x - kOneBar / 2;
    v.atB << column.x + kOneBar / 2;
    v.a << p.a.sparsity[i] * 100;
    v.b << p.b.sparsity[i] * 100;
    v.difference << v.b.back() - v.a.back();
    widest = std::max(widest, std::abs(v.difference.back()));
  }
  for (auto& [component, v] : all) {
    Parts::Series series;
    const auto bars = [&](QCPAxisRect* rect, const QVector<double>& at, const QVector<double>& values,
                          double width) {
      auto* made = new QCPBars(rect->axis(QCPAxis::atBottom), rect->axis(QCPAxis::atLeft));
      made->setWidth(width);
      made->setSelectable(QCP::stNone);
      made->setAntialiased(false);
      made->setData(at, values, true);
      return made;
    };
    series.a = bars(p.upper, v.atA, v.a, kOneBar);
    series.b = bars(p.upper, v.atB, v.b, kOneBar);
    series.difference = bars(p.lower, v.at, v.difference, 2 * kOneBar);
    p.series[component] = series;
  }
  p.lower->axis(QCPAxis::atLeft)->setRange(-widest * 1.1, widest * 1.1);
  if (!sameShape) p.setView(p.fullLeft(), p.fullRight());
  setAccessibleDescription(tr("%1 against %2").arg(p.a.name, p.b.name));
  p.placeBand();
  applyTheme();
}

void CompareChart::setCurrent(const std::string& group) {
  m_parts->current = m_parts->columns.indexOf(group);
  m_parts->placeBand();
  m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

void CompareChart::applyTheme() {
  Parts& p = *m_parts;
  const QFont small = chartFont(font());
  p.plot->setFont(small);
  const QFontMetrics metrics(small);
  p.upper->setMargins(QMargins(0, std::max(8, metrics.height() / 2), 12, 2));
  p.lower->setMargins(QMargins(0, 4, 12, ComponentAxis::heightFor(metrics)));
  p.plot->setBackground(palette().color(QPalette::Base));
  for (auto* rect : {p.upper, p.lower})
    for (auto* axis : rect->axes()) styleCompareAxis(axis, small, palette());
  QColor faint = palette().color(QPalette::Highlight);
  faint.setAlpha(40);
  p.band->setPen(Qt::NoPen);
  p.band->setBrush(faint);
  for (auto& [component, series] : p.series) {
    const QColor colour = componentColour(component, palette());
    series.a->setPen(Qt::NoPen);
    series.a->setBrush(colour);
    series.b->setPen(QPen(colour, 1));
    series.b->setBrush(QBrush(colour, Qt::BDiagPattern));
    series.difference->setPen(Qt::NoPen);
    series.difference->setBrush(colour);
  }
  p.plot->replot(QCustomPlot::rpQueuedReplot);
}

int CompareChart::columnAt(const QPoint& position) const {
  const Parts& p = *m_parts;
  if (position.x() < p.upper->left() || position.x() > p.upper->right()) return -1;
  return p.columns.indexAt(p.x()->pixelToCoord(position.x()));
}

QPoint CompareChart::pixelOf(int column) const {
  const Parts& p = *m_parts;
  const QPoint at(int(p.x()->coordToPixel(p.columns.columns[size_t(column)].x)), p.upper->bottom() - 2);
  return p.plot->mapTo(const_cast<CompareChart*>(this), at);
}

void CompareChart::hover(const QPoint& position) {
  Parts& p = *m_parts;
  const int column = columnAt(position);
  if (column == p.hovered) return;
  p.hovered = column;
  if (column < 0) return QToolTip::hideText();
  const size_t i = size_t(column);
  QToolTip::showText(p.plot->mapToGlobal(position),
                     tr("%1\n%2: %3\n%4: %5\nDifference: %6 points")
                         .arg(text(p.columns.columns[i].name), p.a.name, percent(p.a.sparsity[i]), p.b.name,
                              percent(p.b.sparsity[i]), signedPoints(p.b.sparsity[i] - p.a.sparsity[i])),
                     p.plot);
}

bool CompareChart::eventFilter(QObject* watched, QEvent* event) {
  Parts& p = *m_parts;
  if (watched != p.plot) return QWidget::eventFilter(watched, event);
  const auto range = p.x()->range();
  switch (event->type()) {
    case QEvent::Wheel: {
      if (p.columns.columns.empty()) return true;
      const auto* turned = static_cast<QWheelEvent*>(event);
      const double about = std::clamp(p.x()->pixelToCoord(turned->position().x()), range.lower, range.upper);
      const double factor = std::pow(1.25, turned->angleDelta().y() / 120.0);
      p.setView(about - (about - range.lower) / factor, about + (range.upper - about) / factor);
      p.plot->replot(QCustomPlot::rpQueuedReplot);
      return true;
    }
    case QEvent::MouseButtonPress: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      if (mouse->button() != Qt::LeftButton) return false;
      p.pressed = mouse->position().toPoint();
      p.panFrom = p.x()->pixelToCoord(p.pressed.x());
      return true;
    }
    case QEvent::MouseMove: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      const QPoint at = mouse->position().toPoint();
      if (!(mouse->buttons() & Qt::LeftButton)) return hover(at), true;
      p.panning = p.panning || (at - p.pressed).manhattanLength() > 5;
      if (!p.panning) return true;
      const double by = p.panFrom - p.x()->pixelToCoord(at.x());
      p.setView(range.lower + by, range.upper + by);
      p.plot->replot(QCustomPlot::rpQueuedReplot);
      return true;
    }
    case QEvent::MouseButtonRelease: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      if (mouse->button() != Qt::LeftButton) return false;
      if (std::exchange(p.panning, false)) return true;
      if (const int column = columnAt(mouse->position().toPoint()); column >= 0)
        Q_EMIT chosen(p.columns.columns[size_t(column)].group);
      return true;
    }
    default:
      return false;
  }
}

void CompareChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) applyTheme();
}

QString CompareChart::csv() const {
  const Parts& p = *m_parts;
  QString out =
      QStringLiteral("name,component,parameters,\"%1\",\"%2\",difference\n").arg(p.a.name, p.b.name);
  for (size_t i = 0; i < p.columns.columns.size(); ++i) {
    const auto& c = p.columns.columns[i];
    out += QStringLiteral("\"%1\",\"%2\",%3,%4,%5,%6\n")
               .arg(text(c.name), text(c.component))
               .arg(c.parameters)
               .arg(p.a.sparsity[i], 0, 'g', 17)
               .arg(p.b.sparsity[i], 0, 'g', 17)
               .arg(p.b.sparsity[i] - p.a.sparsity[i], 0, 'g', 17);
  }
  return out;
}

QString CompareChart::exportTo(const QString& file) const {
  return exportPlot(*m_parts->plot, csv(), file);
}

}  // namespace espalier
