#include "ui/panels/matrix_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/panels/empty_state.h"
#include "ui/panels/matrix_errors_panel.h"
#include "ui/plot/density_map.h"
#include "ui/plot/matrix_error_chart.h"
#include "ui/plot/plot_export.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// Fused projections have their heads three times: of queries, keys and values.
QString headsText(const MatrixView& view) {
  const bool fused = view.heads % 3 == 0 && text(view.name).contains("qkv");
  return fused ? MatrixPanel::tr("q, k, v of %n heads", nullptr, int(view.heads / 3))
               : MatrixPanel::tr("%n heads", nullptr, int(view.heads));
}

// How many letters all names begin with, up to a point: the place of the block, which the chart shows. Of one
// name alone, up to the block's number.
size_t sharedPrefix(const std::vector<std::string>& names) {
  if (names.empty()) return 0;
  const std::string& first = names.front();
  if (names.size() == 1) {
    const auto digit = first.find_last_of("0123456789");
    const auto point = digit == std::string::npos ? digit : first.find('.', digit);
    return point == std::string::npos ? 0 : point + 1;
  }
  size_t shared = first.size();
  for (const auto& name : names)
    shared = std::min(
        shared,
        size_t(std::mismatch(first.begin(), first.end(), name.begin(), name.end()).first - first.begin()));
  return shared == 0 ? 0 : first.rfind('.', shared - 1) + 1;  // npos + 1 is 0
}

}  // namespace

MatrixPanel::MatrixPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_choice(new QComboBox),
      m_facts(new QLabel),
      m_charts(new QWidget),
      m_map(new DensityMap),
      m_weights(new HistogramView(
          tr("Size of the weights"),
          tr("Absolute values of the weights: grey in the dense model, blue those that pruning keeps"))),
      m_scores(new HistogramView(tr("Criterion, log\u2081\u2080"),
                                 tr("Scores that the criterion gives the weights. Pruning removes those to "
                                    "the left of the line, which moves with the plan."))),
      m_errorsShown(new QToolButton),
      m_errors(new MatrixErrorsPanel(session)),
      m_views(new QStackedWidget),
      m_stack(new QStackedWidget) {
  m_choice->setAccessibleName(tr("Matrix"));
  m_choice->setToolTip(tr("Which matrix of the current block"));
  m_choice->setWhatsThis(m_choice->toolTip());
  m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_choice->setMinimumContentsLength(6);
  m_choice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  m_choice->setMinimumWidth(120);
  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 6, 8, 2);
  bar->addWidget(m_choice, 1);
  bar->addWidget(m_facts);
  m_errorsShown->setText(tr("Error of the output"));
  m_errorsShown->setCheckable(true);
  m_errorsShown->setFocusPolicy(Qt::TabFocus);
  m_errorsShown->setAccessibleName(m_errorsShown->text());
  m_errorsShown->setToolTip(
      tr("What kept, swapped, refitted and best possible weights lose of the matrix's output, against "
         "sparsity"));
  m_errorsShown->setWhatsThis(m_errorsShown->toolTip());
  bar->addWidget(m_errorsShown);
  auto* side = new QVBoxLayout;
  side->addWidget(m_weights, 1);
  side->addWidget(m_scores, 1);
  auto* row = new QHBoxLayout(m_charts);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(m_map, 3);
  row->addLayout(side, 2);
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(bar);
  m_views->addWidget(m_charts);
  m_views->addWidget(m_errors);
  layout->addWidget(m_views, 1);
  m_stack->addWidget(
      m_session.engine()
          ? new EmptyState(tr("Not available"),
                           tr("The weights are where the engine runs (%1); open the model on that "
                              "machine to look inside its matrices.")
                               .arg(text(m_session.engine()->place())),
                           nullptr)
          : new EmptyState(tr("No block chosen"),
                           tr("Click a block in the chart to look inside its matrices."), nullptr));
  m_stack->addWidget(content);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_stack);

  connect(&m_session.selection(), &Selection::changed, this, &MatrixPanel::listMatrices);
  connect(&m_session, &Session::modelChanged, this, [this] {
    m_runner.cancel();
    m_map->setView({});
    listMatrices();
  });
  connect(&m_session, &Session::evaluationChanged, this, &MatrixPanel::load);
  connect(&m_session, &Session::predictionChanged, this, &MatrixPanel::showThreshold);
  connect(&m_session.plan(), &PlanDocument::planChanged, this, &MatrixPanel::showThreshold);
  connect(m_choice, &QComboBox::currentIndexChanged, this, &MatrixPanel::load);
  connect(m_errorsShown, &QToolButton::toggled, this,
          [this](bool errors) { m_views->setCurrentIndex(errors ? 1 : 0); });
}

