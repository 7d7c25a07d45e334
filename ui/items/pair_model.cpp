#include "ui/items/pair_model.h"

#include <QPoint>

#include "ui/base/format.h"

namespace espalier {

namespace {

// A language model says nothing; what counts is how well it foresees the text.
QVariant answerOf(const std::optional<PairResult>& result) {
  if (!result) return {};
  if (result->answer.empty() && !result->tokens.empty())
    return PairModel::tr("loss %1 a token").arg(shortNumber(result->loss));
  return text(result->answer);
}

}  // namespace

PairModel::PairModel(QObject* parent) : QAbstractListModel(parent) {}

void PairModel::setPairs(const Dataset& dataset, const std::vector<PairOutcome>& outcomes) {
  beginResetModel();
  m_rows.clear();
  m_rows.reserve(dataset.samples.size());
  for (size_t i = 0; i < dataset.samples.size(); ++i) {
    Row row{dataset.samples[i], i < outcomes.size() ? outcomes[i] : PairOutcome{}, Change::Unknown};
    row.rank = changeOf(row.outcome);
    m_rows.push_back(std::move(row));
  }
  endResetModel();
}

void PairModel::setOutcomes(const std::vector<PairOutcome>& outcomes, const std::vector<qint64>& changed) {
  for (const qint64 i : changed) {
    if (size_t(i) >= m_rows.size() || size_t(i) >= outcomes.size()) continue;
    m_rows[size_t(i)].outcome = outcomes[size_t(i)];
    Q_EMIT dataChanged(index(int(i)), index(int(i)));
  }
}

void PairModel::settle() {
  bool moved = false;
  for (auto& row : m_rows) {
    const Change now = changeOf(row.outcome);
    moved = moved || now != row.rank;
    row.rank = now;
  }
  if (moved) Q_EMIT dataChanged(index(0), index(int(m_rows.size()) - 1), {RankRole, ChangeRole});
}

void PairModel::setOutdated(bool outdated) {
  if (outdated == m_outdated) return;
  m_outdated = outdated;
  if (!m_rows.empty()) Q_EMIT dataChanged(index(0), index(int(m_rows.size()) - 1), {OutdatedRole});
}

QStringList PairModel::kinds() const {
  QStringList out;
  for (const auto& row : m_rows)
    if (const QString kind = text(row.sample.kind); !kind.isEmpty() && !out.contains(kind)) out.append(kind);
  return out;
}

int PairModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant PairModel::data(const QModelIndex& at, int role) const {
  if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = m_rows[size_t(at.row())];
  const auto& [dense, pruned] = row.outcome;
  switch (role) {
    case Qt::DisplayRole:
    case QuestionRole:
      return text(row.sample.question);
    case PictureRole:
      return text(row.sample.image);
    case ExpectedRole:
      return expectedOf(row.sample, row.outcome);
    case KindRole:
      return text(row.sample.kind);
    case DenseRole:
      return answerOf(dense);
    case DenseRightRole:
      return dense && dense->right;
    case PrunedRole:
      return answerOf(pruned);
    case PrunedRightRole:
      return pruned && pruned->right;
    case JudgedRole:
      return !row.sample.question.empty() || !row.sample.image.empty();
    case ChangeRole:
      return int(changeOf(row.outcome));
    case RankRole:
      return int(row.rank);
    case OutdatedRole:
      return m_outdated;
    case PlacesRole: {
      const QPoint places(dense ? int(dense->pictureRank) : 0, pruned ? int(pruned->pictureRank) : 0);
      return places.isNull() ? QVariant() : QVariant(places);
    }
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: {
      const auto judged = [](const std::optional<PairResult>& result) {
        if (!result) return tr("no answer yet");
        if (!result->tokens.empty()) return answerOf(result).toString();
        QString words = tr("%1 (%2)").arg(text(result->answer), result->right ? tr("right") : tr("wrong"));
        if (result->pictureRank > 0) words += tr(", its picture in place %1").arg(result->pictureRank);
        return words;
      };
      const QString plain = tr("%1\nExpected: %2\nDense: %3\nPruned: %4")
                                .arg(text(row.sample.question), expectedOf(row.sample, row.outcome),
                                     judged(dense), judged(pruned));
      return plain;
    }
    default:
      return {};
  }
}

QString PairModel::expectedOf(const Sample& sample, const PairOutcome& outcome) {
  for (const auto* result : {&outcome.dense, &outcome.pruned})
    if (*result && !(*result)->expected.empty()) return text((*result)->expected);
  return text(sample.answer);
}

Change PairModel::changeOf(const PairOutcome& outcome) {
  const auto& [dense, pruned] = outcome;
  if (!dense || !pruned) return Change::Unknown;
  if (dense->right && !pruned->right) return Change::RightToWrong;
  if (!dense->right && pruned->right) return Change::WrongToRight;
  if (pruned->right) return Change::SameRight;
  return dense->answer == pruned->answer ? Change::SameWrong : Change::OtherWrong;
}

}  // namespace espalier
