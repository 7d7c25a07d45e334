#include "ui/items/pair_filter.h"

#include "ui/items/pair_model.h"

namespace espalier {

PairFilter::PairFilter(QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(PairModel::RankRole);
  setDynamicSortFilter(true);
  sort(0);
}

void PairFilter::setShow(Show show) {
  m_show = show;
  invalidateFilter();
}

void PairFilter::setKind(const QString& kind) {
  m_kind = kind;
  invalidateFilter();
}

void PairFilter::setWords(const QString& words) {
  m_words = words.simplified().split(' ', Qt::SkipEmptyParts);
  invalidateFilter();
}

bool PairFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex at = sourceModel()->index(row, 0, parent);
  const auto change = Change(at.data(PairModel::RankRole).toInt());
  const bool shown = m_show == Show::All ||
                     (change == Change::RightToWrong && m_show != Show::WrongToRight) ||
                     (change == Change::WrongToRight && m_show != Show::RightToWrong);
  if (!shown) return false;
  if (!m_kind.isEmpty() && at.data(PairModel::KindRole).toString() != m_kind) return false;
  if (m_words.isEmpty()) return true;
  QString all;
  for (int role :
       {PairModel::QuestionRole, PairModel::ExpectedRole, PairModel::DenseRole, PairModel::PrunedRole})
    all += at.data(role).toString() + '\n';
  return std::all_of(m_words.begin(), m_words.end(),
                     [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

bool PairFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const int l = left.data(PairModel::RankRole).toInt(), r = right.data(PairModel::RankRole).toInt();
  return l != r ? l < r : left.row() < right.row();
}

}  // namespace espalier