void MatrixPanel::listMatrices() {
  const std::string current = m_session.selection().current();
  std::vector<std::string> matrices;
  if (!m_session.plan().isEmpty())
    for (const auto& group : m_session.plan().settledPlan().groups)
      if (group.name == current) matrices = group.matrices;
  const QString before = m_choice->currentData().toString();
  {
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    const size_t shared = sharedPrefix(matrices);
    for (const auto& name : matrices) {
      m_choice->addItem(text(name.substr(shared)), text(name));
      m_choice->setItemData(m_choice->count() - 1, text(name), Qt::ToolTipRole);
    }
    const int again = m_choice->findData(before);
    if (!matrices.empty()) m_choice->setCurrentIndex(std::max(0, again));
  }
  m_stack->setCurrentIndex(matrices.empty() || m_session.engine() ? 0 : 1);
  load();
}

void MatrixPanel::load() {
  const std::string matrix = m_choice->currentData().toString().toStdString();
  m_errors->setMatrix(matrix);
  if (matrix.empty() || !isVisible() || !m_session.hasModel() || m_session.engine()) return;
  ModelPtr pruned = m_session.prunedModel() ? m_session.prunedModel()->model : nullptr;
  m_runner.startNext(tr("Looking inside"), [this, matrix, dense = m_session.model(),
                                            pruned = std::move(pruned)](const JobContext&) {
    MatrixView view = viewMatrix(*dense, pruned ? *pruned : *dense, matrix);
    return [this, view = std::move(view)] {
      if (text(view.name) != m_choice->currentData().toString()) return;
      m_weights->setHistograms(view.dense, view.pruned);
      QString facts = tr("%1 \u00d7 %2, %3 kept").arg(view.rows).arg(view.columns).arg(percent(view.kept));
      if (view.heads > 1) facts += QStringLiteral(" \u00b7 ") + headsText(view);
      m_facts->setText(facts);
      m_map->setView(view);
      showThreshold();
    };
  });
}

void MatrixPanel::showThreshold() {
  const std::string matrix = m_choice->currentData().toString().toStdString();
  const auto it = m_session.spreads().find(matrix);
  if (matrix.empty() || m_session.plan().isEmpty() || it == m_session.spreads().end()) {
    m_scores->setHistograms({}, {});
    m_scores->setThreshold({}, {});
    return;
  }
  const double sparsity = m_session.plan().plan().sparsityOf(matrix).value_or(0);
  const double at = it->second.thresholdAt(sparsity);
  Histogram kept = it->second.logScores;
  const double width = (kept.to - kept.from) / double(kept.counts.size());
  for (size_t i = 0; i < kept.counts.size(); ++i)
    if (kept.from + (double(i) + 0.5) * width < at) kept.counts[i] = 0;
  m_scores->setHistograms(it->second.logScores, kept);
  m_scores->setThreshold(at, percent(sparsity));
}

QString MatrixPanel::csv() const {
  QString out = QStringLiteral("part,from_or_row,to_or_column,value\n");
  if (const auto& view = m_map->view())
    for (int64_t r = 0; r < view->gridRows; ++r)
      for (int64_t c = 0; c < view->gridColumns; ++c)
        out += QStringLiteral("kept,%1,%2,%3\n")
                   .arg(r * view->rows / view->gridRows)
                   .arg(c * view->columns / view->gridColumns)
                   .arg(double(view->density[size_t(r * view->gridColumns + c)]), 0, 'g', 9);
  const auto add = [&out](const char* part, const Histogram& h) {
    const double each = h.counts.empty() ? 0 : (h.to - h.from) / double(h.counts.size());
    for (size_t i = 0; i < h.counts.size(); ++i)
      out += QStringLiteral("%1,%2,%3,%4\n")
                 .arg(part)
                 .arg(h.from + each * double(i), 0, 'g', 9)
                 .arg(h.from + each * double(i + 1), 0, 'g', 9)
                 .arg(h.counts[i]);
  };
  add("weights_dense", m_weights->back());
  add("weights_kept", m_weights->front());
  add("criterion_all", m_scores->back());
  add("criterion_kept", m_scores->front());
  return out;
}

QString MatrixPanel::exportTo(const QString& file) {
  if (m_errorsShown->isChecked()) return m_errors->chart()->exportTo(file);
  return exportWidget(*m_charts, csv(), file);
}

void MatrixPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  load();
}

}  // namespace espalier
