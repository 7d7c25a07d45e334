#include "ui/panels/sweep_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/elided_label.h"
#include "ui/base/engine_text.h"
#include "ui/controllers/sweep_controller.h"
#include "ui/items/copy_rows.h"
#include "ui/items/result_model.h"
#include "ui/items/sweep_model.h"
#include "ui/panels/flow_layout.h"
#include "ui/panels/method_dialog.h"
#include "ui/panels/number_lists.h"
#include "ui/panels/sweep_queue.h"
#include "ui/plot/sweep_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int kWidestList = 320;  // of the methods; in larger type it is scrolled

}  // namespace

// Long: the widgets, their places and their connections.
SweepPanel::SweepPanel(Session& session, SweepController& sweeps, QAction* run, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_sweeps(sweeps),
      m_chart(new SweepChart),
      m_sparsities(new QLineEdit(QStringLiteral("0, 30, 40, 50, 60, 70, 80"))),
      m_seeds(new QLineEdit(QStringLiteral("0"))),
      m_pause(new QPushButton(tr("Pause"))),
      m_shown(new QComboBox),
      m_view(new QComboBox),
      m_stop(new QPushButton(tr("Stop"))),
      m_state(new QLabel),
      m_chosen(new ElidedLabel),
      m_use(new QToolButton) {
  auto* start = new QToolButton;
  start->setDefaultAction(run);
  start->setToolButtonStyle(Qt::ToolButtonTextOnly);
  start->setAccessibleName(run->iconText());
  start->setFocusPolicy(Qt::TabFocus);
  m_stop->setToolTip(tr("Stop the sweep. It keeps its points and can continue later"));
  m_pause->setCheckable(true);
  m_pause->setToolTip(tr("Pause behind the point that is being measured"));
  m_sparsities->setAccessibleName(tr("Sparsities"));
  m_sparsities->setCursorPosition(0);
  m_sparsities->setToolTip(tr("At which sparsities, in per cent, with commas between: 0, 50, 62.5"));
  m_seeds->setAccessibleName(tr("Seeds"));
  m_seeds->setToolTip(tr(
      "Which random draws of the calibration data each method uses: whole numbers with commas between, or a "
      "range as 0-4"));
  const int digit = fontMetrics().averageCharWidth();
  m_sparsities->setMaximumWidth(30 * digit);
  m_seeds->setMaximumWidth(12 * digit);
  m_shown->addItems({tr("Accuracy"), tr("Loss")});
  // A language model answers nothing: what is measured of it is its loss.
  connect(&m_session, &Session::evaluationChanged, this, [this] {
    if (!ResultModel::isJudged(m_session.dense())) m_shown->setCurrentIndex(1);
  });
  m_shown->setAccessibleName(tr("What the chart shows"));
  m_shown->setToolTip(tr("Right answers, or the loss, which moves earlier"));
  m_view->addItems(
      {tr("by sparsity"), tr("by time"), tr("by size"), tr("as a table"), tr("what is to come")});
  m_view->setAccessibleName(tr("How the methods are compared"));
  m_view->setToolTip(
      tr("Against sparsity, the time a method takes, or the size without zeros; or all of it in a "
         "table that says which differences chance explains. What is to come can be put into another order"));
  for (QWidget* w :
       {static_cast<QWidget*>(m_stop), static_cast<QWidget*>(m_pause), static_cast<QWidget*>(m_seeds),
        static_cast<QWidget*>(m_sparsities), static_cast<QWidget*>(m_shown), static_cast<QWidget*>(m_view)})
    w->setWhatsThis(w->toolTip());

  // Beside the chart: it keeps its height however many methods there are.
  auto* listed = new QWidget;
  auto* methods = new QVBoxLayout(listed);
  methods->setContentsMargins(8, 2, 4, 2);
  methods->setSpacing(4);
  m_boxes = methods;
  auto* more = new QToolButton;
  more->setText(tr("Add Method\u2026"));
  more->setAccessibleName(more->text());
  more->setToolTip(tr("Any way to score with any criterion, refinement and recovery"));
  more->setWhatsThis(more->toolTip());
  more->setFocusPolicy(Qt::TabFocus);
  connect(more, &QToolButton::clicked, this, &SweepPanel::addMethod);
  methods->addWidget(more, 0, Qt::AlignLeft);
  methods->addStretch(1);
  for (const auto& method : studyMethods()) offerMethod(method.name, !method.isSlow());
  offerMethod(kThisPlan, false);
  auto* scroll = m_list = new QScrollArea;
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidgetResizable(true);
  scroll->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
  scroll->setWidget(listed);
  auto* seedsLabel = new QLabel(tr("Seeds"));
  seedsLabel->setBuddy(m_seeds);
  auto* sparsitiesLabel = new QLabel(tr("Sparsities, %"));
  sparsitiesLabel->setBuddy(m_sparsities);
  auto* bar = new FlowLayout(8);
  bar->setContentsMargins(8, 6, 8, 2);
  for (QWidget* w : std::initializer_list<QWidget*>{start, m_pause, m_stop, sparsitiesLabel, m_sparsities,
                                                    seedsLabel, m_seeds, m_shown, m_view, m_state})
    bar->addWidget(w);
  m_use->setText(tr("Use This Plan"));
  m_use->setToolTip(tr("Take the plan of the chosen point (Enter). Undo brings yours back"));
  m_use->setWhatsThis(m_use->toolTip());
  m_use->setAccessibleName(m_use->text());
  m_use->setFocusPolicy(Qt::TabFocus);
  auto* chosen = new QHBoxLayout;
  chosen->setContentsMargins(8, 0, 8, 4);
  chosen->addWidget(m_chosen, 1);
  chosen->addWidget(m_use);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(bar);
  m_pages = new QStackedWidget;
  m_pages->addWidget(m_chart);
  m_pages->addWidget(makeTable());
  m_pages->addWidget(new SweepQueue(m_sweeps));
  auto* beside = new QHBoxLayout;
  beside->setSpacing(0);
  beside->addWidget(scroll);
  beside->addWidget(m_pages, 1);
  layout->addLayout(beside, 1);
  layout->addLayout(chosen);

  connect(m_stop, &QPushButton::clicked, &m_sweeps, &SweepController::stop);
  connect(m_pause, &QPushButton::toggled, &m_sweeps, &SweepController::setPaused);
  connect(&m_sweeps, &SweepController::queueChanged, this, [this] {
    const QSignalBlocker quiet(m_pause);
    m_pause->setChecked(m_sweeps.isPaused());
    showState();
  });
  for (auto* edit : {m_sparsities, m_seeds})
    connect(edit, &QLineEdit::textChanged, this, &SweepPanel::showState);
  connect(m_shown, &QComboBox::currentIndexChanged, this, [this](int index) {
    m_chart->setShown(index == 1 ? SweepChart::Shown::Loss : SweepChart::Shown::Accuracy);
  });
  connect(m_view, &QComboBox::currentIndexChanged, this, &SweepPanel::showView);
  const auto showPoints = [this] {
    const auto points = m_session.sweepNow();
    m_chart->setPoints(points);
    // What was measured elsewhere or before has a box, too: the boxes are the legend.
    for (const auto& point : points) offerMethod(point.method, false);
    showState();
    showChosen();
    compare();
  };
  // Points measured with other options or data come back with these.
  for (auto changed : {&Session::sweepChanged, &Session::optionsChanged, &Session::calibrationChanged})
    connect(&m_session, changed, this, showPoints);
  for (auto changed : {&JobRunner::started, &JobRunner::cancelled, &JobRunner::idle})
    connect(&m_sweeps.runner(), changed, this, &SweepPanel::showState);
  auto* use = new QAction(m_use->text(), m_chart);
  use->setStatusTip(m_use->toolTip());
  m_chart->addAction(use);
  m_chart->addAction(run);
  connect(use, &QAction::triggered, m_chart, &SweepChart::take);
  connect(m_use, &QToolButton::clicked, m_chart, &SweepChart::take);
  connect(m_chart, &SweepChart::currentChanged, this, [this, use] {
    showChosen();
    use->setEnabled(m_use->isEnabled());
  });
  connect(m_chart, &SweepChart::taken, this, [this](const std::string& method, double sparsity) {
    for (const auto& point : m_session.sweepNow())
      if (point.method == method && point.sparsity == sparsity) return m_sweeps.loadPlan(point);
  });
  connect(&m_sweeps, &SweepController::loaded, this, [this](const std::string& method, double sparsity) {
    m_taken = Taken{method, sparsity, m_session.plan().settledPlan().sparsities()};
    showPlanPlace();
  });
  connect(&m_session.plan(), &PlanDocument::planChanged, this, &SweepPanel::showPlanPlace);
  // The curve of the plan is that of another plan then.
  connect(&m_session.plan(), &PlanDocument::planSettled, this, [this, showPoints] {
    const auto& all = m_session.sweep();
    if (std::any_of(all.begin(), all.end(), [](const auto& p) { return p.method == kThisPlan; }))
      showPoints();
  });
  connect(&m_session, &Session::modelChanged, this, [this] { m_taken.reset(), showPlanPlace(); });
  use->setEnabled(false);
  showKeys();
  fitList();
  showChosen();
  showState();
}

QWidget* SweepPanel::makeTable() {
  m_tableModel = new SweepModel(this);
  m_table = new QTableView;
  m_table->setModel(m_tableModel);
  offerCopy(*m_table);
  m_table->setFrameShape(QFrame::NoFrame);
  m_table->setShowGrid(false);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setTabKeyNavigation(false);
  m_table->verticalHeader()->hide();
  m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_table->horizontalHeader()->setHighlightSections(false);
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_table->setAccessibleName(tr("Methods compared"));
  m_table->setWhatsThis(tr(
      "Each method at each sparsity, the best first. Beside the best: whether chance explains what parts the "
      "two, pair by pair (exact McNemar test of the answers, paired bootstrap of the losses)."));
  return m_table;
}

void SweepPanel::showView() {
  const int view = m_view->currentIndex();
  m_pages->setCurrentIndex(std::max(0, view - 2));
  if (view < 3) m_chart->setAgainst(SweepChart::Against(view));
  m_shown->setEnabled(view < 3);
  showChosen();
  compare();
}

void SweepPanel::compare() {
  if (m_view->currentIndex() != 3) return;
  m_compareRunner.startNext(
      tr("Comparing methods"), [this, points = m_session.sweepNow()](const JobContext&) {
        const bool judged = answersAreJudged(points);
        auto rows = comparedMethods(points, judged);
        return [this, judged, rows = std::move(rows)] { m_tableModel->setRows(rows, judged); };
      });
}

void SweepPanel::offerMethod(const std::string& name, bool chosen) {
  for (const auto& m : m_methods)
    if (m.name == name) return;
  auto* box = new QCheckBox(engineText(name));
  box->setChecked(chosen);
  box->setToolTip(name == kThisPlan ? tr("The plan's own curve: its pins, caps and scores at other targets")
                                    : tr("Measure this method"));
  box->setWhatsThis(box->toolTip());
  box->setIconSize(QSize(26, 12));
  m_boxes->insertWidget(int(m_methods.size()), box);
  m_methods.append({name, box});
  connect(box, &QCheckBox::toggled, this, &SweepPanel::showState);
  if (m_list && m_list->widget()) showKeys(), fitList();
}

void SweepPanel::addMethod() {
  const std::string name = askForMethod(this);
  if (name.empty()) return;
  offerMethod(name, true);
  for (const auto& m : m_methods)
    if (m.name == name) m.box->setChecked(true);
}

// The boxes are the legend: each has its method's line and mark.
void SweepPanel::showKeys() {
  for (const auto& m : m_methods) m.box->setIcon(SweepChart::keyOf(m.name, palette()));
}

void SweepPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) showKeys();
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
    QMetaObject::invokeMethod(this, &SweepPanel::fitList, Qt::QueuedConnection);
}

