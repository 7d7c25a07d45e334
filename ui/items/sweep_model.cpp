#include "ui/items/sweep_model.h"

#include <QFont>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"

namespace espalier {

void SweepModel::setRows(std::vector<StudyRow> rows, bool judged) {
  beginResetModel();
  m_rows = std::move(rows);
  m_judged = judged;
  endResetModel();
}

int SweepModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}

int SweepModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(ColumnCount);
}

QString SweepModel::besideText(const StudyRow& row) const {
  if (row.best) return tr("best");
  if (!row.away) return tr("not known");
  return isWorse(row, m_judged) ? tr("worse") : tr("within chance");
}

QString SweepModel::explained(const StudyRow& row) const {
  if (row.best) return tr("The best method at this sparsity");
  if (!row.away) return tr("Measured by an earlier version: run the sweep again to compare pair by pair");
  const auto& d = *row.away;
  if (m_judged)
    return tr("%1 pairs are right with this method alone, %2 with the best alone; chance parts them as much "
              "in "
              "%3 of all cases (exact McNemar test)")
        .arg(exactCount(d.onlyFirst), exactCount(d.onlySecond), chanceText(d.answersChance));
  return tr("Loss higher by %1, between %2 and %3 in 95 % of all cases; chance parts them as much in %4 "
            "(paired "
            "bootstrap)")
      .arg(shortNumber(d.lossDifference()), shortNumber(d.lossLow), shortNumber(d.lossHigh),
           chanceText(d.lossChance));
}

QVariant SweepModel::data(const QModelIndex& index, int role) const {
  const StudyRow& row = m_rows[size_t(index.row())];
  if (role == Qt::ToolTipRole) return explained(row);
  if (role == Qt::FontRole && row.best) {
    QFont bold;
    bold.setBold(true);
    return bold;
  }
  if (role == Qt::TextAlignmentRole && index.column() != MethodName && index.column() != Beside)
    return int(Qt::AlignRight | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Sparsity:
      return percent(row.sparsity, 0);
    case MethodName:
      return engineText(row.method);
    case Right:
      return m_judged ? percent(row.accuracy) : QStringLiteral("\u2013");
    case Loss:
      return shortNumber(row.loss);
    case Seconds:
      return row.seconds > 0 ? duration(row.seconds) : QStringLiteral("\u2013");
    case Size:
      return row.bytes > 0 ? fileSize(row.bytes) : QStringLiteral("\u2013");
    case Beside:
      return besideText(row);
    default:
      return {};
  }
}

QVariant SweepModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Sparsity:
      return tr("Sparsity");
    case MethodName:
      return tr("Method");
    case Right:
      return tr("Right");
    case Loss:
      return tr("Loss");
    case Seconds:
      return tr("Time");
    case Size:
      return tr("Size");
    case Beside:
      return tr("Beside the best");
    default:
      return {};
  }
}

}  // namespace espalier
