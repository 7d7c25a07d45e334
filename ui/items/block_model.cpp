#include "ui/items/block_model.h"

#include <algorithm>

#include "ui/base/format.h"
#include "ui/session/plan_document.h"

namespace espalier {

BlockModel::BlockModel(PlanDocument& plan, QObject* parent) : QAbstractTableModel(parent), m_plan(plan) {
  connect(&m_plan, &PlanDocument::planChanged, this, &BlockModel::takePlan);
  takePlan();
}

void BlockModel::takePlan() {
  static const std::vector<PlanGroup> kNone;
  const auto& groups = m_plan.isEmpty() ? kNone : m_plan.plan().groups;
  m_scored = m_plan.isScored();
  const bool same = groups.size() == m_groups.size() &&
                    std::equal(groups.begin(), groups.end(), m_groups.begin(),
                               [](const auto& a, const auto& b) { return a.name == b.name; });
  if (!same) beginResetModel();
  m_groups = groups;
  if (!same)
    endResetModel();
  else if (!m_groups.empty())
    Q_EMIT dataChanged(index(0, 0), index(int(m_groups.size()) - 1, ColumnCount - 1));
}

int BlockModel::rowOf(const std::string& group) const {
  const auto it =
      std::find_if(m_groups.begin(), m_groups.end(), [&](const auto& g) { return g.name == group; });
  return it == m_groups.end() ? -1 : int(it - m_groups.begin());
}

int BlockModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_groups.size());
}

int BlockModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant BlockModel::data(const QModelIndex& at, int role) const {
  if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
  const PlanGroup& g = m_groups[size_t(at.row())];
  switch (role) {
    case Qt::DisplayRole:
      switch (at.column()) {
        case Name:
          return text(g.name);
        case Component:
          return componentTitle(g.component);
        case Weights:
          return shortCount(g.parameters);
        case Importance:
          if (!m_scored) return QStringLiteral("\u2013");
          return g.standardError > 0
                     ? shortNumber(g.score) + QStringLiteral(" \u00b1 ") + shortNumber(g.standardError)
                     : shortNumber(g.score);
        case Sparsity:
          return percent(g.sparsity);
        default:
          return {};
      }
    case Qt::EditRole:
      return at.column() == Sparsity ? QVariant(g.sparsity * 100) : QVariant();
    case Qt::CheckStateRole:
      return at.column() == Pinned ? QVariant(g.pinned ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::AccessibleTextRole:
      return at.column() == Pinned ? QVariant(g.pinned ? tr("pinned") : tr("not pinned"))
                                   : data(at, Qt::DisplayRole);
    case Qt::ToolTipRole:
      return at.column() == Name ? QVariant(text(g.name)) : headerData(at.column(), Qt::Horizontal, role);
    case Qt::TextAlignmentRole:
      return int(at.column() == Name || at.column() == Component ? Qt::AlignLeft | Qt::AlignVCenter
                                                                 : Qt::AlignRight | Qt::AlignVCenter);
    case FractionRole:
      return at.column() == Sparsity ? QVariant(g.sparsity) : QVariant();
    case SortRole:
      switch (at.column()) {
        case Weights:
          return qlonglong(g.parameters);
        case Importance:
          return g.score;
        case Sparsity:
          return g.sparsity;
        case Pinned:
          return g.pinned;
        default:
          return at.row();  // model order
      }
    default:
      return {};
  }
}

bool BlockModel::setData(const QModelIndex& at, const QVariant& value, int role) {
  if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return false;
  const std::string group = groupAt(at.row());
  if (at.column() == Sparsity && role == Qt::EditRole) {
    bool isNumber = false;
    const double wanted = value.toDouble(&isNumber) / 100;
    if (!isNumber || wanted < 0 || wanted > 1) return false;
    m_plan.setSparsity(group, wanted);
    return true;
  }
  if (at.column() == Pinned && role == Qt::CheckStateRole) {
    m_plan.setPinned(group, value.toInt() == Qt::Checked);
    return true;
  }
  return false;
}

QVariant BlockModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) switch (section) {
      case Name:
        return tr("Block");
      case Component:
        return tr("Component");
      case Weights:
        return tr("Weights");
      case Importance:
        return tr("Importance");
      case Sparsity:
        return tr("Sparsity");
      case Pinned:
        return tr("Pinned");
      default:
        return {};
    }
  if (role == Qt::ToolTipRole) switch (section) {
      case Weights:
        return tr("How many weights the block has");
      case Importance:
        return tr("How much the model's loss depends on the block, with its standard error");
      case Sparsity:
        return tr("The part of its weights that goes: drag the bar, or double-click to type a number");
      case Pinned:
        return tr("A pinned block keeps its sparsity whatever else changes");
      default:
        return tr("Click to sort");
    }
  if (role == Qt::TextAlignmentRole)
    return int(section == Name || section == Component ? Qt::AlignLeft | Qt::AlignVCenter
                                                       : Qt::AlignRight | Qt::AlignVCenter);
  return {};
}

Qt::ItemFlags BlockModel::flags(const QModelIndex& at) const {
  if (!at.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags out = Qt::ItemIsSelectable | Qt::ItemIsEnabled;
  if (at.column() == Sparsity) out |= Qt::ItemIsEditable;
  if (at.column() == Pinned) out |= Qt::ItemIsUserCheckable;
  return out;
}

}  // namespace espalier
