#include "ui/panels/layers_panel.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ui/base/format.h"
#include "ui/items/copy_rows.h"
#include "ui/items/fitted_columns.h"
#include "ui/items/fraction_delegate.h"
#include "ui/items/layer_model.h"
#include "ui/plot/architecture_view.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int64_t kSamples = 8;  // pairs whose activations are compared

// What the drawing is coloured by, in the order of the choice.
enum class Colouring { Sparsity, Importance, Change };

}  // namespace

// Long: the widgets, their places and their connections.
LayersPanel::LayersPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new LayerModel(this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_view(new QTableView),
      m_drawing(new ArchitectureView),
      m_colouring(new QComboBox),
      m_pages(new QStackedWidget) {
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
  m_view->hideColumn(LayerModel::Component);  // the name says it
  m_view->verticalHeader()->hide();
  m_view->verticalHeader()->setDefaultSectionSize(m_view->fontMetrics().height() + 8);
  auto* header = m_view->horizontalHeader();
  header->setHighlightSections(false);
  header->setSectionResizeMode(QHeaderView::ResizeToContents);
  header->setSectionResizeMode(LayerModel::Name, QHeaderView::Stretch);
  header->setMinimumSectionSize(50);
  // What pruning changes stays in sight.
  m_columns = new FittedColumns(*m_view, {LayerModel::Matrices, LayerModel::Weights, LayerModel::Operations,
                                          LayerModel::Bytes, LayerModel::Cka});
  m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setAccessibleName(tr("Layers"));
  m_view->setWhatsThis(tr(
      "What each block is made of, and how far what it gives on parts from the dense model, on the first "
      "test pairs: by direction (cosine), by distance (error), by geometry (CKA). A click chooses the block "
      "in all views."));
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(m_drawing);
  m_pages->addWidget(scroll);
  m_pages->addWidget(m_view);

  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 6, 8, 4);
  bar->setSpacing(8);
  auto* pages = new QButtonGroup(this);
  const QString titles[] = {tr("Drawing"), tr("Table")};
  for (int page = 0; page < 2; ++page) {
    auto* button = new QToolButton;
    button->setText(titles[page]);
    button->setAccessibleName(titles[page]);
    button->setToolTip(page == 0 ? tr("The model drawn, part by part") : tr("Each block in numbers"));
    button->setWhatsThis(button->toolTip());
    button->setCheckable(true);
    button->setChecked(page == 0);
    button->setFocusPolicy(Qt::TabFocus);
    pages->addButton(button, page);
    bar->addWidget(button);
  }
  auto* label = new QLabel(tr("Colour by"));
  label->setBuddy(m_colouring);
  m_colouring->addItems({tr("Sparsity"), tr("Importance"), tr("Change of activations")});
  m_colouring->setAccessibleName(label->text());
  m_colouring->setWhatsThis(tr(
      "Sparsity: what the plan takes of each matrix. Importance: the score of each matrix, beside the "
      "largest. "
      "Change of activations: how far what a block gives on is from the dense model, relative to its size."));
  bar->addWidget(label);
  bar->addWidget(m_colouring);
  bar->addStretch(1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(bar);
  layout->addWidget(m_pages, 1);

  connect(pages, &QButtonGroup::idClicked, this, [this, label](int page) {
    m_pages->setCurrentIndex(page);
    label->setEnabled(page == 0);
    m_colouring->setEnabled(page == 0);
  });
  connect(m_colouring, &QComboBox::currentIndexChanged, this, &LayersPanel::draw);
  connect(&m_session.plan(), &PlanDocument::scoresChanged, this, &LayersPanel::draw);
  connect(m_drawing, &ArchitectureView::chosen, this,
          [this](const std::string& block) { chooseBlock(m_model->rowOf(block)); });
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
  if (!isVisible()) return;  // a drag has no time for what nobody sees
  m_model->setPlan(m_session.plan().isEmpty() ? nullptr : &m_session.plan().plan());
  if (!m_session.plan().isDragging()) m_columns->fit();
  draw();
}

void LayersPanel::draw() {
  if (!isVisible() || !m_session.hasModel()) return;
  const auto colouring = Colouring(m_colouring->currentIndex());
  const PlanDocument& plan = m_session.plan();
  std::unordered_map<std::string, double> values;
  double most = 1;
  if (colouring == Colouring::Sparsity && !plan.isEmpty()) values = plan.plan().sparsities();
  if (colouring == Colouring::Importance && plan.isScored()) {
    most = 0;
    for (const auto& m : plan.scores().matrices) values[m.matrix] = m.score, most = std::max(most, m.score);
  }
  std::vector<ArchitectureBlock> blocks;
  int64_t inside = 0;
  const auto& described = m_session.info().blocks;
  for (size_t b = 0; b < described.size(); ++b) {
    ArchitectureBlock block{described[b].name, nameOf(described[b].component), {}};
    const double change = m_model->index(int(b), LayerModel::Error).data(LayerModel::SortRole).toDouble();
    for (const auto& m : described[b].matrices) {
      ArchitecturePart part{m.name, m.rows, m.columns};
      if (colouring == Colouring::Change) part.value = change;
      if (const auto it = values.find(m.name); it != values.end())
        part.value = most > 0 ? it->second / most : 0;
      block.parts.push_back(std::move(part));
    }
    inside += block.weights();
    blocks.push_back(std::move(block));
  }
  m_drawing->setBlocks(std::move(blocks), m_session.info().parameters - inside);
  if (colouring == Colouring::Importance)
    m_drawing->setKey(m_colouring->currentText(), shortNumber(0),
                      plan.isScored() ? shortNumber(most) : tr("not scored yet"));
  else
    m_drawing->setKey(m_colouring->currentText(), percent(0, 0), percent(1, 0));
}

void LayersPanel::measure() {
  if (!isVisible() || !m_session.hasModel()) return;
  const ModelPtr pruned = m_session.prunedModel() ? m_session.prunedModel()->model : nullptr;
  if (pruned.get() == m_measured || m_session.engine()) return;
  m_measured = pruned.get();
  if (!pruned || m_session.pairs().samples.empty()) {
    m_model->setChanges({});
    return draw();
  }
  m_runner.startNext(tr("Comparing activations"), [this, pruned, dense = m_session.model(),
                                                   pairs = m_session.pairs()](const JobContext& context) {
    auto changes = layerChanges(*dense, *pruned, pairs, kSamples, context.control());
    return JobDone([this, changes = std::move(changes)] {
      m_model->setChanges(changes);
      draw();
      m_columns->fit();
    });
  });
}

void LayersPanel::choose() {
  if (m_showing) return;
  const auto at = m_view->selectionModel()->currentIndex();
  if (at.isValid()) chooseBlock(m_sorted->mapToSource(at).row());
}

void LayersPanel::chooseBlock(int row) {
  if (row < 0 || m_session.plan().isEmpty()) return;
  const auto matrices = m_model->matricesOf(row);
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
      m_drawing->setCurrent(m_model->blockAt(row));
      m_showing = true;
      m_view->setCurrentIndex(m_sorted->mapFromSource(m_model->index(row, 0)));
      m_showing = false;
      return;
    }
  }
}

void LayersPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  takePlan();
  measure();
}

}  // namespace espalier
