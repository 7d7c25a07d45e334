#include "ui/plot/plan_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QRubberBand>
#include <QTextDocumentFragment>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/plot/chart_style.h"
#include "ui/plot/plan_chart_parts.h"
#include "ui/plot/plot_export.h"

namespace espalier {

namespace {

bool sameStructure(const ChartColumns& a, const ChartColumns& b) {
  return a.columns.size() == b.columns.size() &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), [](const auto& l, const auto& r) {
           return l.name == r.name && l.component == r.component;
         });
}

}  // namespace

PlanChart::PlanChart(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Plan chart"));
  setWhatsThis(tr(
      "Every block of the model in order. Above, how much the model's loss depends on it; the thin lines are "
      "the standard error. Below, the part of its weights that will be removed. Drag the top of a bar to "
      "decide for yourself: the block is pinned there and the others give way, so that the target holds. "
      "Several "
      "blocks can be selected and moved together; the wheel zooms; a double click shows a block's "
      "matrices."));
  auto& parts = *m_parts;
  parts.plot = new QCustomPlot(this);
  // QCustomPlot keeps the right button to itself; the menu is this widget's.
  parts.plot->setAttribute(Qt::WA_NoMousePropagation, false);
  parts.plot->setFocusPolicy(Qt::NoFocus);
  parts.plot->setMouseTracking(true);
  parts.plot->installEventFilter(this);
  parts.plot->setFont(chartFont(font()));
  parts.panes = std::make_unique<PlanPanes>(parts.plot, &parts.columns);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(parts.plot);
  parts.panes->setLogarithmic(false);
  applyTheme();
  connect(parts.plot, &QCustomPlot::afterReplot, this, &PlanChart::placeHint);
}

PlanChart::~PlanChart() = default;

const ChartColumns& PlanChart::columns() const {
  return m_parts->columns;
}

void PlanChart::setColumns(ChartColumns columns) {
  auto& parts = *m_parts;
  if (sameStructure(columns, parts.columns)) {
    parts.columns = std::move(columns);
    parts.panes->showValues();
  } else {
    auto& look = parts.panes->look();
    const std::string name =
        look.current >= 0 ? parts.columns.columns[size_t(look.current)].name : std::string();
    std::vector<std::string> groups;
    for (int i : look.selected) groups.push_back(parts.columns.columns[size_t(i)].group);
    const bool wasZoomed = !parts.columns.columns.empty() && parts.panes->isZoomed();
    const auto shown = view();
    parts.columns = std::move(columns);
    look.hovered = look.dragged = -1;
    look.current = -1;
    look.selected.clear();
    parts.panes->otherSparsities().clear();
    parts.panes->otherScores().clear();
    parts.panes->rebuild();
    if (wasZoomed) parts.panes->setView(shown.first, shown.second);
    std::set<int> again;
    for (const auto& group : groups)
      for (size_t i = 0; i < parts.columns.columns.size(); ++i)
        if (parts.columns.columns[i].group == group) again.insert(int(i));
    int current = parts.columns.indexOf(name);
    if (current < 0 && !again.empty()) current = *again.begin();
    select(again, current);
    if (wasZoomed) reveal(current);
    Q_EMIT currentChanged(current);
  }
  redraw();
}

bool PlanChart::showSparsities(const Plan& plan) {
  auto& columns = m_parts->columns.columns;
  // Columns stand in the order of their groups, several for one that is opened.
  size_t group = 0;
  for (const auto& column : columns) {
    if (group < plan.groups.size() && column.group == plan.groups[group].name) continue;
    if (++group >= plan.groups.size() || column.group != plan.groups[group].name) return false;
  }
  if (columns.empty() || group + 1 != plan.groups.size()) return false;
  group = 0;
  for (auto& column : columns) {
    while (column.group != plan.groups[group].name) ++group;
    column.sparsity = plan.groups[group].sparsity;
    column.pinned = plan.groups[group].pinned;
  }
  m_parts->panes->showValues();
  redraw();
  return true;
}

void PlanChart::setBudget(double target, double cap) {
  auto& look = m_parts->panes->look();
  look.target = target;
  look.cap = cap;
  redraw();
}

void PlanChart::setLogarithmic(bool logarithmic) {
  m_parts->panes->setLogarithmic(logarithmic);
  redraw();
}

