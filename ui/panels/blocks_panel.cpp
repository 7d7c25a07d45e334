#include "ui/panels/blocks_panel.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/items/block_model.h"
#include "ui/items/copy_rows.h"
#include "ui/items/fraction_delegate.h"
#include "ui/session/session.h"

namespace espalier {

BlocksPanel::BlocksPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new BlockModel(session.plan(), this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_view(new QTableView) {
  offerCopy(*m_view);
  m_sorted->setSourceModel(m_model);
  m_sorted->setSortRole(BlockModel::SortRole);
  // Rows stay where they are while a bar is dragged; sorting is asked for by a click.
  m_sorted->setDynamicSortFilter(false);
  m_view->setModel(m_sorted);
  m_view->setItemDelegateForColumn(BlockModel::Sparsity, new FractionDelegate(this));
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setShowGrid(false);
  m_view->setAlternatingRowColors(true);
  m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_view->setTabKeyNavigation(false);
  m_view->setSortingEnabled(true);
  m_view->sortByColumn(BlockModel::Name, Qt::AscendingOrder);
  m_view->setWordWrap(false);
  m_view->setTextElideMode(Qt::ElideLeft);
  m_view->hideColumn(BlockModel::Component);  // the name says it
  m_view->verticalHeader()->hide();
  m_view->verticalHeader()->setDefaultSectionSize(m_view->fontMetrics().height() + 8);
  auto* header = m_view->horizontalHeader();
  header->setHighlightSections(false);
  header->setSectionResizeMode(QHeaderView::ResizeToContents);
  header->setSectionResizeMode(BlockModel::Name, QHeaderView::Stretch);
  header->setMinimumSectionSize(60);
  m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setAccessibleName(tr("Blocks"));
  m_view->setWhatsThis(
      tr("Every block with its weights, importance and sparsity. Drag a bar or double-click its number to "
         "decide "
         "for yourself; tick a block to pin it where it is. The selection is the chart's."));
  m_view->viewport()->installEventFilter(this);
  m_view->viewport()->setMouseTracking(true);
  m_view->installEventFilter(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_view);

  connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &BlocksPanel::takeSelection);
  connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &BlocksPanel::takeSelection);
  connect(&m_session.selection(), &Selection::changed, this, &BlocksPanel::showSelection);
}

std::string BlocksPanel::groupAt(const QModelIndex& index) const {
  return m_model->groupAt(m_sorted->mapToSource(index).row());
}

void BlocksPanel::takeSelection() {
  if (m_showing) return;
  std::set<std::string> groups;
  for (const auto& index : m_view->selectionModel()->selectedRows()) groups.insert(groupAt(index));
  std::string current;
  if (const auto at = m_view->selectionModel()->currentIndex(); at.isValid()) current = groupAt(at);
  if (!groups.contains(current)) current = groups.empty() ? std::string() : *groups.begin();
  m_showing = true;
  m_session.selection().set(std::move(groups), std::move(current));
  m_showing = false;
}

void BlocksPanel::showSelection() {
  if (m_showing) return;
  m_showing = true;
  auto* model = m_view->selectionModel();
  QItemSelection rows;
  for (const auto& group : m_session.selection().groups())
    if (const int row = m_model->rowOf(group); row >= 0) {
      const auto index = m_sorted->mapFromSource(m_model->index(row, 0));
      rows.select(index, index);
    }
  model->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  if (const int row = m_model->rowOf(m_session.selection().current()); row >= 0) {
    const auto index = m_sorted->mapFromSource(m_model->index(row, 0));
    model->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    m_view->scrollTo(index);
  }
  m_showing = false;
}

bool BlocksPanel::eventFilter(QObject* watched, QEvent* event) {
  PlanDocument& plan = m_session.plan();
  if (watched == m_view && event->type() == QEvent::KeyPress &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && plan.isDragging()) {
    m_bar = {};
    plan.cancelDrag();
    return true;
  }
  if (watched != m_view->viewport()) return QWidget::eventFilter(watched, event);
  const auto* mouse = static_cast<QMouseEvent*>(event);  // where the type says so
  const auto fraction = [&] {
    return std::clamp((mouse->position().x() - m_bar.left()) / std::max(1, m_bar.width()), 0.0, 1.0);
  };
  switch (event->type()) {
    case QEvent::MouseButtonPress:
      return mouse->button() == Qt::LeftButton && !mouse->modifiers() && press(mouse->position().toPoint());
    case QEvent::MouseMove:
      if (m_bar.isNull()) return false;
      plan.dragTo(fraction());
      return true;
    case QEvent::MouseButtonRelease:
      if (m_bar.isNull()) return false;
      m_bar = {};
      plan.endDrag();
      return true;
    default:
      return false;
  }
}

// Takes the handle at the end of a bar.
bool BlocksPanel::press(const QPoint& position) {
  const QModelIndex index = m_view->indexAt(position);
  if (!index.isValid() || index.column() != BlockModel::Sparsity) return false;
  const QRect bar = FractionDelegate::barIn(m_view->visualRect(index), m_view->fontMetrics());
  const double end = bar.left() + bar.width() * index.data(BlockModel::FractionRole).toDouble();
  if (std::abs(position.x() - end) > 8) return false;
  const std::string group = groupAt(index);
  Selection& selection = m_session.selection();
  if (selection.groups().contains(group))
    selection.set(selection.groups(), group);
  else
    selection.set({group}, group);
  m_view->setFocus(Qt::MouseFocusReason);
  m_bar = bar;
  m_session.plan().beginDrag(group, selection.list());
  return true;
}

}  // namespace espalier