// Wide enough for its longest name beside a scroll bar.
void SweepPanel::fitList() {
  m_list->setFixedWidth(std::min(
      kWidestList, m_list->widget()->sizeHint().width() + style()->pixelMetric(QStyle::PM_ScrollBarExtent)));
}

StudyOptions SweepPanel::options() const {
  StudyOptions options;
  for (const auto& m : m_methods)
    if (m.box->isChecked()) options.methods.push_back(m.name);
  options.sparsities = sparsitiesIn(m_sparsities->text()).value_or(std::vector<double>());
  options.seeds = seedsIn(m_seeds->text()).value_or(std::vector<uint64_t>());
  if (!m_session.plan().isEmpty()) {
    options.plan = m_session.plan().settledPlan();
    options.capFollowsTarget = m_session.plan().capFollowsTarget();
  }
  options.score = m_session.scoreOptions();
  options.prune = m_session.pruneOptions();
  return options;
}

void SweepPanel::run() {
  m_sweeps.run(options());
}

void SweepPanel::showChosen() {
  const int place = m_chart->current();
  m_chosen->setText(place < 0 ? m_chart->places().empty() ? QString() : tr("Click a point to choose it")
                              : m_chart->described(place));
  m_use->setEnabled(place >= 0);
  m_use->setVisible(!m_chart->places().empty() && m_view->currentIndex() < 3);
}

// The ring stands only while the plan is the one that was taken.
void SweepPanel::showPlanPlace() {
  const bool there =
      m_taken && !m_session.plan().isEmpty() && m_session.plan().plan().sparsities() == m_taken->plan;
  m_chart->setPlanPlace(there ? std::optional(std::pair(m_taken->method, m_taken->sparsity)) : std::nullopt);
}

void SweepPanel::showState() {
  const bool busy = m_sweeps.runner().isBusy();
  m_stop->setEnabled(busy);
  m_pause->setEnabled(busy);
  if (!sparsitiesIn(m_sparsities->text()))
    return m_state->setText(tr("Sparsities are numbers from 0 to 99, each once, with commas between."));
  if (!seedsIn(m_seeds->text()))
    return m_state->setText(
        tr("Seeds are whole numbers, each once, with commas between, or a range as 0-4."));
  const int missing = SweepController::missing(m_session.sweepNow(), options());
  m_state->setText(missing == 0 ? tr("complete") : tr("%n points to go", nullptr, missing));
}

}  // namespace espalier
