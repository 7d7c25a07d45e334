#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "ui/items/result_model.h"
#include "ui/session/plan_side.h"

namespace espalier {

// The before/after table for two plans: the first stands where the dense model stands there.
class CompareResultModel : public ResultModel {
  Q_OBJECT

 public:
  using ResultModel::ResultModel;
  void setNames(const QString& a, const QString& b);
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString m_a, m_b;
};

// What the models of two plans answer to each pair; pairs on which they differ first.
class CompareAnswerModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Question, Expected, AnswerA, AnswerB, ColumnCount };
  // BrokenRole: bit 0 where the first plan's model has wrong what the dense one has right, bit 1 the
  // second's.
  enum Role { VerdictRole = Qt::UserRole + 1, BrokenRole };
  enum class Verdict { BothRight, OnlyA, OnlyB, BothWrongAlike, BothWrongOtherwise };

  using QAbstractTableModel::QAbstractTableModel;

  // Either evaluation may be missing; then there are no rows.
  // dense: what the model answered before pruning; without it nothing counts as broken.
  void setSides(const Dataset& pairs, const PlanSide& a, const PlanSide& b,
                const std::optional<Evaluation>& dense = {});
  int differing() const;  // rows in which the answers are others

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  struct Row {
    QString question, expected, a, b;
    bool rightA = false, rightB = false;
    bool rightDense = false;
    Verdict verdict() const;
  };
  std::vector<Row> m_rows;
  QString m_a, m_b;
};

// Which of them are shown.
class CompareAnswerFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  enum class Show { All, Differing, Agreeing, OnlyA, OnlyB, OnlyABreaks, OnlyBBreaks, BothBreak };
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setShow(Show show) {
    m_show = show;
    invalidateFilter();
  }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  Show m_show = Show::All;
};

}  // namespace espalier
