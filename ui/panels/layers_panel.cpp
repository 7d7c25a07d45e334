#include "ui/panels/layers_panel.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/items/copy_rows.h"
#include "ui/items/fraction_delegate.h"
#include "ui/items/layer_model.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int64_t kSamples = 8;  // pairs whose activations are compared

}  // namespace

LayersPanel::LayersPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new LayerModel(this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_view(new QTableView) {
  offerCopy(*m_view);
  m_sorted->setSourceModel(m_model);
  m_sorted->setSortRole(LayerModel::SortRole);
  m_sorted->setDynamicSortFilter(false);
  m_view->setModel(m_sorted);
  m_view->setItemDelegateForColumn(LayerModel::Error, new FractionDelegate(this));
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setShowGrid(false);
  m_view->setAlternatingRowColors(true);
  m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_view->setSelectionMode(QAbstractItemView::SingleSelection);
  m_view->setTabKeyNavigation(false);
  m_view->setSortingEnabled(true);
  m_view->sortByColumn(LayerModel::Name, Qt::AscendingOrder);
  m_view->setWordWrap(false);
  m_view->setTextElideMode(Qt::ElideLeft);
  m_view->hideColumn(LayerModel::Component);  // the name says it
  m_view->verticalHeader()->hide();
  m_view->verticalHeader()->setDefaultSectionSize(m_view->fontMetrics().height() + 8);
  auto* header = m_view->horizontalHeader();
  header->setHighlightSections(false);
  header->setSectionResizeMode(QHeaderView::ResizeToContents);
  header->setSectionResizeMode(LayerModel::Name, QHeaderView::Stretch);
  header->setMinimumSectionSize(50);
  m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setAccessibleName(tr("Layers"));
  m_view->setWhatsThis(tr(
      "What each block is made of, and how far what it gives on parts from the dense model, on the first "
      "test pairs: by direction (cosine), by distance (error), by geometry (CKA). A click chooses the block "
      "in all views."));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_view);

  connect(&m_session, &Session::modelChanged, this, &LayersPanel::takeModel);
  connect(&m_session.plan(), &PlanDocument::planChanged, this, &LayersPanel::takePlan);
  connect(&m_session, &Session::evaluationChanged, this, &LayersPanel::measure);
  connect(&m_session.selection(), &Selection::changed, this, &LayersPanel::showChosen);
  connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &LayersPanel::choose);
  takeModel();
}

void LayersPanel::takeModel() {
  m_runner.cancel();
  m_measured = nullptr;
  if (!m_session.hasModel()) return;
  m_model->setModel(m_session.info());
  takePlan();
  measure();
}

void LayersPanel::takePlan() {
  m_model->setPlan(m_session.plan().isEmpty() ? nullptr : &m_session.plan().plan());
}

void LayersPanel::measure() {
  if (!isVisible() || !m_session.hasModel()) return;
  const ModelPtr pruned = m_session.prunedModel() ? m_session.prunedModel()->model : nullptr;
  if (pruned.get() == m_measured) return;
  m_measured = pruned.get();
  if (!pruned || m_session.pairs().samples.empty()) return m_model->setChanges({});
  m_runner.startNext(tr("Comparing activations"), [this, pruned, dense = m_session.model(),
                                                   pairs = m_session.pairs()](const JobContext& context) {
    auto changes = layerChanges(*dense, *pruned, pairs, kSamples, context.control());
    return JobDone([this, changes = std::move(changes)] { m_model->setChanges(changes); });
  });
}

void LayersPanel::choose() {
  if (m_showing) return;
  const auto at = m_view->selectionModel()->currentIndex();
  if (!at.isValid() || m_session.plan().isEmpty()) return;
  const auto matrices = m_model->matricesOf(m_sorted->mapToSource(at).row());
  for (const auto& group : m_session.plan().settledPlan().groups)
    if (std::find_first_of(group.matrices.begin(), group.matrices.end(), matrices.begin(), matrices.end()) !=
        group.matrices.end())
      return m_session.selection().set({group.name}, group.name);
}

void LayersPanel::showChosen() {
  if (m_session.plan().isEmpty()) return;
  const std::string current = m_session.selection().current();
  for (const auto& group : m_session.plan().settledPlan().groups) {
    if (group.name != current) continue;
    for (int row = 0; row < m_model->rowCount(); ++row) {
      const auto matrices = m_model->matricesOf(row);
      if (matrices.empty() ||
          std::find(group.matrices.begin(), group.matrices.end(), matrices.front()) == group.matrices.end())
        continue;
      m_showing = true;
      m_view->setCurrentIndex(m_sorted->mapFromSource(m_model->index(row, 0)));
      m_showing = false;
      return;
    }
  }
}

void LayersPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  measure();
}

}  // namespace espalier
