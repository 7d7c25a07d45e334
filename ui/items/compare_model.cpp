#include "ui/items/compare_model.h"

#include <QApplication>
#include <QFont>
#include <QPalette>
#include <algorithm>

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

void CompareResultModel::setNames(const QString& a, const QString& b) {
  if (a == m_a && b == m_b) return;
  m_a = a;
  m_b = b;
  Q_EMIT headerDataChanged(Qt::Horizontal, Dense, Pruned);
}

QVariant CompareResultModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Horizontal && role == Qt::DisplayRole) {
    if (section == Dense) return m_a;
    if (section == Pruned) return m_b;
  }
  if (orientation == Qt::Horizontal && role == Qt::ToolTipRole) {
    if (section == Dense || section == Pruned)
      return tr("Right answers of the model pruned to \u201c%1\u201d").arg(section == Dense ? m_a : m_b);
    if (section == Difference)
      return tr(
          "The second less the first, in percentage points. Bold where it is more than chance: the two 95 % "
          "intervals do not meet");
    if (section == IntervalColumn)
      return tr("Where the second model's true accuracy lies with 95 % confidence (Wilson)");
    if (section == Loss)
      return tr("Mean cross-entropy of the expected answers with the first and the second plan");
  }
  return ResultModel::headerData(section, orientation, role);
}

CompareAnswerModel::Verdict CompareAnswerModel::Row::verdict() const {
  if (rightA && rightB) return Verdict::BothRight;
  if (rightA) return Verdict::OnlyA;
  if (rightB) return Verdict::OnlyB;
  return a == b ? Verdict::BothWrongAlike : Verdict::BothWrongOtherwise;
}

void CompareAnswerModel::setSides(const Dataset& pairs, const PlanSide& a, const PlanSide& b,
                                  const std::optional<Evaluation>& dense) {
  std::vector<bool> rightBefore(pairs.samples.size());
  if (dense)
    for (const auto& p : dense->pairs)
      if (size_t(p.sample) < rightBefore.size()) rightBefore[size_t(p.sample)] = p.right;
  beginResetModel();
  m_rows.clear();
  m_a = a.name;
  m_b = b.name;
  if (a.measured && b.measured) {
    const auto &left = a.measured->evaluation.pairs, &right = b.measured->evaluation.pairs;
    for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
      const auto at = size_t(left[i].sample);
      if (at >= pairs.samples.size() || left[i].sample != right[i].sample) continue;
      const Sample& sample = pairs.samples[at];
      m_rows.push_back({text(sample.question), text(sample.answer), text(left[i].answer),
                        text(right[i].answer), left[i].right, right[i].right, rightBefore[at]});
    }
    // Those that one answers right and the other wrong, then other answers, then the rest; each in the pairs'
    // order.
    const auto rank = [](const Row& row) { return row.rightA != row.rightB ? 0 : row.a != row.b ? 1 : 2; };
    std::stable_sort(m_rows.begin(), m_rows.end(),
                     [&](const Row& l, const Row& r) { return rank(l) < rank(r); });
  }
  endResetModel();
}

int CompareAnswerModel::differing() const {
  return int(std::count_if(m_rows.begin(), m_rows.end(), [](const Row& row) { return row.a != row.b; }));
}

int CompareAnswerModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}

int CompareAnswerModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant CompareAnswerModel::data(const QModelIndex& at, int role) const {
  if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = m_rows[size_t(at.row())];
  const bool isAnswer = at.column() == AnswerA || at.column() == AnswerB;
  const bool right = at.column() == AnswerA ? row.rightA : row.rightB;
  switch (role) {
    case Qt::DisplayRole:
      switch (at.column()) {
        case Question:
          return row.question;
        case Expected:
          return row.expected;
        default: {
          const QString& said = at.column() == AnswerA ? row.a : row.b;
          return (right ? QStringLiteral("\u2713 ") : QStringLiteral("\u2717 ")) +
                 (said.isEmpty() ? tr("(nothing)") : said);
        }
      }
    case Qt::ToolTipRole:
      return at.column() == Question   ? row.question
             : at.column() == Expected ? row.expected
                                       : data(at, Qt::DisplayRole);
    case Qt::AccessibleTextRole:
      if (isAnswer)
        return tr("%1 (%2)").arg(at.column() == AnswerA ? row.a : row.b, right ? tr("right") : tr("wrong"));
      return data(at, Qt::DisplayRole);
    case Qt::ForegroundRole: {
      const Shades& shades = shadesFor(QApplication::palette());
      return isAnswer ? QVariant(right ? shades.right : shades.wrong) : QVariant();
    }
    case Qt::FontRole: {
      QFont font;
      font.setBold(isAnswer && row.a != row.b);
      return font;
    }
    case VerdictRole:
      return int(row.verdict());
    case BrokenRole:
      return row.rightDense ? (row.rightA ? 0 : 1) + (row.rightB ? 0 : 2) : 0;
    default:
      return {};
  }
}

QVariant CompareAnswerModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case Question:
      return tr("Question");
    case Expected:
      return tr("Expected");
    case AnswerA:
      return m_a;
    case AnswerB:
      return m_b;
    default:
      return {};
  }
}

bool CompareAnswerFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const auto* model = sourceModel();
  const auto verdict =
      CompareAnswerModel::Verdict(model->index(row, 0, parent).data(CompareAnswerModel::VerdictRole).toInt());
  const int broken = model->index(row, 0, parent).data(CompareAnswerModel::BrokenRole).toInt();
  const auto answer = [&](int column) { return model->index(row, column, parent).data().toString(); };
  switch (m_show) {
    case Show::All:
      return true;
    case Show::Differing:
      return answer(CompareAnswerModel::AnswerA) != answer(CompareAnswerModel::AnswerB);
    case Show::Agreeing:
      return answer(CompareAnswerModel::AnswerA) == answer(CompareAnswerModel::AnswerB);
    case Show::OnlyA:
      return verdict == CompareAnswerModel::Verdict::OnlyA;
    case Show::OnlyB:
      return verdict == CompareAnswerModel::Verdict::OnlyB;
    case Show::OnlyABreaks:
      return broken == 1;
    case Show::OnlyBBreaks:
      return broken == 2;
    case Show::BothBreak:
      return broken == 3;
  }
  return true;
}

}  // namespace espalier
