#include "ui/panels/matrix_errors_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/live/matrix_errors.h"
#include "ui/base/format.h"
#include "ui/plot/matrix_error_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr const char* kToyMatrix = "toy";  // MatrixErrors::matrix of the made-up one

// Of ten inputs each tenth is one more that goes.
const std::vector<double>& tenths() {
  static const std::vector<double> sparsities{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
  return sparsities;
}
constexpr int kFirstTenth = 5;  // 60 %

}  // namespace

MatrixErrorsPanel::MatrixErrorsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_choice(new QComboBox),
      m_measure(new QToolButton),
      m_state(new QLabel),
      m_slider(new QSlider(Qt::Horizontal)),
      m_at(new QLabel),
      m_chart(new MatrixErrorChart) {
  m_choice->addItems({tr("This matrix"), tr("Example whose best is known")});
  m_choice->setAccessibleName(tr("Which matrix is pruned"));
  m_choice->setToolTip(
      tr("The matrix chosen above, or a made-up one of ten inputs for which all ways to choose are tried"));
  m_choice->setWhatsThis(m_choice->toolTip());
  m_measure->setAccessibleName(tr("Measure the errors of this matrix"));
  m_measure->setToolTip(tr("Run the calibration pairs to this matrix and prune it in each way"));
  m_measure->setWhatsThis(m_measure->toolTip());
  m_measure->setFocusPolicy(Qt::TabFocus);
  m_slider->setRange(0, int(tenths().size()) - 1);
  m_slider->setPageStep(1);
  m_slider->setTickPosition(QSlider::TicksBelow);
  m_slider->setTickInterval(1);
  m_slider->setAccessibleName(tr("Sparsity"));
  m_slider->setToolTip(tr("The sparsity at which the errors in the legend are read"));
  m_slider->setWhatsThis(m_slider->toolTip());
  m_state->setWordWrap(true);
  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 0, 8, 0);
  bar->addWidget(m_choice);
  bar->addWidget(m_measure);
  bar->addWidget(m_slider, 1);
  bar->addWidget(m_at);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(bar);
  m_state->setContentsMargins(8, 0, 8, 0);
  layout->addWidget(m_state);
  layout->addWidget(m_chart, 1);

  connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
    m_runner.cancel();
    m_failure.clear();
    follow();
  });
  connect(m_measure, &QToolButton::clicked, this, [this] {
    if (m_runner.isBusy())
      m_runner.cancel();
    else
      measure();
  });
  connect(m_slider, &QSlider::valueChanged, this, &MatrixErrorsPanel::showSlider);
  connect(&m_runner, &JobRunner::failed, this, [this](const JobError& error) {
    m_failure = error.message;
    showState();
  });
  for (auto changed : {&JobRunner::started, &JobRunner::progressed, &JobRunner::cancelled, &JobRunner::idle})
    connect(&m_runner, changed, this, &MatrixErrorsPanel::showState);
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged})
    connect(&m_session, changed, this, [this] {
      m_runner.cancel();
      m_failure.clear();
      m_chart->setErrors({});
      follow();
    });
  m_slider->setValue(kFirstTenth);
  showSlider();
  showState();
}

bool MatrixErrorsPanel::isToy() const {
  return m_choice->currentIndex() == 1;
}

void MatrixErrorsPanel::setMatrix(const std::string& name) {
  if (name == m_matrix) return;
  m_matrix = name;
  m_failure.clear();
  if (isToy()) return;
  m_runner.cancel();
  follow();
}

void MatrixErrorsPanel::follow() {
  const auto& shown = m_chart->errors();
  const std::string wanted = isToy() ? kToyMatrix : m_matrix;
  if (shown && shown->matrix != wanted) m_chart->setErrors({});
  showState();
  if (!isVisible() || m_runner.isBusy() || (shown && shown->matrix == wanted)) return;
  const bool quick = m_session.hasModel() && m_session.info().parameters <= kSmallParameters &&
                     m_failure.isEmpty() && !m_matrix.empty() && !m_session.calibration().samples.empty();
  if (isToy() || quick) measure();
}

void MatrixErrorsPanel::measure() {
  m_failure.clear();
  if (isToy()) {
    m_runner.start(tr("Errors of a matrix"), [this](const JobContext&) -> JobDone {
      MatrixErrors errors = toyMatrixErrors(tenths());
      return [this, errors = std::move(errors)] { m_chart->setErrors(errors); };
    });
    return;
  }
  if (!m_session.hasModel() || m_matrix.empty()) return;
  if (m_session.calibration().samples.empty()) {
    m_failure =
        tr("The error of a matrix is that for its inputs: choose a folder of calibration pairs with "
           "File \u203a Calibration Pairs.");
    showState();
    return;
  }
  PruneOptions options;
  options.samples = m_session.pruneOptions().samples;
  options.batchSize = m_session.pruneOptions().batchSize;
  options.seed = m_session.pruneOptions().seed;
  m_runner.start(tr("Errors of a matrix"),
                 [this, options, matrix = m_matrix, model = m_session.model(),
                  calibration = m_session.calibration()](const JobContext& context) -> JobDone {
                   MatrixErrors errors =
                       matrixErrors(*model, matrix, calibration, tenths(), options, context.control());
                   return [this, errors = std::move(errors)] { m_chart->setErrors(errors); };
                 });
}

void MatrixErrorsPanel::showState() {
  const bool busy = m_runner.isBusy();
  m_measure->setText(busy ? tr("Stop") : tr("Measure"));
  m_measure->setEnabled(busy || isToy() || !m_matrix.empty());
  QString said = m_failure;
  if (busy) {
    const auto& progress = m_runner.progress();
    said = progress.total > 0
               ? tr("Measuring: %1").arg(percent(double(progress.done) / double(progress.total), 0))
               : tr("Measuring\u2026");
  } else if (said.isEmpty() && !m_chart->errors()) {
    said = tr("Measure shows what each way to prune this matrix loses of its output.");
  }
  m_state->setText(said);
  m_state->setVisible(!said.isEmpty());
}

void MatrixErrorsPanel::showSlider() {
  const auto index = size_t(m_slider->value());
  m_at->setText(percent(tenths()[index], 0));
  m_chart->setMarked(index);
}

void MatrixErrorsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  follow();
}

}  // namespace espalier
