#include "ui/panels/result_panel.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/items/accuracy_delegate.h"
#include "ui/items/copy_rows.h"
#include "ui/items/fitted_columns.h"
#include "ui/items/result_model.h"
#include "ui/panels/empty_state.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

const std::vector<Dataset::Problem> kNoProblems;

}  // namespace

ResultPanel::ResultPanel(Session& session, QAction* prune, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new ResultModel(this)),
      m_headline(new QLabel),
      m_view(new QTableView),
      m_stack(new QStackedWidget) {
  offerCopy(*m_view);
  m_headline->setContentsMargins(10, 8, 10, 6);
  m_headline->setWordWrap(true);
  m_view->setModel(m_model);
  m_view->setItemDelegate(new AccuracyDelegate(this));
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setShowGrid(false);
  m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_view->setSelectionMode(QAbstractItemView::SingleSelection);
  m_view->setTabKeyNavigation(false);
  m_view->verticalHeader()->hide();
  m_view->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_view->horizontalHeader()->setHighlightSections(false);
  m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_view->horizontalHeader()->setMinimumSectionSize(36);
  m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  // The loss stays: tips tell the interval and the number, and the change stands in the accuracies.
  m_columns =
      new FittedColumns(*m_view, {ResultModel::IntervalColumn, ResultModel::Pairs, ResultModel::Difference});
  m_view->setAccessibleName(tr("Before and after"));
  m_view->setWhatsThis(
      tr("Right answers before and after pruning, by kind of question. The thin line in a bar is the 95 % "
         "interval (Wilson's score interval). Few pairs make it wide."));

  auto* table = new QWidget;
  auto* tableLayout = new QVBoxLayout(table);
  tableLayout->setContentsMargins(0, 0, 0, 0);
  tableLayout->setSpacing(0);
  tableLayout->addWidget(m_headline);
  tableLayout->addWidget(m_view, 1);
  m_stack->addWidget(new EmptyState(
      tr("No results yet"),
      tr("Prune the model to see accuracy and loss before and after, by kind of question."), prune));
  m_stack->addWidget(table);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_stack);

  connect(&m_session, &Session::evaluationChanged, this, &ResultPanel::takeEvaluation);
  connect(&m_session, &Session::staleChanged, this, [this] {
    m_model->setOutdated(m_session.isStale());
    updateHeadline();
  });
  connect(&m_session.plan(), &PlanDocument::planChanged, this, &ResultPanel::updateHeadline);
  for (auto changed : {&Session::predictionChanged, &Session::calibrationChanged, &Session::optionsChanged})
    connect(&m_session, changed, this, &ResultPanel::updateHeadline);
  takeEvaluation();
}

void ResultPanel::takeEvaluation() {
  m_model->setLines(ResultModel::linesOf(m_session.dense(), m_session.pruned(), m_session.pairs()));
  m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
  updateHeadline();
  m_columns->fit();
}

void ResultPanel::updateHeadline() {
  const auto& model = m_session.prunedModel();
  const auto &dense = m_session.dense(), &pruned = m_session.pruned();
  // Of a language model nothing is right or wrong: how well it foresees the texts is what counts.
  const bool judged = ResultModel::isJudged(dense) && ResultModel::isJudged(pruned);
  const auto perplexityOf = [](const std::optional<Evaluation>& e) {
    const auto it = e->metrics.find("perplexity");
    return it == e->metrics.end() ? QStringLiteral("\u2013") : shortNumber(it->second);
  };
  if (!model && !dense) return m_headline->clear();
  const auto& problems = pruned ? pruned->problems : dense ? dense->problems : kNoProblems;
  QStringList pictures;
  for (const auto& p : problems) pictures << text(p.place) + ' ' + text(p.what);
  m_headline->setToolTip(pictures.join('\n'));
  const QString unreadable =
      problems.empty()
          ? QString()
          : QStringLiteral(" \u00b7 ") + tr("%Ln pictures cannot be read", nullptr, int(problems.size()));
  if (!model) {
    const QString known =
        dense->onlyAgreement
            ? tr("No picture has a label that the model knows: agreement with the dense model is measured.")
        : judged ? tr("The dense model answers <b>%1</b> right.").arg(percent(dense->overall().accuracy()))
                 : tr("The dense model's perplexity is <b>%1</b>.").arg(perplexityOf(dense));
    const QString next =
        m_session.hasWhatPruningNeeds()
            ? tr("Prune to compare.")
            : tr("To compare, pruning by %1 needs calibration pairs (File \u203a Calibration Pairs).")
                  .arg(methodTitle(m_session.pruneOptions().criterion));
    return m_headline->setText(known + ' ' + next + unreadable);
  }
  QString said;
  if (dense && pruned && !judged) {
    said = tr("At <b>%1</b> sparsity: perplexity %2 \u2192 <b>%3</b>")
               .arg(percent(model->sparsity), perplexityOf(dense), perplexityOf(pruned));
  } else if (dense && pruned) {
    const auto after = pruned->overall();
    const auto [low, high] = wilsonInterval(after.right, after.total);
    said =
        pruned->onlyAgreement
            ? tr("At <b>%1</b> sparsity: <b>%2</b> of the pictures get the dense model's class (%3\u2013%4)")
                  .arg(percent(model->sparsity), percent(after.accuracy()), percent(low, 0), percent(high, 0))
            : tr("At <b>%1</b> sparsity: %2 \u2192 <b>%3</b> right (%4\u2013%5)")
                  .arg(percent(model->sparsity), percent(dense->overall().accuracy()),
                       percent(after.accuracy()), percent(low, 0), percent(high, 0));
  }
  if (model->recovered && pruned)
    said += QStringLiteral(" \u00b7 ") +
            tr("recovered by %1").arg(engineTexts(titlesOf(model->recovered->record.options)));
  said += unreadable;
  const bool moved = m_session.isStale() || m_session.plan().isDragging();
  const auto predicted = m_session.predictedLoss();
  if (moved && predicted.known && pruned)
    said += QStringLiteral(" \u00b7 ") +
            tr("loss %1, predicted now <b>%2</b>")
                .arg(shortNumber(pruned->overall().loss), shortNumber(predicted.loss));
  if (m_session.isStale())
    said += QStringLiteral(" \u00b7 ") + tr("for an earlier plan");
  else if (m_session.isPreview() && !m_session.plan().isDragging())
    said += QStringLiteral(" \u00b7 ") + tr("preview; exact results follow");
  m_headline->setText(said);
}

}  // namespace espalier
