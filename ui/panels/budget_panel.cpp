#include "ui/panels/budget_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <cmath>

#include "core/allocate/allocator.h"
#include "core/allocate/planner.h"
#include "core/document/plan_storage.h"
#include "core/report/html_report.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/base/theme.h"
#include "ui/panels/choice_field.h"
#include "ui/panels/component_caps.h"
#include "ui/panels/fraction_field.h"
#include "ui/panels/section.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

QWidget* column(QVBoxLayout*& layout) {
  auto* box = new QWidget;
  layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(7);
  return box;
}

std::vector<ChoiceField::Choice> allocatorChoices() {
  std::vector<ChoiceField::Choice> out;
  for (const auto& a : allocators())
    if (!a.reproduction) out.push_back({a.name, engineText(a.title), engineText(a.summary)});
  return out;
}

struct BudgetText {
  Q_DECLARE_TR_FUNCTIONS(BudgetText)
};

QString whyNoRefinement(const std::string& criterion, const std::string& refinement) {
  return canRefine(criterion, refinement)
             ? QString()
             : BudgetText::tr("It exchanges weights that keep their values; the criterion changes them.");
}

}  // namespace

BudgetPanel::BudgetPanel(Session& session, const std::vector<Method>& criteria, QWidget* parent)
    : QScrollArea(parent), m_session(session), m_plan(session.plan()) {
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(12, 10, 12, 12);
  layout->setSpacing(10);
  layout->addWidget(makeBudget());
  layout->addWidget(sectionRule());
  layout->addWidget(makeSharing());
  layout->addWidget(sectionRule());
  layout->addWidget(makePruning(criteria));
  layout->addStretch(1);
  setWidget(content);
  content->installEventFilter(this);
  keepRoom();

  connect(&m_plan, &PlanDocument::planChanged, this, &BudgetPanel::showPlan);
  connect(&m_plan, &PlanDocument::noticeChanged, this, &BudgetPanel::showNotice);
  connect(&m_session, &Session::optionsChanged, this, &BudgetPanel::showOptions);
  showPlan();
  showNotice();
  showOptions();
}

// Wide enough for its longest line in any language and size of type, beside the bar that scrolls it.
void BudgetPanel::keepRoom() {
  setMinimumWidth(widget()->minimumSizeHint().width() + style()->pixelMetric(QStyle::PM_ScrollBarExtent) + 2);
}

bool BudgetPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == widget() && event->type() == QEvent::LayoutRequest) keepRoom();
  return QScrollArea::eventFilter(watched, event);
}

QWidget* BudgetPanel::makeBudget() {
  QVBoxLayout* layout = nullptr;
  QWidget* box = column(layout);
  m_target =
      new FractionField(tr("Target sparsity"), tr("The fraction of all prunable weights to remove. The total "
                                                  "always meets it, whatever you set for single blocks."));
  m_target->setObjectName("target");
  m_cap = new FractionField(tr("Cap"), tr("The highest sparsity of any block. A low cap protects weak "
                                          "blocks. At the target itself all blocks get the same sparsity."));
  m_cap->setObjectName("cap");
  m_capFollows = new QCheckBox(tr("Cap follows target (+10 %)"));
  m_capFollows->setToolTip(
      tr("The paper's choice: each block may lose 10 percentage points more than the target."));
  m_capFollows->setWhatsThis(m_capFollows->toolTip());
  m_notice = new QLabel;
  m_notice->setWordWrap(true);
  m_notice->hide();
  m_achieved = new QLabel;
  m_achieved->setObjectName("achieved");
  m_achieved->setWordWrap(true);
  m_achieved->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_counts = new QLabel;
  m_counts->setObjectName("counts");
  m_counts->setWordWrap(true);
  m_counts->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_size = new QLabel;
  m_size->setObjectName("size");
  m_size->setWordWrap(true);
  m_size->setToolTip(tr(
      "Of the prunable weights as they are stored, and with their zeros left out: values, and a bit for each "
      "place. An exported checkpoint keeps its size, because it stores the zeros; a packer leaves them out. "
      "Matrix products take as long with zeros as without, whatever the pattern, unless the program that "
      "runs "
      "them is made for sparse weights."));
  m_size->setWhatsThis(m_size->toolTip());
  for (QLabel* label : {m_achieved, m_counts, m_size}) label->setFocusPolicy(Qt::NoFocus);

  layout->addWidget(m_target);
  layout->addWidget(m_cap);
  layout->addWidget(m_capFollows);
  m_componentCaps = new ComponentCaps(m_plan);
  layout->addWidget(m_componentCaps);
  layout->addWidget(m_notice);
  layout->addWidget(m_achieved);
  layout->addWidget(m_counts);
  layout->addWidget(m_size);

  connect(m_target, &FractionField::edited, &m_plan, &PlanDocument::setTarget);
  connect(m_target, &FractionField::released, &m_plan, &PlanDocument::endGesture);
  connect(m_cap, &FractionField::edited, &m_plan, &PlanDocument::setCap);
  connect(m_cap, &FractionField::released, &m_plan, &PlanDocument::endGesture);
  connect(m_capFollows, &QCheckBox::clicked, this, [this](bool follows) {
    if (follows)
      m_plan.letCapFollowTarget();
    else
      m_plan.setCap(m_plan.settledPlan().cap);
    showPlan();
  });
  // What could not be done is shown as it is, not as it was asked for.
  for (FractionField* field : {m_target, m_cap})
    connect(field, &FractionField::released, this, &BudgetPanel::showPlan);
  return box;
}

