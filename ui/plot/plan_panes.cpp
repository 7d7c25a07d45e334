#include "ui/plot/plan_panes.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/chart_style.h"

namespace espalier {

namespace {

constexpr double kBarWidth = 0.78;

struct PlanPanesText {
  Q_DECLARE_TR_FUNCTIONS(PlanPanes)
};

// Room to the right for the words beside the target and cap lines.
int rightMargin(const QFontMetrics& metrics) {
  const QString most = percent(1, 0);
  return std::max(metrics.horizontalAdvance(BarMarks::targetWords(most)),
                  metrics.horizontalAdvance(BarMarks::capWords(most))) +
         12;
}

// Panes that are low, or have large type, have fewer numbers at their side and no title that would run into
// the other's.
void fitToHeights(QCustomPlot* plot, const std::vector<std::pair<QCPAxisRect*, QString>>& titles,
                  QCPAxisRect* percents, QCPAxisTickerFixed* ticker) {
  QObject::connect(plot, &QCustomPlot::afterLayout, plot, [=] {
    bool changed = false;
    for (const auto& [rect, title] : titles) {
      auto* axis = rect->axis(QCPAxis::atLeft);
      const bool fits = QFontMetrics(axis->labelFont()).horizontalAdvance(title) <= rect->height();
      const QString shown = fits ? title : QString();
      changed = changed || axis->label() != shown;
      axis->setLabel(shown);
    }
    const int line = QFontMetrics(percents->axis(QCPAxis::atLeft)->tickLabelFont()).height();
    const double step = percents->height() >= 5 * line ? 25 : percents->height() >= 3 * line ? 50 : 100;
    changed = changed || ticker->tickStep() != step;
    ticker->setTickStep(step);
    if (!changed) return;
    for (const auto phase :
         {QCPLayoutElement::upPreparation, QCPLayoutElement::upMargins, QCPLayoutElement::upLayout})
      plot->plotLayout()->update(phase);
  });
}

}  // namespace

PlanPanes::PlanPanes(QCustomPlot* plot, const ChartColumns* columns) : m_plot(plot), m_columns(columns) {
  plot->setNoAntialiasingOnDrag(false);
  plot->plotLayout()->clear();
  m_importance = new QCPAxisRect(plot);
  m_sparsity = new QCPAxisRect(plot);
  plot->plotLayout()->addElement(0, 0, m_importance);
  plot->plotLayout()->addElement(1, 0, m_sparsity);
  plot->plotLayout()->setRowStretchFactor(1, 1.25);
  plot->plotLayout()->setRowSpacing(10);

  auto* margins = new QCPMarginGroup(plot);
  for (auto* rect : {m_importance, m_sparsity}) {
    rect->setMarginGroup(QCP::msLeft, margins);
    rect->setAutoMargins(QCP::msLeft);
    rect->setMinimumMargins(QMargins(0, 6, 0, 0));
    auto* x = rect->axis(QCPAxis::atBottom);
    x->setTicks(false);
    x->setTickLabels(false);
    x->grid()->setVisible(false);
    rect->axis(QCPAxis::atLeft)->setSubTicks(false);
  }
  fitMargins();

  m_importance->axis(QCPAxis::atLeft)->setLabel(PlanPanesText::tr("Importance"));
  auto* y = m_sparsity->axis(QCPAxis::atLeft);
  y->setLabel(PlanPanesText::tr("Sparsity, %"));
  y->setRange(0, 100);
  auto* ticker = new QCPAxisTickerFixed;
  ticker->setTickStep(25);
  y->setTicker(QSharedPointer<QCPAxisTicker>(ticker));
  fitToHeights(plot, {{m_importance, m_importance->axis(QCPAxis::atLeft)->label()}, {m_sparsity, y->label()}},
               m_sparsity, ticker);

  new ComponentAxis(m_sparsity, columns);
  m_otherScores = new LevelMarks(m_importance, columns);
  m_otherSparsities = new LevelMarks(m_sparsity, columns);
  m_marks = new BarMarks(m_sparsity, columns);
  new ColumnBand(m_importance, columns, &m_marks->look);
  new ColumnBand(m_sparsity, columns, &m_marks->look);
}

PlanPanes::Series PlanPanes::makeSeries() {
  Series series;
  series.importance = new QCPBars(m_importance->axis(QCPAxis::atBottom), m_importance->axis(QCPAxis::atLeft));
  series.sparsity = new QCPBars(m_sparsity->axis(QCPAxis::atBottom), m_sparsity->axis(QCPAxis::atLeft));
  for (auto* bars : {series.importance, series.sparsity}) {
    bars->setWidth(kBarWidth);
    bars->setPen(Qt::NoPen);
    bars->setSelectable(QCP::stNone);
    bars->setAntialiased(false);
  }
  series.errors =
      new QCPErrorBars(m_importance->axis(QCPAxis::atBottom), m_importance->axis(QCPAxis::atLeft));
  series.errors->setDataPlottable(series.importance);
  series.errors->setErrorType(QCPErrorBars::etValueError);
  series.errors->setSelectable(QCP::stNone);
  series.errors->setSymbolGap(0);
  series.errors->removeFromLegend();
  return series;
}

void PlanPanes::fitMargins() {
  const QFontMetrics metrics(m_plot->font());
  m_importance->setMargins(QMargins(0, std::max(8, metrics.height() / 2), rightMargin(metrics), 2));
  m_sparsity->setMargins(QMargins(0, 6, rightMargin(metrics), ComponentAxis::heightFor(metrics)));
}

void PlanPanes::rebuild() {
  for (auto& [component, series] : m_series) {
    m_plot->removePlottable(series.errors);
    m_plot->removePlottable(series.importance);
    m_plot->removePlottable(series.sparsity);
  }
  m_series.clear();
  for (const auto& span : m_columns->spans)
    if (!m_series.count(span.component)) m_series.emplace(span.component, makeSeries());
  fitView();
  applyTheme(m_plot->palette());
  showValues();
}

bool PlanPanes::isZoomed() const {
  const auto range = m_sparsity->axis(QCPAxis::atBottom)->range();
  return range.lower > fullLeft() + 1e-6 || range.upper < fullRight() - 1e-6;
}

void PlanPanes::setView(double left, double right) {
  // No nearer than three columns, no further than all of them.
  const double most = fullRight() - fullLeft();
  const double width = std::clamp(right - left, std::min(3.0, most), most);
  const double middle = (left + right) / 2;
  left = std::clamp(middle - width / 2, fullLeft(), fullRight() - width);
  for (auto* rect : {m_importance, m_sparsity}) rect->axis(QCPAxis::atBottom)->setRange(left, left + width);
}

void PlanPanes::showValues() {
  struct Values {
    QVector<double> scoredAt, scores, errorBelow, errorAbove, at, sparsity;
  };
  std::map<std::string, Values> all;
  for (const auto& column : m_columns->columns) {
    Values& values = all[column.component];
    values.at.append(column.x);
    values.sparsity.append(column.sparsity * 100);
    if (!column.score) continue;
    values.scoredAt.append(column.x);
    values.scores.append(*column.score);
    const double error = std::isnan(column.standardError) ? 0 : column.standardError;  // unknown: no bar
    values.errorAbove.append(error);
    // A score is never below 0, whatever its error; a logarithm has no place for 0.
    const double least = m_logarithmic ? *column.score * 0.05 : 0;
    values.errorBelow.append(std::max(0.0, std::min(error, *column.score - least)));
  }
  for (auto& [component, series] : m_series) {
    const Values& values = all[component];
    series.importance->setData(values.scoredAt, values.scores, true);
    series.errors->setData(values.errorBelow, values.errorAbove);
    series.sparsity->setData(values.at, values.sparsity, true);
    double widest = 0;
    for (double error : values.errorAbove) widest = std::max(widest, error);
    series.errors->setVisible(widest > 0);
  }
  scaleImportance();
}

void PlanPanes::scaleImportance() {
  double highest = 0, lowest = std::numeric_limits<double>::infinity();
  for (const auto& column : m_columns->columns)
    if (column.score) {
      highest = std::max({highest, *column.score, *column.score + column.standardError});
      if (*column.score > 0) lowest = std::min(lowest, *column.score);
    }
  auto* y = m_importance->axis(QCPAxis::atLeft);
  const bool anything = highest > 0;
  if (anything) highest = std::max(highest, m_otherScores->highest());
  y->setTicks(anything);
  y->setTickLabels(anything);
  y->grid()->setVisible(anything);
  if (!anything) return y->setRange(0, 1);
  // Room for the names of other scores along the top.
  if (!m_logarithmic) return y->setRange(0, highest * (m_otherScores->levels.empty() ? 1.06 : 1.25));
  y->setRange(lowest / 2.5, highest * 1.3);
  // Within two decades powers of ten would leave the axis all but empty.
  const bool narrow = highest / lowest < 100;
  auto ticker = QSharedPointer<QCPAxisTickerLog>(new QCPAxisTickerLog);
  ticker->setLogBase(narrow ? 2 : 10);
  y->setTicker(ticker);
  y->setNumberFormat(narrow ? "gb" : "eb");
  y->setNumberPrecision(narrow ? 3 : 0);
}

void PlanPanes::setLogarithmic(bool logarithmic) {
  m_logarithmic = logarithmic;
  auto* y = m_importance->axis(QCPAxis::atLeft);
  y->setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  if (!logarithmic) {
    auto ticker = QSharedPointer<QCPAxisTicker>(new QCPAxisTicker);
    ticker->setTickCount(4);
    y->setTicker(ticker);
    y->setNumberFormat("gbc");
    y->setNumberPrecision(3);
  }
  showValues();
}

void PlanPanes::applyTheme(const QPalette& palette) {
  m_plot->setBackground(palette.color(QPalette::Base));
  styleAxes(m_importance, palette);
  styleAxes(m_sparsity, palette);
  for (auto& [component, series] : m_series) {
    const QColor colour = componentColour(component, palette);
    series.importance->setBrush(colour);
    series.sparsity->setBrush(colour);
    series.errors->setPen(QPen(palette.color(QPalette::Text), 1));
    const double pixels = m_importance->axis(QCPAxis::atBottom)->coordToPixel(1) -
                          m_importance->axis(QCPAxis::atBottom)->coordToPixel(0);
    series.errors->setWhiskerWidth(std::clamp(std::abs(pixels) * 0.35, 3.0, 9.0));
  }
}

void PlanPanes::styleAxes(QCPAxisRect* rect, const QPalette& palette) {
  for (auto* axis : rect->axes()) {
    colourAxis(*axis, m_plot->font(), palette);
    axis->setBasePen(Qt::NoPen);
    axis->setLabelPadding(6);
    axis->setTickLabelPadding(4);
    axis->setTickLength(0, 3);
  }
  // The zero line of the grid is the base that the bars stand on.
  rect->axis(QCPAxis::atLeft)->grid()->setZeroLinePen(QPen(shadesFor(palette).axis, 1));
}

}  // namespace espalier
