#pragma once

#include <QList>
#include <QObject>

class QTableView;

namespace espalier {

// Columns of a table that give way, one after the other, while not all of them fit: what matters stays in
// sight without scrolling sideways. Follows the room that the table has, also where a scroll bar comes or
// goes.
class FittedColumns : public QObject {
  Q_OBJECT

 public:
  // givingWay: the first to go first. The table is its parent; columns of its header keep to their contents.
  FittedColumns(QTableView& view, QList<int> givingWay);

  void fit();  // other contents need other room

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QTableView& m_view;
  QList<int> m_givingWay;
  bool m_fitting = false;
};

}  // namespace espalier