QWidget* BudgetPanel::makeSharing() {
  QVBoxLayout* layout = nullptr;
  QWidget* box = column(layout);
  m_allocator = new ChoiceField(tr("Shared by"), tr("How the budget is shared among the blocks."));
  m_allocator->setChoices(allocatorChoices());
  // Of a plan that was imported or made over all weights at once.
  m_allocator->comboBox()->setPlaceholderText(tr("As it came"));
  m_granularity = new ChoiceField(tr("Granularity"), tr("What gets a sparsity of its own."));
  m_granularity->setChoices(
      {{nameOf(Granularity::Block), tr("Block"), tr("one for each transformer layer, as in the paper")},
       {nameOf(Granularity::Layer), tr("Matrix"), tr("one for each weight matrix")},
       {nameOf(Granularity::Component), tr("Component"), tr("one for vision, one for each language part")}});
  m_aggregate =
      new ChoiceField(tr("Importance"), tr("How the scores of its matrices make up a block's importance."));
  m_aggregate->setChoices(
      {{nameOf(Aggregate::Sum), tr("Sum"), tr("the sum, as in the paper")},
       {nameOf(Aggregate::Average), tr("Per weight"), tr("the sum divided by how many weights there are")},
       {nameOf(Aggregate::Mean), tr("Mean"), tr("the plain mean over the matrices")}});
  m_reset = new QPushButton(lineIcon("reset"), tr("Reset all blocks"));
  m_reset->setToolTip(tr("Remove every pin and give each block the sparsity of the allocation"));
  m_reset->setWhatsThis(m_reset->toolTip());
  layout->addWidget(sectionTitle(tr("Sharing the budget")));
  layout->addWidget(m_allocator);
  layout->addWidget(m_granularity);
  layout->addWidget(m_aggregate);
  layout->addWidget(m_reset, 0, Qt::AlignLeft);

  connect(m_allocator, &ChoiceField::chosen, &m_plan, &PlanDocument::setAllocator);
  connect(m_granularity, &ChoiceField::chosen, this,
          [this](const std::string& name) { m_plan.setGranularity(granularityNamed(name)); });
  connect(m_aggregate, &ChoiceField::chosen, this,
          [this](const std::string& name) { m_plan.setAggregate(aggregateNamed(name)); });
  connect(m_reset, &QPushButton::clicked, &m_plan, &PlanDocument::resetAll);
  return box;
}

