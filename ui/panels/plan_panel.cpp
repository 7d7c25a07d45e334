#include "ui/panels/plan_panel.h"

#include <QAction>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/allocate/grouping.h"
#include "ui/base/elided_label.h"
#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/panels/empty_state.h"
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
          tr("Scoring measures how much the loss depends on each block, and shares the budget by it."),
          score)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 4, 4, 4);
  layout->setSpacing(2);
  layout->addWidget(makeStrip());
  layout->addWidget(m_chart, 1);
  m_chart->setImportanceHint(m_hint);
  setTabOrder(m_reset, m_chart);
  connectChart();

  PlanDocument& plan = m_session.plan();
  connect(&plan, &PlanDocument::planChanged, this, &PlanPanel::showPlan);
  connect(&plan, &PlanDocument::noticeChanged, this, &PlanPanel::showNotice);
  connect(&m_session, &Session::partialScoresChanged, this, &PlanPanel::showPlan);
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
  m_sparsity->setToolTip(tr("How much of this block goes. Setting it pins the block; the others give way."));
  m_pin = new QToolButton;
  m_pin->setIcon(lineIcon("pin"));
  m_pin->setCheckable(true);
  m_pin->setAutoRaise(true);
  m_pin->setAccessibleName(tr("Pin the current block"));
  m_pin->setToolTip(tr("Pin: this block keeps its sparsity whatever else changes (P)"));
  m_reset = new QToolButton;
  m_reset->setIcon(lineIcon("reset"));
  m_reset->setAutoRaise(true);
  m_reset->setAccessibleName(tr("Reset the current block"));
  m_reset->setToolTip(tr("Back to what the allocation gives this block (Home)"));
  for (QWidget* w :
       {static_cast<QWidget*>(m_sparsity), static_cast<QWidget*>(m_pin), static_cast<QWidget*>(m_reset)})
    w->setWhatsThis(w->toolTip());

  auto* strip = new QWidget;
  auto* layout = new QHBoxLayout(strip);
  layout->setContentsMargins(6, 0, 6, 0);
  layout->setSpacing(6);
  layout->addWidget(m_name, 1);
  layout->addWidget(m_sparsity);
  layout->addWidget(m_pin);
  layout->addWidget(m_reset);

  PlanDocument& plan = m_session.plan();
  connect(m_sparsity, &QDoubleSpinBox::valueChanged, this,
          [this, &plan](double percent) { plan.setSparsity(currentGroup(), percent / 100); });
  connect(m_pin, &QToolButton::clicked, this, [this, &plan](bool on) { plan.setPinned(currentGroup(), on); });
  connect(m_reset, &QToolButton::clicked, this, [this, &plan] { plan.resetGroup(currentGroup()); });
  return strip;
}

void PlanPanel::connectChart() {
  PlanDocument& plan = m_session.plan();
  connect(m_chart, &PlanChart::currentChanged, this, [this, &plan] {
    plan.endGesture();
    showCurrent();
  });
  connect(m_chart, &PlanChart::dragBegan, &plan, &PlanDocument::beginDrag);
  connect(m_chart, &PlanChart::dragged, &plan, &PlanDocument::dragTo);
  connect(m_chart, &PlanChart::dragEnded, &plan, &PlanDocument::endDrag);
  connect(m_chart, &PlanChart::dragCancelled, &plan, &PlanDocument::cancelDrag);
  connect(m_chart, &PlanChart::nudged, &plan, &PlanDocument::nudge);
  connect(m_chart, &PlanChart::resetRequested, &plan, &PlanDocument::resetGroup);
  connect(m_chart, &PlanChart::pinToggled, &plan, [&plan](const std::string& group) {
    for (const auto& g : plan.settledPlan().groups)
      if (g.name == group) return plan.setPinned(group, !g.pinned);
  });
}

void PlanPanel::setLogarithmic(bool logarithmic) {
  m_chart->setLogarithmic(logarithmic);
}

void PlanPanel::showPlan() {
  const PlanDocument& document = m_session.plan();
  if (document.isEmpty()) {
    m_chart->setColumns({});
    return showCurrent();
  }
  const Plan& plan = document.plan();
  const auto& partial = m_session.partialScores();
  if (!partial.empty())
    m_chart->setColumns(
        chartColumns(plan, ScoreSource::Partial, groupsOf(partial, plan.granularity, plan.aggregate)));
  else
    m_chart->setColumns(chartColumns(plan, document.isScored() ? ScoreSource::Plan : ScoreSource::None));
  if (m_session.isScoring())
    m_hint->setText(tr("Scoring\u2026"), tr("A bar appears here as soon as its block is done."));
  else
    m_hint->setText(
        tr("Not scored yet"),
        tr("Scoring measures how much the loss depends on each block, and shares the budget by it."));
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
  QString said =
      QStringLiteral("%1  \u00b7  %2 weights").arg(text(column.name), shortCount(column.parameters));
  if (column.score) said += tr("  \u00b7  importance %1").arg(shortNumber(*column.score));
  if (column.score && column.standardError > 0)
    said += QStringLiteral(" \u00b1 ") + shortNumber(column.standardError);
  m_name->setText(said);
  m_sparsity->setSpecialValueText({});
  m_sparsity->setValue(column.sparsity * 100);
  m_pin->setChecked(column.pinned);
  m_reset->setEnabled(column.pinned);
}

std::string PlanPanel::currentGroup() const {
  const int at = m_chart->current();
  return at >= 0 ? m_chart->columns().columns[size_t(at)].name : std::string();
}

}  // namespace espalier
