#include "ui/panels/recovery_panel.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/engine/recover_model.h"
#include "ui/base/elided_label.h"
#include "ui/base/format.h"
#include "ui/controllers/recover_controller.h"
#include "ui/panels/empty_state.h"
#include "ui/panels/flow_layout.h"
#include "ui/panels/method_order.h"
#include "ui/panels/option_form.h"
#include "ui/plot/recovery_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int kBarWidth = 110;

}  // namespace

RecoveryPanel::RecoveryPanel(Session& session, RecoverController& recovery, QAction* recover,
                             QAction* chooseData, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_recovery(recovery),
      m_keep(new QPushButton(tr("Stop and Keep"))),
      m_cancel(new QPushButton(tr("Cancel"))),
      m_automatic(new QCheckBox(tr("By itself when the plan rests"))),
      m_bar(new QProgressBar),
      m_left(new QLabel),
      m_state(new ElidedLabel) {
  auto* start = new QToolButton;
  start->setDefaultAction(recover);
  start->setToolButtonStyle(Qt::ToolButtonTextOnly);
  start->setAccessibleName(recover->iconText());
  start->setFocusPolicy(Qt::TabFocus);
  m_keep->setObjectName("keepReached");
  m_keep->setToolTip(tr("End here with the best weights so far. They become the plan's model"));
  m_cancel->setObjectName("cancelRecovery");
  m_cancel->setToolTip(tr("End here and leave the model as it was"));
  m_automatic->setObjectName("automatic");
  m_automatic->setToolTip(tr(
      "Of small models: recover each new plan as soon as it has its answers and nothing moves. The recovered "
      "answers replace the first ones; undo brings these back."));
  m_bar->setFixedWidth(kBarWidth);
  m_bar->setMaximumHeight(14);
  m_bar->setTextVisible(false);
  m_bar->setAccessibleName(tr("Progress of the recovery"));
  for (QWidget* w :
       {static_cast<QWidget*>(m_keep), static_cast<QWidget*>(m_cancel), static_cast<QWidget*>(m_automatic)})
    w->setWhatsThis(w->toolTip());
  auto* bar = new FlowLayout(8);
  bar->setContentsMargins(8, 6, 8, 2);
  for (QWidget* w : std::initializer_list<QWidget*>{start, m_keep, m_cancel, m_automatic, m_bar, m_left})
    bar->addWidget(w);
  m_state->setContentsMargins(8, 0, 8, 2);
  auto* split = new QSplitter(Qt::Horizontal);
  split->setChildrenCollapsible(false);
  split->addWidget(makeForm(chooseData));
  split->addWidget(makeCurves());
  split->setStretchFactor(0, 2);
  split->setStretchFactor(1, 3);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(bar);
  layout->addWidget(m_state);
  layout->addWidget(split, 1);

  connect(m_keep, &QPushButton::clicked, this, [this] {
    m_recovery.keepReached();
    showState();
  });
  connect(m_cancel, &QPushButton::clicked, &m_recovery.runner(), &JobRunner::cancel);
  connect(m_automatic, &QCheckBox::toggled, &m_recovery, &RecoverController::setAutomatic);
  connect(&m_recovery, &RecoverController::pointsChanged, this, &RecoveryPanel::listSeries);
  connect(&m_recovery.runner(), &JobRunner::started, this, [this] { m_followsNewest = true; });
  for (auto changed : {&JobRunner::started, &JobRunner::cancelled, &JobRunner::idle})
    connect(&m_recovery.runner(), changed, this, [this] {
      showState();
      listSeries();
    });
  connect(&m_recovery.runner(), &JobRunner::progressed, this, &RecoveryPanel::showProgress);
  connect(&m_session, &Session::optionsChanged, this, &RecoveryPanel::showOptions);
  for (auto changed : {&Session::calibrationChanged, &Session::modelChanged})
    connect(&m_session, changed, this, &RecoveryPanel::showData);
  for (auto changed : {&Session::workChanged, &Session::evaluationChanged, &Session::modelChanged})
    connect(&m_session, changed, this, [this] {
      showState();
      listSeries();
    });
  showOptions();
  showData();
  showState();
  listSeries();
}

RecoveryPanel::~RecoveryPanel() = default;

QWidget* RecoveryPanel::makeForm(QAction* chooseData) {
  auto* scroll = new QScrollArea;
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(8, 2, 8, 8);
  m_methods = new MethodOrder(recoveryMethods(), tr("Ways to recover"));
  layout->addWidget(m_methods);
  m_data = new QLabel;
  m_data->setTextFormat(Qt::PlainText);
  m_data->setWordWrap(true);
  auto* choose = new QToolButton;
  choose->setText(tr("Choose\u2026"));
  choose->setToolTip(chooseData->statusTip());
  choose->setAccessibleName(tr("Choose the data to recover with"));
  choose->setWhatsThis(choose->toolTip());
  choose->setFocusPolicy(Qt::TabFocus);
  connect(choose, &QToolButton::clicked, chooseData, &QAction::trigger);
  layout->addWidget(m_data);
  layout->addWidget(choose, 0, Qt::AlignLeft);
  auto* fields = new QFormLayout;
  fields->setContentsMargins(0, 0, 0, 0);
  fields->setRowWrapPolicy(QFormLayout::WrapLongRows);
  fields->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
  m_form = std::make_unique<OptionForm<RecoverOptions>>(
      recoverFields(), *fields, [this] { takeOptions(); }, [this] { m_session.plan().endGesture(); });
  layout->addLayout(fields);
  layout->addStretch(1);
  scroll->setWidget(content);
  scroll->setMinimumWidth(content->minimumSizeHint().width() +
                          style()->pixelMetric(QStyle::PM_ScrollBarExtent) + 2);
  // Each tick and each move is a step of its own.
  connect(m_methods, &MethodOrder::edited, this, [this] {
    m_session.plan().endGesture();
    takeOptions();
    m_session.plan().endGesture();
  });
  return scroll;
}

QWidget* RecoveryPanel::makeCurves() {
  m_curves = new QStackedWidget;
  auto* box = new QWidget;
  m_shown = new QComboBox;
  m_shown->setAccessibleName(tr("Which losses the chart shows"));
  m_shown->setToolTip(tr("The method and the block. What runs is followed until you choose one"));
  m_shown->setWhatsThis(m_shown->toolTip());
  m_shown->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_shown->setMinimumContentsLength(8);
  m_shown->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  m_chart = new RecoveryChart;
  auto* layout = new QVBoxLayout(box);
  layout->setContentsMargins(0, 2, 8, 2);
  layout->setSpacing(2);
  layout->addWidget(m_shown);
  layout->addWidget(m_chart, 1);
  connect(m_shown, &QComboBox::activated, this, [this](int index) {
    m_followsNewest = index + 1 == m_shown->count();
    showCurve();
  });
  m_curves->addWidget(new EmptyState(
      tr("No losses yet"), tr("Recover, and the loss of each step stands here as it comes."), nullptr));
  m_curves->addWidget(box);
  return m_curves;
}

void RecoveryPanel::showOptions() {
  const RecoverOptions& options = m_session.recoverOptions();
  m_methods->setChosen(option_fields::namesIn(options.methods));
  m_form->show(options);
  m_form->setEnabled([&](const std::string& key) { return usesOption(options, key); });
}

void RecoveryPanel::takeOptions() {
  RecoverOptions options = m_session.recoverOptions();
  options.methods.clear();
  for (const auto& name : m_methods->chosen()) options.methods += (options.methods.empty() ? "" : ",") + name;
  m_form->take(options);
  m_session.setRecoverOptions(options);
}

void RecoveryPanel::showData() {
  const auto& data = m_session.calibration();
  m_data->setText(data.samples.empty()
                      ? tr("Data: none chosen")
                      : tr("Data: %1, %n calibration pairs", nullptr, int(data.samples.size()))
                            .arg(placeTitle(data.path)));
}

void RecoveryPanel::showState() {
  const bool busy = m_recovery.runner().isBusy();
  m_keep->setEnabled(busy && !m_recovery.isEnding());
  m_cancel->setEnabled(busy);
  showProgress();
  const auto recovered = m_session.plan().recovered();
  if (m_recovery.isEnding()) return m_state->setText(tr("Ending with the best so far\u2026"));
  if (busy) return m_state->setText(m_recovery.runner().title());
  if (!recovered)
    return m_state->setText(m_session.prunedModel() ? tr("The answers are of the model as it was pruned")
                                                    : QString());
  QStringList said;
  for (const auto& name : option_fields::namesIn(recovered->record.options.methods)) {
    // The first and the last of a method's reports say how far it went.
    const RecoveryReport *first = nullptr, *last = nullptr;
    for (const auto& r : recovered->record.reports)
      if (r.method == name) first = first ? first : &r, last = &r;
    if (last)
      said << tr("%1: %2 %3 \u2192 %4", "a recovery method and its error before and after")
                  .arg(engineText(methodNamed(recoveryMethods(), "recovery method", name).title),
                       engineText(last->measure), shortNumber(last->before), shortNumber(last->after));
  }
  QString state = recovered->record.stopped ? tr("Recovered and stopped on the way") : tr("Recovered");
  if (!said.isEmpty()) state += QStringLiteral(" \u00b7 ") + said.join(QStringLiteral(" \u00b7 "));
  if (!recovered->model)
    state = tr("Its weights are not in the project: recover again to export them. ") + state;
  m_state->setText(state);
}

void RecoveryPanel::showProgress() {
  const bool busy = m_recovery.runner().isBusy();
  const Progress progress = m_recovery.runner().progress();
  m_bar->setVisible(busy);
  m_left->setVisible(busy);
  m_bar->setRange(0, int(progress.total));
  m_bar->setValue(int(progress.done));
  QStringList parts;
  if (!progress.stage.empty()) parts << engineText(progress.stage);
  if (progress.secondsLeft >= 0) parts << timeLeft(progress.secondsLeft);
  m_left->setText(parts.join(QStringLiteral(" \u00b7 ")));
  m_left->setToolTip(text(progress.item));
}

// Of what runs; else of what the plan was recovered by.
const std::vector<RecoveryPoint>& RecoveryPanel::points() const {
  return m_recovery.runner().isBusy() ? m_recovery.points() : m_finished;
}

const RecoveryReport* RecoveryPanel::reportOf(const Series& series) const {
  const auto recovered = m_session.plan().recovered();
  if (!recovered || m_recovery.runner().isBusy()) return nullptr;
  for (const auto& r : recovered->record.reports)
    if (r.method == series.method && r.block == series.block) return &r;
  return nullptr;
}

QString RecoveryPanel::titleOf(const Series& series) const {
  QString title = engineText(methodNamed(recoveryMethods(), "recovery method", series.method).title);
  if (!series.block.empty()) title += QStringLiteral(", ") + text(series.block);
  if (const auto* report = reportOf(series))
    title += QStringLiteral(": %1 \u2192 %2").arg(shortNumber(report->before), shortNumber(report->after));
  return title;
}

void RecoveryPanel::listSeries() {
  m_finished.clear();
  const auto recovered = m_session.plan().isEmpty() ? nullptr : m_session.plan().recovered();
  if (recovered)
    for (const auto& r : recovered->record.reports)
      m_finished.insert(m_finished.end(), r.curve.begin(), r.curve.end());
  std::vector<Series> series;
  for (const auto& p : points())
    if (series.empty() || series.back() != Series{p.method, p.block}) series.push_back({p.method, p.block});
  QStringList titles;
  for (const auto& s : series) titles << titleOf(s);
  QStringList before;
  for (int i = 0; i < m_shown->count(); ++i) before << m_shown->itemText(i);
  const int current = m_shown->currentIndex();
  m_series = std::move(series);
  m_curves->setCurrentIndex(m_series.empty() ? 0 : 1);
  if (titles != before) {
    const QSignalBlocker quiet(m_shown);
    m_shown->clear();
    m_shown->addItems(titles);
    m_shown->setCurrentIndex(m_followsNewest || current < 0 ? m_shown->count() - 1
                                                            : std::min(current, m_shown->count() - 1));
  }
  showCurve();
}

void RecoveryPanel::showCurve() {
  const int at = m_shown->currentIndex();
  std::vector<RecoveryPoint> shown;
  QString measure;
  if (at >= 0 && at < int(m_series.size())) {
    const Series& series = m_series[size_t(at)];
    for (const auto& p : points())
      if (p.method == series.method && p.block == series.block) shown.push_back(p);
    if (const auto* report = reportOf(series)) measure = engineText(report->measure);
  }
  m_chart->setPoints(shown, measure);
}

}  // namespace espalier