QWidget* BudgetPanel::makePruning(const std::vector<Method>& criteria) {
  QVBoxLayout* layout = nullptr;
  QWidget* box = column(layout);
  m_criterion = new ChoiceField(tr("Criterion"), tr("Which weights of a matrix go first."));
  std::vector<ChoiceField::Choice> choices;
  for (const auto& criterion : criteria)
    choices.push_back({criterion.name, engineText(criterion.title), engineText(criterion.summary)});
  m_criterion->setChoices(choices);
  m_comparison = new ChoiceField(tr("Compared in"), tr("Among which weights the least are looked for."));
  m_comparison->setChoices(
      {{"auto", tr("As the paper"), tr("by matrix in the vision tower, by row in language")},
       {"row", tr("Output row"), tr("every output keeps the same number of inputs")},
       {"matrix", tr("Whole matrix"), tr("rows may be thinned unevenly")}});
  m_refinement = new ChoiceField(tr("Refined by"), tr("An extra step that improves the masks."));
  choices = {{"", tr("Nothing"), tr("the criterion's choice stands")}};
  for (const auto& refinement : pruneRefinements())
    choices.push_back({refinement.name, engineText(refinement.title), engineText(refinement.summary)});
  choices.push_back(
      {"swaps,refit", tr("Swaps + refit"), tr("first who stays, then the values of what stays")});
  m_refinement->setChoices(choices);
  m_inputs = new ChoiceField(tr("Calibrated on"),
                             tr("Which model produces the inputs that a block is calibrated on."));
  m_inputs->setChoices(
      {{"pruned", tr("Pruned blocks"), tr("the outputs of the pruned blocks before it, as published")},
       {"dense", tr("Dense model"),
        tr("its inputs in the dense model, the same for all plans: answers follow at once")}});
  m_fit = new ChoiceField(tr("Fitted to"), tr("What weights that change are to come near to."));
  m_fit->setChoices(
      {{"pruned", tr("Own outputs"), tr("what the matrix would make of its inputs, unpruned")},
       {"dense", tr("Dense outputs"), tr("so that it makes up for what the blocks before it lost")}});
  m_pattern = new ChoiceField(tr("Pattern"), tr("Where in a matrix zeros may stand."));
  m_pattern->setChoices(
      {{"unstructured", tr("Anywhere"), tr("each block as sparse as the plan says")},
       {"2:4", QStringLiteral("2:4"), tr("at most 2 of 4 neighbours stay")},
       {"4:8", QStringLiteral("4:8"), tr("at most 4 of 8 neighbours stay")},
       {"4x1", QStringLiteral("4 × 1"), tr("4 neighbouring rows of a column go together")},
       {"16x1", QStringLiteral("16 × 1"), tr("16 neighbouring rows of a column go together")},
       {"units", tr("Heads and neurons"),
        tr("whole attention heads and neurons of MLPs go, which a smaller model lacks")}});
  m_patternNote = new QLabel;
  m_patternNote->setObjectName("patternNote");
  m_patternNote->setWordWrap(true);
  m_patternNote->hide();
  layout->addWidget(sectionTitle(tr("Pruning")));
  layout->addWidget(m_criterion);
  layout->addWidget(m_refinement);
  layout->addWidget(m_pattern);
  layout->addWidget(m_patternNote);
  layout->addWidget(m_comparison);
  layout->addWidget(m_inputs);
  layout->addWidget(m_fit);
  layout->addLayout(makeCalibration());

  connect(m_criterion, &ChoiceField::chosen, this, &BudgetPanel::takeOptions);
  for (ChoiceField* field : {m_refinement, m_pattern, m_comparison, m_inputs, m_fit})
    connect(field, &ChoiceField::chosen, this, &BudgetPanel::takeOptions);
  return box;
}

// How many samples, and what of their pictures.
QLayout* BudgetPanel::makeCalibration() {
  m_samples = new QSpinBox;
  m_samples->setRange(1, 100000);
  m_samples->setKeyboardTracking(false);
  m_samples->setAccessibleName(tr("Calibration samples"));
  m_samples->setToolTip(
      tr("How many calibration pairs run through the model to show the inputs of each weight. Test pairs are "
         "never among them."));
  m_samples->setWhatsThis(m_samples->toolTip());
  auto* samplesLabel = new QLabel(tr("Calibration samples"));
  samplesLabel->setBuddy(m_samples);
  auto* samplesRow = new QHBoxLayout;
  samplesRow->addWidget(samplesLabel, 1);
  samplesRow->addWidget(m_samples);
  m_pictureShare = new QDoubleSpinBox;
  m_pictureShare->setObjectName("pictureTokens");
  m_pictureShare->setRange(0, 1000);
  m_pictureShare->setDecimals(2);
  m_pictureShare->setSingleStep(0.5);
  m_pictureShare->setSpecialValueText(tr("all"));
  m_pictureShare->setKeyboardTracking(false);
  m_pictureShare->setAccessibleName(tr("Tokens of pictures"));
  m_pictureShare->setToolTip(
      tr("Language blocks are calibrated on all tokens of text and on those of a picture that a block "
         "changes the "
         "most: min(1, this times their mean change) for each token of text. At 0 on all of them."));
  m_pictureShare->setWhatsThis(m_pictureShare->toolTip());
  auto* pictureLabel = new QLabel(tr("Tokens of pictures"));
  pictureLabel->setBuddy(m_pictureShare);
  auto* pictureRow = new QHBoxLayout;
  pictureRow->addWidget(pictureLabel, 1);
  pictureRow->addWidget(m_pictureShare);
  connect(m_pictureShare, &QDoubleSpinBox::valueChanged, this, &BudgetPanel::takeOptions);
  connect(m_pictureShare, &QDoubleSpinBox::editingFinished, &m_plan, &PlanDocument::endGesture);
  connect(m_samples, &QSpinBox::valueChanged, this, &BudgetPanel::takeOptions);
  connect(m_samples, &QSpinBox::editingFinished, &m_plan, &PlanDocument::endGesture);
  auto* rows = new QVBoxLayout;
  rows->setSpacing(7);
  rows->addLayout(samplesRow);
  rows->addLayout(pictureRow);
  return rows;
}