bool PlanChart::isLogarithmic() const {
  return m_parts->panes->isLogarithmic();
}

void PlanChart::setImportanceHint(QWidget* hint) {
  m_parts->hint = hint;
  hint->setParent(this);
  placeHint();
}

void PlanChart::setRemark(const QString& remark) {
  m_parts->panes->look().remark = remark;
  redraw();
}

void PlanChart::setOtherSparsities(std::vector<ChartLevels> levels) {
  for (auto& l : levels)
    for (double& value : l.values) value *= 100;
  m_parts->panes->otherSparsities() = std::move(levels);
  redraw();
}

void PlanChart::setOtherScores(std::vector<ChartLevels> levels) {
  m_parts->panes->otherScores() = std::move(levels);
  m_parts->panes->showValues();
  redraw();
}

const std::vector<ChartLevels>& PlanChart::otherScores() const {
  return m_parts->panes->otherScores();
}

int PlanChart::current() const {
  return m_parts->panes->look().current;
}

void PlanChart::setCurrent(int column) {
  select(column >= 0 ? std::set<int>{column} : std::set<int>{}, column);
}

const std::set<int>& PlanChart::selected() const {
  return m_parts->panes->look().selected;
}

void PlanChart::select(std::set<int> columns, int current) {
  auto& look = m_parts->panes->look();
  const int count = int(m_parts->columns.columns.size());
  std::erase_if(columns, [&](int i) { return i < 0 || i >= count; });
  if (current < 0 || current >= count) current = columns.empty() ? -1 : *columns.begin();
  if (current >= 0) columns.insert(current);
  const bool otherCurrent = current != look.current;
  if (!otherCurrent && columns == look.selected) return;
  look.current = current;
  look.selected = std::move(columns);
  setAccessibleDescription(current >= 0 ? QTextDocumentFragment::fromHtml(describe(current)).toPlainText()
                                        : QString());
  redraw();
  Q_EMIT selectionChanged();
  if (otherCurrent) Q_EMIT currentChanged(current);
}

void PlanChart::selectAll() {
  std::set<int> all;
  for (int i = 0; i < int(m_parts->columns.columns.size()); ++i) all.insert(i);
  select(all, current() >= 0 ? current() : 0);
}

void PlanChart::selectComponent() {
  const auto& columns = m_parts->columns.columns;
  if (current() < 0) return;
  std::set<int> all;
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].component == columns[size_t(current())].component) all.insert(int(i));
  select(all, current());
}

std::vector<std::string> PlanChart::selectedGroups() const {
  const auto& columns = m_parts->columns.columns;
  std::vector<std::string> out;
  const auto add = [&](int i) {
    const auto& group = columns[size_t(i)].group;
    if (std::find(out.begin(), out.end(), group) == out.end()) out.push_back(group);
  };
  if (current() >= 0) add(current());
  for (int i : selected()) add(i);
  return out;
}

std::vector<std::string> PlanChart::componentGroups() const {
  const auto& columns = m_parts->columns.columns;
  std::vector<std::string> out;
  if (current() < 0) return out;
  for (const auto& column : columns)
    if (column.component == columns[size_t(current())].component &&
        (out.empty() || out.back() != column.group))
      out.push_back(column.group);
  return out;
}

std::pair<double, double> PlanChart::view() const {
  const auto range = m_parts->panes->sparsityRect()->axis(QCPAxis::atBottom)->range();
  return {range.lower, range.upper};
}

QString PlanChart::exportTo(const QString& file) const {
  return exportPlot(*m_parts->plot, csv(), file);
}

QString PlanChart::csv() const {
  QString out = QStringLiteral("name,group,component,parameters,importance,standard_error,sparsity,pinned\n");
  for (const auto& c : m_parts->columns.columns)
    out += QStringLiteral("\"%1\",\"%2\",\"%3\",%4,%5,%6,%7,%8\n")
               .arg(text(c.name), text(c.group), text(c.component))
               .arg(c.parameters)
               .arg(c.score ? QString::number(*c.score, 'g', 17) : QString())
               .arg(c.score && c.standardError >= 0 ? QString::number(c.standardError, 'g', 17) : QString())
               .arg(c.sparsity, 0, 'g', 17)
               .arg(c.pinned ? 1 : 0);
  return out;
}

