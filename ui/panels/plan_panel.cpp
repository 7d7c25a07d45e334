#include "ui/panels/plan_panel.h"

#include <QAction>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <map>

#include "core/allocate/grouping.h"
#include "core/allocate/plan_over.h"
#include "core/allocate/planner.h"
#include "core/engine/score_draws.h"
#include "ui/base/elided_label.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/panels/empty_state.h"
#include "ui/panels/fraction_field.h"
#include "ui/plot/plan_chart.h"
#include "ui/session/session.h"

namespace espalier {

PlanPanel::PlanPanel(Session& session, QAction* score, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_score(score),
      m_chart(new PlanChart),
      m_hint(new EmptyState(
          tr("Not scored yet"),
          tr("Scoring measures how much the loss depends on each block. The budget follows the scores."),
          score)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 4, 4, 4);
  layout->setSpacing(2);
  layout->addWidget(makeStrip());
  layout->addWidget(m_chart, 1);
  layout->addWidget(makeTarget());
  m_chart->setImportanceHint(m_hint);
  setTabOrder(m_reset, m_chart);
  setTabOrder(m_chart, m_target->slider());
  setTabOrder(m_target->slider(), m_target->spinBox());
  connectChart();

  PlanDocument& plan = m_session.plan();
  connect(&plan, &PlanDocument::planChanged, this, &PlanPanel::showPlan);
  connect(&plan, &PlanDocument::noticeChanged, this, &PlanPanel::showNotice);
  connect(&m_session, &Session::partialScoresChanged, this, &PlanPanel::showPlan);
  connect(&m_session, &Session::modelChanged, this, [this] {
    m_opened.clear();
    showPlan();
    m_chart->fit();
  });
  connect(&plan, &PlanDocument::planSettled, this, &PlanPanel::showOverlays);
  connect(&m_session, &Session::savedPlansChanged, this, &PlanPanel::listComparisons);
  connect(&m_session, &Session::scoresByMethodChanged, this, &PlanPanel::showOtherScores);
  // What can be shared by depends on the scores.
  connect(m_compareMenu, &QMenu::aboutToShow, this, &PlanPanel::listComparisons);
  connect(&m_session.selection(), &Selection::changed, this, &PlanPanel::showSelection);
  listComparisons();
  showPlan();
}

QWidget* PlanPanel::makeStrip() {
  m_name = new ElidedLabel;
  m_sparsity = new QDoubleSpinBox;
  m_sparsity->setObjectName("blockSparsity");
  m_sparsity->setRange(0, 100);
  m_sparsity->setDecimals(1);
  m_sparsity->setSuffix(tr(" %"));
  m_sparsity->setKeyboardTracking(false);
  m_sparsity->setAlignment(Qt::AlignRight);
  m_sparsity->setAccessibleName(tr("Sparsity of the current block"));
  m_sparsity->setToolTip(tr("The sparsity of this block. Setting it pins the block, and the others adjust."));
  m_pin = new QToolButton;
  m_pin->setIcon(lineIcon("pin"));
  m_pin->setCheckable(true);
  m_pin->setAutoRaise(true);
  m_pin->setAccessibleName(tr("Pin the current block"));
  m_pin->setToolTip(tr("Pin: fix the sparsity of this block (P)"));
  m_reset = new QToolButton;
  m_reset->setIcon(lineIcon("reset"));
  m_reset->setAutoRaise(true);
  m_reset->setAccessibleName(tr("Reset the current block"));
  m_reset->setToolTip(tr("Back to the sparsity of the allocation (Home)"));
  for (QWidget* w :
       {static_cast<QWidget*>(m_sparsity), static_cast<QWidget*>(m_pin), static_cast<QWidget*>(m_reset)})
    w->setWhatsThis(w->toolTip());

  auto* compare = new QToolButton;
  compare->setText(tr("Compare"));
  compare->setIcon(lineIcon("compare"));
  compare->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  compare->setPopupMode(QToolButton::InstantPopup);
  compare->setAutoRaise(true);
  compare->setAccessibleName(tr("Compare with other plans"));
  compare->setToolTip(tr("Show the sparsities of other allocators and of plans you kept"));
  compare->setWhatsThis(compare->toolTip());
  m_compareMenu = new QMenu(tr("Compare"), compare);
  compare->setMenu(m_compareMenu);

  auto* strip = new QWidget;
  auto* layout = new QHBoxLayout(strip);
  layout->setContentsMargins(6, 0, 6, 0);
  layout->setSpacing(6);
  layout->addWidget(m_name, 1);
  layout->addWidget(compare);
  layout->addWidget(m_sparsity);
  layout->addWidget(m_pin);
  layout->addWidget(m_reset);

  PlanDocument& plan = m_session.plan();
  connect(m_sparsity, &QDoubleSpinBox::valueChanged, this, [this, &plan](double percent) {
    const auto groups = m_chart->selectedGroups();
    if (groups.size() < 2) return plan.setSparsity(currentGroup(), percent / 100);
    plan.nudge(groups, percent / 100 - m_chart->columns().columns[size_t(m_chart->current())].sparsity);
  });
  connect(m_pin, &QToolButton::clicked, this,
          [this, &plan](bool on) { plan.setPinned(m_chart->selectedGroups(), on); });
  connect(m_reset, &QToolButton::clicked, this, &PlanPanel::resetSelected);
  return strip;
}

QWidget* PlanPanel::makeTarget() {
  m_target = new FractionField(tr("Target sparsity"), tr("How much of the prunable weights goes in all"));
  m_target->setObjectName("presentedTarget");
  m_target->setContentsMargins(8, 4, 8, 4);
  m_target->hide();
  PlanDocument& plan = m_session.plan();
  connect(m_target, &FractionField::edited, &plan, &PlanDocument::setTarget);
  connect(m_target, &FractionField::released, &plan, &PlanDocument::endGesture);
  return m_target;
}

void PlanPanel::setPresenting(bool presenting) {
  m_target->setVisible(presenting);
}

void PlanPanel::connectChart() {
  PlanDocument& plan = m_session.plan();
  connect(m_chart, &PlanChart::currentChanged, this, [this, &plan] {
    plan.endGesture();
    showCurrent();
  });
  connect(m_chart, &PlanChart::selectionChanged, this, &PlanPanel::takeSelection);
  connect(m_chart, &PlanChart::dragBegan, &plan, &PlanDocument::beginDrag);
  connect(m_chart, &PlanChart::dragged, &plan, &PlanDocument::dragTo);
  connect(m_chart, &PlanChart::dragEnded, &plan, &PlanDocument::endDrag);
  connect(m_chart, &PlanChart::dragCancelled, &plan, &PlanDocument::cancelDrag);
  connect(m_chart, &PlanChart::nudged, &plan,
          [&plan](const std::vector<std::string>& groups, double by) { plan.nudge(groups, by); });
  connect(m_chart, &PlanChart::resetRequested, &plan, &PlanDocument::resetGroups);
  connect(m_chart, &PlanChart::pinToggled, this,
          [this](const auto& groups) { toggleAllPins(groups, false); });
  connect(m_chart, &PlanChart::lockToggled, this,
          [this](const auto& groups) { toggleAllPins(groups, true); });
  connect(m_chart, &PlanChart::openToggled, this, &PlanPanel::setOpened);
}

// As the current one is, so are all to be; a component is locked when every group of it is pinned.
void PlanPanel::toggleAllPins(const std::vector<std::string>& groups, bool component) {
  if (groups.empty()) return;
  PlanDocument& plan = m_session.plan();
  bool pinned = false, all = true;
  for (const auto& g : plan.settledPlan().groups) {
    if (g.name == groups.front()) pinned = g.pinned;
    if (std::find(groups.begin(), groups.end(), g.name) != groups.end()) all = all && g.pinned;
  }
  plan.setPinned(groups, component ? !all : !pinned);
}

void PlanPanel::togglePins() {
  toggleAllPins(m_chart->selectedGroups(), false);
}

void PlanPanel::toggleLock() {
  toggleAllPins(m_chart->componentGroups(), true);
}

void PlanPanel::resetSelected() {
  const auto groups = m_chart->selectedGroups();
  if (!groups.empty()) m_session.plan().resetGroups(groups);
}

void PlanPanel::toggleOpened() {
  if (m_chart->current() >= 0) setOpened(currentGroup());
}

void PlanPanel::setOpened(const std::string& group) {
  if (!m_opened.erase(group)) m_opened.insert(group);
  showPlan();
  showOverlays();
}

void PlanPanel::takeSelection() {
  const auto groups = m_chart->selectedGroups();
  m_session.selection().set({groups.begin(), groups.end()}, groups.empty() ? std::string() : groups.front());
}

// From another view.
void PlanPanel::showSelection() {
  const Selection& selection = m_session.selection();
  const auto shown = m_chart->selectedGroups();
  if (std::set<std::string>(shown.begin(), shown.end()) == selection.groups() &&
      (shown.empty() || shown.front() == selection.current()))
    return showCurrent();
  std::set<int> columns;
  const auto& all = m_chart->columns().columns;
  for (size_t i = 0; i < all.size(); ++i)
    if (selection.groups().contains(all[i].group)) columns.insert(int(i));
  m_chart->select(columns, m_chart->columns().indexOf(selection.current()));
}

void PlanPanel::listComparisons() {
  m_compareMenu->clear();
  const auto add = [this](const QString& title, const std::string& key) {
    QAction* action = m_compareMenu->addAction(title);
    action->setCheckable(true);
    action->setChecked(m_compared.contains(key));
    connect(action, &QAction::toggled, this, [this, key](bool on) {
      if (on)
        m_compared.insert(key);
      else
        m_compared.erase(key);
      showOverlays();
      showOtherScores();
    });
  };
  // A section's title is no item that a menu would be wide enough for.
  int width = 0;
  const auto section = [this, &width](const QString& title) {
    m_compareMenu->addSection(title);
    width = std::max(width, m_compareMenu->fontMetrics().horizontalAdvance(title) + 24);
  };
  section(tr("Other ways of sharing"));
  for (const auto& allocator : allocators())
    if (!allocator.reproduction && !m_session.plan().isEmpty() &&
        canShare(allocator, m_session.plan().plan().groups))
      add(engineText(allocator.title), "allocator:" + allocator.name);
  if (!m_session.savedPlans().empty()) section(tr("Kept plans"));
  for (const auto& saved : m_session.savedPlans()) add(text(saved.name), "plan:" + saved.name);
  const auto others = otherScores();
  if (!others.empty()) section(tr("Other ways of scoring"));
  for (const auto* scores : others) add(methodTitle(scores->method), "scores:" + scores->method);
  m_compareMenu->setMinimumWidth(width);
  showOverlays();
}

// Known ones that are not those shown.
std::vector<const Scores*> PlanPanel::otherScores() const {
  const PlanDocument& document = m_session.plan();
  std::string shown;
  if (const auto& running = m_session.scoring())
    shown = running->method;
  else if (!document.isEmpty() && document.isScored())
    shown = document.scores().method;
  std::vector<const Scores*> out;
  for (const auto& [method, scores] : m_session.scoresByMethod())
    if (method != shown) out.push_back(&scores);
  return out;
}

void PlanPanel::compareScores(const std::string& method) {
  m_compared.insert("scores:" + method);
  showOtherScores();
}

namespace {

// How many values a batch gives a score that is a sum of |g| over batches: comparable with one another.
std::optional<double> valuesOfBatch(const std::string& method, int64_t draws) {
  if (method == "exact-gradient") return 1;
  if (drawsNoise(method)) return double(std::max<int64_t>(1, draws));
  return std::nullopt;
}

}  // namespace

// In the unit of those shown where both have one, else with the same total.
void PlanPanel::showOtherScores() {
  const PlanDocument& document = m_session.plan();
  const auto& columns = m_chart->columns().columns;
  std::vector<ChartLevels> levels;
  std::optional<double> shownUnit;
  if (const auto& running = m_session.scoring())
    shownUnit = valuesOfBatch(running->method, running->untilStable > 0 ? 1 : running->draws);
  else if (document.isScored())
    shownUnit = valuesOfBatch(document.scores().method, document.scores().draws);
  for (const auto* other : otherScores()) {
    const Scores& scores = *other;
    if (document.isEmpty() || !m_compared.contains("scores:" + scores.method)) continue;
    const Plan& plan = document.plan();
    std::map<std::string, double> known;
    for (const auto& m : scores.matrices) known[m.matrix] = m.score;
    for (const auto& g : groupsOf(scores.matrices, plan.granularity, plan.aggregate)) known[g.name] = g.score;
    std::vector<double> values;
    double sumShown = 0, sumKnown = 0;
    for (const auto& column : columns) {
      const auto it = known.find(column.name);
      values.push_back(it == known.end() ? std::nan("") : it->second);
      if (it != known.end() && column.score) sumShown += *column.score, sumKnown += it->second;
    }
    const auto unit = valuesOfBatch(scores.method, scores.draws);
    const double factor = unit && shownUnit ? *shownUnit / *unit : sumKnown > 0 ? sumShown / sumKnown : 1;
    for (double& value : values) value *= factor;
    levels.push_back({methodTitle(scores.method), std::move(values)});
  }
  m_chart->setOtherScores(std::move(levels));
}

void PlanPanel::showOverlays() {
  const PlanDocument& document = m_session.plan();
  std::vector<ChartLevels> overlays;
  if (!document.isEmpty()) {
    const Plan& shown = document.settledPlan();
    // A plan of any granularity, as what it gives each column.
    const auto add = [&](const QString& name, const Plan& plan) {
      const auto sparsities = plan.sparsities();
      const auto over = sparsitiesOver(shown.groups, plan, document.scores().matrices);
      std::map<std::string, double> ofGroup;
      for (size_t i = 0; i < over.size(); ++i) ofGroup[shown.groups[i].name] = over[i];
      std::vector<double> values;
      for (const auto& column : m_chart->columns().columns) {
        const auto it = sparsities.find(column.name);
        values.push_back(it != sparsities.end() ? it->second : ofGroup[column.group]);
      }
      overlays.push_back({name, std::move(values)});
    };
    for (const auto& allocator : allocators()) {
      if (!m_compared.contains("allocator:" + allocator.name)) continue;
      Plan plan = shown;
      plan.allocator = allocator.name;
      plan.options.clear();
      for (auto& group : plan.groups) group.pinned = false;
      try {
        add(engineText(allocator.title), reallocated(plan));
      } catch (const Error&) {
        // Cap and target leave this one no plan: nothing to show.
      }
    }
    for (const auto& saved : m_session.savedPlans())
      if (m_compared.contains("plan:" + saved.name)) add(text(saved.name), saved.plan);
  }
  m_chart->setOtherSparsities(std::move(overlays));
}

void PlanPanel::setLogarithmic(bool logarithmic) {
  m_chart->setLogarithmic(logarithmic);
}

void PlanPanel::showPlan() {
  const PlanDocument& document = m_session.plan();
  m_target->setEnabled(!document.isEmpty());
  if (document.isEmpty()) {
    m_chart->setColumns({});
    return showCurrent();
  }
  const Plan& plan = document.plan();
  // A slider that a person is moving already shows where they want it.
  if (!m_target->slider()->isSliderDown()) m_target->setValue(plan.target);
  if (document.isDragging() && m_chart->showSparsities(plan)) return showCurrent();
  const auto& partial = m_session.partialScores();
  const size_t columnsBefore = m_chart->columns().columns.size();
  if (!partial.empty())
    m_chart->setColumns(chartColumns(plan, ScoreSource::Partial,
                                     groupsOf(partial, plan.granularity, plan.aggregate),
                                     {m_opened, &partial}));
  else
    m_chart->setColumns(chartColumns(plan, document.isScored() ? ScoreSource::Plan : ScoreSource::None, {},
                                     {m_opened, &document.scores().matrices}));
  if (m_chart->columns().columns.size() != columnsBefore) showOverlays();
  showOtherScores();
  if (m_session.isScoring())
    m_hint->setText(tr("Scoring\u2026"), tr("A bar appears here as soon as its block is done."));
  else
    m_hint->setText(
        tr("Not scored yet"),
        tr("Scoring measures how much the loss depends on each block. The budget follows the scores."));
  m_hint->setAction(m_session.isScoring() ? nullptr : m_score);
  m_chart->setBudget(plan.target, plan.cap);
  showCurrent();
}

void PlanPanel::showNotice() {
  const PlanNotice& notice = m_session.plan().notice();
  m_chart->setRemark(notice.place == PlanNotice::Place::Group ? notice.text : QString());
}

void PlanPanel::showCurrent() {
  const int at = m_chart->current();
  const bool any = at >= 0 && at < int(m_chart->columns().columns.size());
  for (QWidget* w :
       {static_cast<QWidget*>(m_sparsity), static_cast<QWidget*>(m_pin), static_cast<QWidget*>(m_reset)})
    w->setEnabled(any);
  const QSignalBlocker quiet(m_sparsity);
  if (!any) {
    m_name->setText(tr("Drag the top of a sparsity bar, or choose one and use the arrow keys"));
    m_sparsity->setSpecialValueText(QStringLiteral("\u2013"));
    m_sparsity->setValue(0);
    m_pin->setChecked(false);
    return;
  }
  const ChartColumn& column = m_chart->columns().columns[size_t(at)];
  QString said = tr("%1  \u00b7  %2 weights").arg(text(column.name), shortCount(column.parameters));
  if (column.score) said += tr("  \u00b7  importance %1").arg(shortNumber(*column.score));
  if (column.score && column.standardError > 0)
    said += QStringLiteral(" \u00b1 ") + shortNumber(column.standardError);
  if (const size_t more = m_chart->selectedGroups().size(); more > 1)
    said = tr("%n selected", nullptr, int(more)) + QStringLiteral("  \u00b7  ") + said;
  m_name->setText(said);
  m_sparsity->setSpecialValueText({});
  m_sparsity->setValue(column.sparsity * 100);
  m_pin->setChecked(column.pinned);
  m_reset->setEnabled(column.pinned);
}

std::string PlanPanel::currentGroup() const {
  const int at = m_chart->current();
  return at >= 0 ? m_chart->columns().columns[size_t(at)].group : std::string();
}

}  // namespace espalier
