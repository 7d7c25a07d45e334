#include "ui/panels/sweep_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include "ui/base/engine_text.h"
#include "ui/controllers/sweep_controller.h"
#include "ui/items/result_model.h"
#include "ui/plot/sweep_chart.h"
#include "ui/session/session.h"

namespace espalier {

SweepPanel::SweepPanel(Session& session, SweepController& sweeps, QAction* run, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_sweeps(sweeps),
      m_chart(new SweepChart),
      m_seeds(new QSpinBox),
      m_shown(new QComboBox),
      m_stop(new QPushButton(tr("Stop"))),
      m_state(new QLabel) {
  auto* start = new QToolButton;
  start->setDefaultAction(run);
  start->setToolButtonStyle(Qt::ToolButtonTextOnly);
  start->setAccessibleName(run->iconText());
  start->setFocusPolicy(Qt::TabFocus);
  m_stop->setToolTip(tr("Stop the sweep; the points that are there stay, and it can go on later"));
  m_seeds->setRange(1, 10);
  m_seeds->setAccessibleName(tr("Seeds"));
  m_seeds->setToolTip(tr("How many draws of the calibration pairs each method is measured with"));
  m_shown->addItems({tr("Accuracy"), tr("Loss")});
  // A language model answers nothing: what is measured of it is its loss.
  connect(&m_session, &Session::evaluationChanged, this, [this] {
    if (!ResultModel::isJudged(m_session.dense())) m_shown->setCurrentIndex(1);
  });
  m_shown->setAccessibleName(tr("What the chart shows"));
  m_shown->setToolTip(tr("Right answers, or the loss, which moves earlier"));
  for (QWidget* w :
       {static_cast<QWidget*>(m_stop), static_cast<QWidget*>(m_seeds), static_cast<QWidget*>(m_shown)})
    w->setWhatsThis(w->toolTip());

  auto* methods = new QHBoxLayout;
  methods->setContentsMargins(8, 0, 8, 2);
  methods->setSpacing(12);
  for (const auto& method : studyMethods()) {
    auto* box = new QCheckBox(engineText(method.name));
    box->setChecked(true);
    box->setToolTip(tr("Measure this method"));
    methods->addWidget(box);
    m_methods << box;
    connect(box, &QCheckBox::toggled, this, &SweepPanel::showState);
  }
  methods->addStretch(1);
  auto* seedsLabel = new QLabel(tr("Seeds"));
  seedsLabel->setBuddy(m_seeds);
  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 6, 8, 2);
  bar->addWidget(start);
  bar->addWidget(m_stop);
  bar->addWidget(seedsLabel);
  bar->addWidget(m_seeds);
  bar->addWidget(m_shown);
  bar->addWidget(m_state, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(bar);
  layout->addLayout(methods);
  layout->addWidget(m_chart, 1);

  connect(m_stop, &QPushButton::clicked, &m_sweeps, &SweepController::stop);
  connect(m_seeds, &QSpinBox::valueChanged, this, &SweepPanel::showState);
  connect(m_shown, &QComboBox::currentIndexChanged, this, [this](int index) {
    m_chart->setShown(index == 1 ? SweepChart::Shown::Loss : SweepChart::Shown::Accuracy);
  });
  connect(&m_session, &Session::sweepChanged, this, [this] {
    m_chart->setPoints(m_session.sweep());
    showState();
  });
  for (auto changed : {&JobRunner::started, &JobRunner::cancelled, &JobRunner::idle})
    connect(&m_sweeps.runner(), changed, this, &SweepPanel::showState);
  connect(m_chart, &SweepChart::taken, this, [this](const std::string& method, double sparsity) {
    for (const auto& point : m_session.sweep())
      if (point.method == method && point.sparsity == sparsity) return m_sweeps.loadPlan(point);
  });
  showState();
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

void SweepPanel::showState() {
  const bool busy = m_sweeps.runner().isBusy();
  m_stop->setEnabled(busy);
  const int missing = SweepController::missing(m_session.sweep(), options());
  m_state->setText(missing == 0 ? tr("complete") : tr("%n points to go", nullptr, missing));
}

}  // namespace espalier