bool PlanChart::isZoomed() const {
  return m_parts->panes->isZoomed();
}

void PlanChart::fit() {
  m_parts->panes->fitView();
  applyTheme();
}

void PlanChart::zoom(double factor) {
  const auto [left, right] = view();
  double about = (left + right) / 2;
  if (current() >= 0) about = m_parts->columns.columns[size_t(current())].x;
  if (about < left || about > right) about = (left + right) / 2;
  m_parts->panes->setView(about - (about - left) / factor, about + (right - about) / factor);
  applyTheme();
}

// Moves the view as little as it takes to show the column.
void PlanChart::reveal(int column) {
  if (column < 0 || !isZoomed()) return;
  const double x = m_parts->columns.columns[size_t(column)].x;
  const auto [left, right] = view();
  if (x - 0.6 < left) m_parts->panes->setView(x - 0.6, x - 0.6 + right - left);
  if (x + 0.6 > right) m_parts->panes->setView(x + 0.6 - (right - left), x + 0.6);
  redraw();
}

bool PlanChart::isDragging() const {
  return m_parts->panes->look().dragged >= 0;
}

QPoint PlanChart::handleOf(int column) const {
  const auto& c = m_parts->columns.columns[size_t(column)];
  const auto* rect = m_parts->panes->sparsityRect();
  const QPointF place(rect->axis(QCPAxis::atBottom)->coordToPixel(c.x),
                      rect->axis(QCPAxis::atLeft)->coordToPixel(c.sparsity * 100));
  return m_parts->plot->mapTo(const_cast<PlanChart*>(this), place.toPoint());
}

QString PlanChart::describe(int column) const {
  const auto& c = m_parts->columns.columns[size_t(column)];
  QString rows = QStringLiteral("<b>%1</b><br>%2<table cellspacing='0'>")
                     .arg(text(c.name).toHtmlEscaped(), componentTitle(c.component).toHtmlEscaped());
  const auto row = [&rows](const QString& title, const QString& value) {
    rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(title, value);
  };
  row(tr("Parameters"), exactCount(c.parameters));
  if (c.score) {
    QString score = shortNumber(*c.score);
    if (c.standardError > 0) score += QStringLiteral(" \u00b1 ") + shortNumber(c.standardError);
    row(tr("Importance"), score);
  }
  for (const auto& other : m_parts->panes->otherScores())
    if (size_t(column) < other.values.size() && !std::isnan(other.values[size_t(column)]))
      row(other.name.toHtmlEscaped(), shortNumber(other.values[size_t(column)]));
  if (c.group != c.name) row(tr("Block"), text(c.group).toHtmlEscaped());
  row(tr("Sparsity"), c.pinned ? tr("%1, pinned").arg(percent(c.sparsity)) : percent(c.sparsity));
  return rows + QStringLiteral("</table>");
}

void PlanChart::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  m_parts->panes->look().focused = true;
  // By keyboard: there has to be something that the keys act on.
  const bool byKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                     event->reason() == Qt::ShortcutFocusReason;
  if (byKey && current() < 0 && !m_parts->columns.columns.empty()) setCurrent(0);
  redraw();
}

void PlanChart::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  m_parts->panes->look().focused = false;
  redraw();
}

void PlanChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (!m_parts->panes) return;
  if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange) {
    m_parts->plot->setFont(chartFont(font()));
    m_parts->panes->fitMargins();
  }
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
      event->type() == QEvent::ApplicationFontChange)
    applyTheme();
}

void PlanChart::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  applyTheme();
}

void PlanChart::applyTheme() {
  m_parts->panes->applyTheme(palette());
  redraw();
}

void PlanChart::placeHint() {
  if (!m_parts->hint) return;
  const auto& columns = m_parts->columns.columns;
  const bool anyScore =
      std::any_of(columns.begin(), columns.end(), [](const auto& c) { return c.score.has_value(); });
  m_parts->hint->setVisible(!anyScore && !columns.empty());
  m_parts->hint->setGeometry(m_parts->panes->importanceRect()->rect().adjusted(2, 2, -2, -2));
}

void PlanChart::redraw() {
  m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

}  // namespace espalier
