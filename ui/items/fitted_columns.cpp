#include "ui/items/fitted_columns.h"

#include <QEvent>
#include <QHeaderView>
#include <QScopedValueRollback>
#include <QTableView>
#include <algorithm>

namespace espalier {

FittedColumns::FittedColumns(QTableView& view, QList<int> givingWay)
    : QObject(&view), m_view(view), m_givingWay(std::move(givingWay)) {
  view.viewport()->installEventFilter(this);
}

bool FittedColumns::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) fit();
  return QObject::eventFilter(watched, event);
}

void FittedColumns::fit() {
  if (!m_view.model() || m_fitting) return;
  const QScopedValueRollback<bool> once(m_fitting, true);
  for (const int column : m_givingWay) m_view.setColumnHidden(column, false);  // a hidden header has no width
  const QAbstractItemView& contents = m_view;
  const auto widthOf = [&](int column) {
    return std::max(m_view.horizontalHeader()->sectionSizeHint(column), contents.sizeHintForColumn(column));
  };
  int needed = 0;
  for (int i = 0; i < m_view.model()->columnCount(); ++i)
    if (!m_view.isColumnHidden(i)) needed += widthOf(i);
  for (const int column : m_givingWay) {
    if (needed <= m_view.viewport()->width()) break;
    needed -= widthOf(column);
    m_view.setColumnHidden(column, true);
  }
}

}  // namespace espalier
