#include "ui/panels/sweep_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <algorithm>

#include "ui/base/elided_label.h"
#include "ui/base/engine_text.h"
#include "ui/controllers/sweep_controller.h"
#include "ui/items/copy_rows.h"
#include "ui/items/result_model.h"
#include "ui/items/sweep_model.h"
#include "ui/panels/flow_layout.h"
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
      m_seeds(new QSpinBox),
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
  m_seeds->setRange(1, 10);
  m_seeds->setAccessibleName(tr("Seeds"));
  m_seeds->setToolTip(tr("How many random draws of the calibration data each method uses"));
  m_shown->addItems({tr("Accuracy"), tr("Loss")});
  // A language model answers nothing: what is measured of it is its loss.
  connect(&m_session, &Session::evaluationChanged, this, [this] {
    if (!ResultModel::isJudged(m_session.dense())) m_shown->setCurrentIndex(1);
  });
  m_shown->setAccessibleName(tr("What the chart shows"));
  m_shown->setToolTip(tr("Right answers, or the loss, which moves earlier"));
  m_view->addItems({tr("by sparsity"), tr("by time"), tr("by size"), tr("as a table")});
  m_view->setAccessibleName(tr("How the methods are compared"));
  m_view->setToolTip(
      tr("Against sparsity, the time a method takes, or the size without zeros; or all of it in a "
         "table that says which differences chance explains"));
  for (QWidget* w : {static_cast<QWidget*>(m_stop), static_cast<QWidget*>(m_seeds),
                     static_cast<QWidget*>(m_shown), static_cast<QWidget*>(m_view)})
    w->setWhatsThis(w->toolTip());

  // Beside the chart: it keeps its height however many methods there are.
  auto* listed = new QWidget;
  auto* methods = new QVBoxLayout(listed);
  methods->setContentsMargins(8, 2, 4, 2);
  methods->setSpacing(4);
  for (const auto& method : studyMethods()) {
    auto* box = new QCheckBox(engineText(method.name));
    box->setChecked(!method.isSlow());
    box->setToolTip(tr("Measure this method"));
    box->setIconSize(QSize(26, 12));
    methods->addWidget(box);
    m_methods << box;
    connect(box, &QCheckBox::toggled, this, &SweepPanel::showState);
  }
  methods->addStretch(1);
  auto* scroll = m_list = new QScrollArea;
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidgetResizable(true);
  scroll->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
  scroll->setWidget(listed);
  auto* seedsLabel = new QLabel(tr("Seeds"));
  seedsLabel->setBuddy(m_seeds);
  auto* bar = new FlowLayout(8);
  bar->setContentsMargins(8, 6, 8, 2);
  for (QWidget* w :
       std::initializer_list<QWidget*>{start, m_stop, seedsLabel, m_seeds, m_shown, m_view, m_state})
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
  auto* beside = new QHBoxLayout;
  beside->setSpacing(0);
  beside->addWidget(scroll);
  beside->addWidget(m_pages, 1);
  layout->addLayout(beside, 1);
  layout->addLayout(chosen);

  connect(m_stop, &QPushButton::clicked, &m_sweeps, &SweepController::stop);
  connect(m_seeds, &QSpinBox::valueChanged, this, &SweepPanel::showState);
  connect(m_shown, &QComboBox::currentIndexChanged, this, [this](int index) {
    m_chart->setShown(index == 1 ? SweepChart::Shown::Loss : SweepChart::Shown::Accuracy);
  });
  connect(m_view, &QComboBox::currentIndexChanged, this, &SweepPanel::showView);
  const auto showPoints = [this] {
    const auto points = m_session.sweepNow();
    m_chart->setPoints(points);
    const auto& known = studyMethods();
    m_chart->setLegendShown(std::any_of(points.begin(), points.end(), [&](const StudyPoint& point) {
      return std::none_of(known.begin(), known.end(), [&](const auto& m) { return m.name == point.method; });
    }));
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
  m_pages->setCurrentIndex(view == 3 ? 1 : 0);
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

// The boxes are the legend: each has its method's line and mark.
void SweepPanel::showKeys() {
  for (qsizetype i = 0; i < m_methods.size(); ++i)
    m_methods[i]->setIcon(SweepChart::keyOf(studyMethods()[size_t(i)].name, palette()));
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
  for (auto* box : m_methods)
    if (box->isChecked()) options.methods.push_back(studyMethods()[size_t(m_methods.indexOf(box))].name);
  options.seeds.clear();
  for (int i = 0; i < m_seeds->value(); ++i) options.seeds.push_back(uint64_t(i));
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
  const int missing = SweepController::missing(m_session.sweepNow(), options());
  m_state->setText(missing == 0 ? tr("complete") : tr("%n points to go", nullptr, missing));
}

}  // namespace espalier
