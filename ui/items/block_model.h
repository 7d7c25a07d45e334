#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/allocate/plan.h"

namespace espalier {

class PlanDocument;

// The plan as a table: a row for each group. Sparsity is edited and pins are set in place; what that does
// goes through the plan document.
class BlockModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Name, Component, Weights, Importance, Sparsity, Pinned, ColumnCount };
  enum Role { SortRole = Qt::UserRole + 1, FractionRole };  // a number to sort by; the sparsity, 0 ... 1

  explicit BlockModel(PlanDocument& plan, QObject* parent = nullptr);

  std::string groupAt(int row) const { return m_groups[size_t(row)].name; }
  int rowOf(const std::string& group) const;  // -1 if it is not there

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  void takePlan();

  PlanDocument& m_plan;
  std::vector<PlanGroup> m_groups;
  bool m_scored = false;
};

}  // namespace espalier