void BudgetPanel::showPlan() {
  widget()->setEnabled(!m_plan.isEmpty());
  if (m_plan.isEmpty()) {
    m_achieved->clear();
    m_counts->clear();
    m_size->clear();
    return;
  }
  const Plan& plan = m_plan.plan();
  // A field that a person is moving already shows where they want it.
  if (!m_target->slider()->isSliderDown()) m_target->setValue(plan.target);
  if (!m_cap->slider()->isSliderDown()) m_cap->setValue(plan.cap);
  m_capFollows->setChecked(m_plan.capFollowsTarget());
  m_componentCaps->showPlan();
  for (const auto& a : allocators())
    m_allocator->setUnavailable(a.name, canShare(a, plan.groups)
                                            ? QString()
                                            : tr("This allocator needs more statistics. Score again with "
                                                 "\u201cStatistics for other allocators\u201d."));
  m_allocator->setCurrent(plan.allocator);
  m_granularity->setCurrent(nameOf(plan.granularity));
  m_aggregate->setCurrent(nameOf(plan.aggregate));
  int pinned = 0;
  for (const auto& group : plan.groups) pinned += group.pinned;
  m_reset->setEnabled(pinned > 0);

  const int64_t all = plan.parameters();
  const std::string& pattern = m_session.pruneOptions().pattern;
  double zeros = 0;
  for (const auto& group : plan.groups)
    zeros += sparsityUnder(pattern, group.sparsity) * double(group.parameters);
  const double achieved =
      pattern == "unstructured" || all == 0 ? plan.achievedSparsity() : zeros / double(all);
  const int64_t gone = int64_t(std::llround(achieved * double(all)));
  m_achieved->setText(tr("<b>%1</b> of the prunable weights go").arg(percent(achieved)));
  m_counts->setText(tr("%1 \u2192 %2 kept").arg(shortCount(all), shortCount(all - gone)) +
                    (pinned ? QStringLiteral("  \u00b7  ") + tr("%n pinned", nullptr, pinned) : QString()));
  const ModelInfo* info = m_session.hasModel() ? &m_session.info() : nullptr;
  const StorageSize size = storageOf(plan, m_session.pruneOptions(), info ? *info : ModelInfo());
  m_size->setText(
      tr("%1 \u2192 %2 without zeros").arg(fileSize(size.denseBytes), fileSize(size.compressedBytes)));
  m_counts->setToolTip(
      tr("%1 prunable weights, %2 of them stay").arg(exactCount(all), exactCount(all - gone)));
}

void BudgetPanel::showNotice() {
  const PlanNotice& notice = m_plan.notice();
  const bool here = notice.place == PlanNotice::Place::Target || notice.place == PlanNotice::Place::Cap;
  QPalette palette = this->palette();
  palette.setColor(QPalette::WindowText, shadesFor(palette).wrong);
  m_notice->setPalette(palette);
  m_notice->setText(here ? QStringLiteral("\u26a0 ") + notice.text : QString());
  m_notice->setVisible(here);
}

void BudgetPanel::showOptions() {
  const PruneOptions& options = m_session.pruneOptions();
  m_criterion->setCurrent(options.criterion);
  m_refinement->setCurrent(options.refinement);
  for (const auto& refinement : pruneRefinements())
    m_refinement->setUnavailable(refinement.name, whyNoRefinement(options.criterion, refinement.name));
  m_refinement->setUnavailable("swaps,refit", whyNoRefinement(options.criterion, "swaps"));
  m_fit->setCurrent(options.fit);
  m_fit->setEnabled(fitsWeights(options) && options.inputs == "pruned");
  m_pattern->setCurrent(options.pattern);
  const bool structured = sparsityUnder(options.pattern, 1) < 1;
  m_patternNote->setVisible(structured);
  m_patternNote->setText(
      tr("Each block that the plan takes anything from loses exactly %1; one at 0 stays whole. "
         "Rows and matrices are compared within these groups.")
          .arg(percent(sparsityUnder(options.pattern, 1))));
  m_comparison->setCurrent(options.comparison);
  m_comparison->setEnabled(!structured && options.pattern != "units");
  m_inputs->setCurrent(options.inputs);
  m_inputs->setEnabled(needsCalibration(options));
  showPlan();
  const QSignalBlocker quiet[] = {QSignalBlocker(m_samples), QSignalBlocker(m_pictureShare)};
  m_samples->setValue(int(options.samples));
  m_pictureShare->setValue(options.pictureShare);
  m_pictureShare->setEnabled(needsCalibration(options));
}

void BudgetPanel::takeOptions() {
  PruneOptions options = m_session.pruneOptions();
  options.criterion = m_criterion->current();
  options.refinement =
      canRefine(options.criterion, m_refinement->current()) ? m_refinement->current() : std::string();
  options.fit = fitsWeights(options) ? m_fit->current() : std::string("pruned");
  options.pattern = m_pattern->current();
  options.comparison = m_comparison->current();
  options.inputs = m_inputs->current();
  options.samples = m_samples->value();
  options.pictureShare = m_pictureShare->value();
  m_session.setPruneOptions(options);
}

}  // namespace espalier
