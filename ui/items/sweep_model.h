#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/document/study_comparison.h"

namespace espalier {

// Methods of a sweep beside each other: accuracy, loss, time and size at each sparsity, and whether what
// parts each from the best is more than chance explains.
class SweepModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Sparsity, MethodName, Right, Loss, Seconds, Size, Beside, ColumnCount };

  using QAbstractTableModel::QAbstractTableModel;
  void setRows(std::vector<StudyRow> rows, bool judged);
  const std::vector<StudyRow>& rows() const { return m_rows; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString besideText(const StudyRow& row) const;
  QString explained(const StudyRow& row) const;

  std::vector<StudyRow> m_rows;
  bool m_judged = true;
};

}  // namespace espalier
