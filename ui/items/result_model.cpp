#include "ui/items/result_model.h"

#include <QLocale>
#include <cmath>
#include <set>
#include <tuple>

#include "ui/base/format.h"

namespace espalier {

namespace {

using Tally = Evaluation::Tally;

QString lossText(const std::optional<Tally>& tally) {
  return tally ? QLocale().toString(tally->loss, 'f', 3) : QStringLiteral("\u2013");
}

QString accuracyText(const std::optional<Tally>& tally) {
  return tally ? percent(tally->accuracy()) : QString();
}

}  // namespace

ResultModel::ResultModel(QObject* parent) : QAbstractTableModel(parent) {}

void ResultModel::setLines(std::vector<Line> lines) {
  // Same rows: only the numbers are new, and the selection stays.
  if (lines.size() == m_lines.size() && !lines.empty()) {
    m_lines = std::move(lines);
    Q_EMIT dataChanged(index(0, 0), index(int(m_lines.size()) - 1, ColumnCount - 1));
    return;
  }
  beginResetModel();
  m_lines = std::move(lines);
  endResetModel();
}

void ResultModel::setOutdated(bool outdated) {
  if (outdated == m_outdated) return;
  m_outdated = outdated;
  if (!m_lines.empty())
    Q_EMIT dataChanged(index(0, 0), index(int(m_lines.size()) - 1, ColumnCount - 1), {OutdatedRole});
}

bool ResultModel::isJudged(const std::optional<Evaluation>& evaluation) {
  return !evaluation || evaluationColumns(evaluation->task).right;
}

std::vector<ResultModel::Line> ResultModel::linesOf(const std::optional<Evaluation>& dense,
                                                    const std::optional<Evaluation>& pruned,
                                                    const Dataset& pairs) {
  std::vector<Line> lines;
  if (!dense && !pruned) return lines;
  const auto kindsOf = [&](const std::optional<Evaluation>& e) {
    return e ? e->byKind(pairs) : std::vector<Tally>{};
  };
  const auto denseKinds = kindsOf(dense), prunedKinds = kindsOf(pruned);
  const bool judged = isJudged(dense) && isJudged(pruned);
  Line all{tr("All"), {}, {}};
  all.judged = judged;
  if (dense) all.dense = dense->overall();
  if (pruned) all.pruned = pruned->overall();
  lines.push_back(std::move(all));
  const auto& kinds = denseKinds.empty() ? prunedKinds : denseKinds;
  for (const auto& tally : kinds) {
    if (kinds.size() == 1 && tally.kind.empty()) break;  // as all
    Line line{tally.kind.empty() ? tr("(no kind)") : text(tally.kind), {}, {}};
    for (const auto& t : denseKinds)
      if (t.kind == tally.kind) line.dense = t;
    for (const auto& t : prunedKinds)
      if (t.kind == tally.kind) line.pruned = t;
    line.judged = judged;
    lines.push_back(std::move(line));
  }
  // "IR@5" before "IR@10".
  const auto parted = [](const std::string& name) {
    const size_t digits = name.find_last_not_of("0123456789") + 1;
    return std::tuple(name.substr(0, digits), name.size() - digits, name.substr(digits));
  };
  const auto byNumber = [&](const std::string& l, const std::string& r) { return parted(l) < parted(r); };
  std::set<std::string, decltype(byNumber)> metrics(byNumber);
  for (const auto* e : {&dense, &pruned})
    if (*e)
      for (const auto& [name, value] : (*e)->metrics) metrics.insert(name);
  const auto valueOf = [](const std::optional<Evaluation>& e, const std::string& name) {
    if (!e || !e->metrics.contains(name)) return std::optional<double>();
    return std::optional(e->metrics.at(name));
  };
  for (const auto& name : metrics) {
    Line line{text(name), {}, {}};
    line.denseValue = valueOf(dense, name);
    line.prunedValue = valueOf(pruned, name);
    lines.push_back(std::move(line));
  }
  return lines;
}

int ResultModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_lines.size());
}

int ResultModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant ResultModel::data(const QModelIndex& at, int role) const {
  if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
  const Line& line = m_lines[size_t(at.row())];
  const auto& tally = at.column() == Dense ? line.dense : line.pruned;
  const bool isAccuracy = line.judged && (at.column() == Dense || at.column() == Pruned);
  switch (role) {
    case Qt::DisplayRole:
      return cell(line, at.column());
    case Qt::ToolTipRole:
      return explain(line, at.column());
    case Qt::TextAlignmentRole:
      return int(at.column() == Kind ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case AccuracyRole:
      return isAccuracy && tally ? QVariant(tally->accuracy()) : QVariant();
    case LowRole:
      return isAccuracy && tally ? QVariant(wilsonInterval(tally->right, tally->total).low) : QVariant();
    case HighRole:
      return isAccuracy && tally ? QVariant(wilsonInterval(tally->right, tally->total).high) : QVariant();
    case SignRole: {
      if (at.column() != Difference || !line.judged || !line.dense || !line.pruned) return 0;
      const auto before = wilsonInterval(line.dense->right, line.dense->total);
      const auto after = wilsonInterval(line.pruned->right, line.pruned->total);
      return before.low > after.high ? -1 : before.high < after.low ? 1 : 0;
    }
    case OutdatedRole:
      return m_outdated;
    default:
      return {};
  }
}

QString ResultModel::cell(const Line& line, int column) const {
  if (line.isMetric()) switch (column) {
      case Kind:
        return line.kind;
      case Dense:
        return line.denseValue ? shortNumber(*line.denseValue) : QString();
      case Pruned:
        return line.prunedValue ? shortNumber(*line.prunedValue) : QString();
      case Difference: {
        if (!line.denseValue || !line.prunedValue) return {};
        const double by = *line.prunedValue - *line.denseValue;
        return (by > 0   ? QStringLiteral("+")
                : by < 0 ? QStringLiteral("\u2212")
                         : QString()) +
               shortNumber(std::abs(by));
      }
      default:
        return {};
    }
  const auto& any = line.dense ? line.dense : line.pruned;
  if (!line.judged && column != Kind && column != Pairs && column != Loss) return {};
  switch (column) {
    case Kind:
      return line.kind;
    case Pairs:
      return any ? exactCount(any->total) : QString();
    case Dense:
      return accuracyText(line.dense);
    case Pruned:
      return accuracyText(line.pruned);
    case Difference:
      if (!line.dense || !line.pruned) return {};
      return signedPoints(line.pruned->accuracy() - line.dense->accuracy());
    case IntervalColumn: {
      if (!line.pruned) return {};
      const auto [low, high] = wilsonInterval(line.pruned->right, line.pruned->total);
      return tr("%1\u2013%2 %", "interval")
          .arg(QLocale().toString(low * 100, 'f', 0), QLocale().toString(high * 100, 'f', 0));
    }
    case Loss:
      return line.pruned ? lossText(line.dense) + QStringLiteral(" \u2192 ") + lossText(line.pruned)
                         : lossText(line.dense);
    default:
      return {};
  }
}

QString ResultModel::explain(const Line& line, int column) const {
  const auto& tally = column == Dense ? line.dense : line.pruned;
  if (!line.judged) return headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
  if ((column == Dense || column == Pruned) && tally) {
    const auto [low, high] = wilsonInterval(tally->right, tally->total);
    return tr("%1 of %2 right; 95 % interval %3 to %4")
        .arg(exactCount(tally->right), exactCount(tally->total), percent(low), percent(high));
  }
  if (column == Difference && line.dense && line.pruned)
    return tr("%1 right before, %2 after, of %3")
        .arg(exactCount(line.dense->right), exactCount(line.pruned->right), exactCount(line.pruned->total));
  return headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
}

QVariant ResultModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return int(section == Kind ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::DisplayRole) switch (section) {
      case Kind:
        return tr("Questions");
      case Pairs:
        return tr("Pairs");
      case Dense:
        return tr("Dense");
      case Pruned:
        return tr("Pruned");
      case Difference:
        return tr("Change");
      case IntervalColumn:
        return tr("95 % interval");
      case Loss:
        return tr("Loss");
      default:
        return {};
    }
  if (role == Qt::ToolTipRole) switch (section) {
      case Kind:
        return tr("The kind of question; \"All\" is every pair together");
      case Pairs:
        return tr("How many pairs were asked");
      case Dense:
        return tr("Right answers of the model as it was opened");
      case Pruned:
        return tr("Right answers of the pruned model");
      case Difference:
        return tr(
            "Pruned less dense, in percentage points. Bold where it is more than chance: "
            "the two 95 % intervals do not meet");
      case IntervalColumn:
        return tr(
            "Where the pruned model's true accuracy lies with 95 % confidence (Wilson): few pairs, wide "
            "interval");
      case Loss:
        return tr(
            "Mean cross-entropy of the expected answers before and after pruning. It changes before the "
            "answers do");
      default:
        return {};
    }
  return {};
}

}  // namespace espalier
