#pragma once

#include <QAbstractTableModel>
#include <map>
#include <string>
#include <vector>

#include "core/allocate/plan.h"
#include "core/engine/engine.h"
#include "core/explain/layer_changes.h"

namespace espalier {

// The inside of the model as a table: a row for each block with matrices, with what it is made of, what a
// plan takes of it, and how far pruning moves what it gives on.
class LayerModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    Name,
    Component,
    Matrices,
    Weights,
    Bytes,
    Operations,
    Sparsity,
    Cosine,
    Error,
    Cka,
    ColumnCount
  };
  enum Role { SortRole = Qt::UserRole + 1, FractionRole };  // a number to sort by; 0 ... 1 for a bar

  using QAbstractTableModel::QAbstractTableModel;

  void setModel(const ModelInfo& info);
  void setPlan(const Plan* plan);                            // null: none
  void setChanges(const std::vector<LayerChange>& changes);  // empty: not known

  std::string blockAt(int row) const { return m_blocks[size_t(row)].name; }
  int rowOf(const std::string& block) const;  // -1 if it is not there
  std::vector<std::string> matricesOf(int row) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  double numberAt(size_t row, Column column) const;  // NaN: not known

  std::vector<BlockDescription> m_blocks;
  std::vector<double> m_sparsities;  // of the blocks; NaN: the plan does not name it
  std::map<std::string, LayerChange> m_changes;
};

}  // namespace espalier
