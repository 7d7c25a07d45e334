#include "ui/items/layer_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr int kBytesPerWeight = 2;  // half precision, as the budget pane counts

}  // namespace

void LayerModel::setModel(const ModelInfo& info) {
  beginResetModel();
  m_blocks = info.blocks;
  m_sparsities.assign(m_blocks.size(), kUnknown);
  m_changes.clear();
  endResetModel();
}

void LayerModel::setPlan(const Plan* plan) {
  std::vector<double> sparsities(m_blocks.size(), kUnknown);
  if (plan) {
    const auto of = plan->sparsities();
    for (size_t b = 0; b < m_blocks.size(); ++b) {
      double zeros = 0, weights = 0;
      for (const auto& m : m_blocks[b].matrices)
        if (const auto it = of.find(m.name); it != of.end())
          zeros += it->second * double(m.parameters()), weights += double(m.parameters());
      if (weights > 0) sparsities[b] = zeros / weights;
    }
  }
  m_sparsities = std::move(sparsities);
  if (!m_blocks.empty()) Q_EMIT dataChanged(index(0, Bytes), index(rowCount() - 1, Sparsity));
}

void LayerModel::setChanges(const std::vector<LayerChange>& changes) {
  m_changes.clear();
  for (const auto& c : changes) m_changes[c.block] = c;
  if (!m_blocks.empty()) Q_EMIT dataChanged(index(0, Cosine), index(rowCount() - 1, Cka));
}

int LayerModel::rowOf(const std::string& block) const {
  for (size_t b = 0; b < m_blocks.size(); ++b)
    if (m_blocks[b].name == block) return int(b);
  return -1;
}

std::vector<std::string> LayerModel::matricesOf(int row) const {
  std::vector<std::string> out;
  for (const auto& m : m_blocks[size_t(row)].matrices) out.push_back(m.name);
  return out;
}

int LayerModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_blocks.size());
}

int LayerModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(ColumnCount);
}

double LayerModel::numberAt(size_t row, Column column) const {
  const auto& block = m_blocks[row];
  const auto change = m_changes.find(block.name);
  const double sparsity = m_sparsities[row];
  switch (column) {
    case Matrices:
      return double(block.matrices.size());
    case Weights:
      return double(block.parameters());
    case Bytes:
      // Unstructured: the values that stay, and a bit for each place.
      return std::isnan(sparsity) || sparsity == 0
                 ? double(block.parameters()) * kBytesPerWeight
                 : std::min(double(block.parameters()) * kBytesPerWeight,
                            double(block.parameters()) * (kBytesPerWeight * (1 - sparsity) + 0.125));
    case Operations:
      return 2.0 * double(block.parameters()) * (std::isnan(sparsity) ? 1 : 1 - sparsity);
    case Sparsity:
      return sparsity;
    case Cosine:
      return change == m_changes.end() ? kUnknown : change->second.cosine;
    case Error:
      return change == m_changes.end() ? kUnknown : change->second.relativeError;
    case Cka:
      return change == m_changes.end() ? kUnknown : change->second.cka;
    default:
      return double(row);
  }
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const auto row = size_t(index.row());
  const auto column = Column(index.column());
  const double number = numberAt(row, column);
  switch (role) {
    case SortRole:
      return number;
    case FractionRole:
      if (std::isnan(number)) return {};
      // Bars are as long as the change: of cosine and alignment what is missing to 1.
      if (column == Sparsity || column == Error) return std::min(1.0, number);
      if (column == Cosine || column == Cka) return std::clamp(1 - number, 0.0, 1.0);
      return {};
    case Qt::DisplayRole:
      // As the charts call it; its tip has the name in full.
      if (column == Name)
        return componentTitle(nameOf(m_blocks[row].component)) + ' ' + shortBlockLabel(m_blocks[row].name);
      if (column == Component) return componentTitle(nameOf(m_blocks[row].component));
      if (std::isnan(number)) return QStringLiteral("\u2013");
      if (column == Matrices) return int(number);
      if (column == Weights || column == Operations) return shortCount(int64_t(number));
      if (column == Bytes) return fileSize(int64_t(number));
      if (column == Sparsity || column == Error) return percent(number);
      return QString::number(number, 'f', 3);
    case Qt::ToolTipRole: {
      QStringList lines{text(m_blocks[row].name)};
      for (const auto& m : m_blocks[row].matrices)
        lines << tr("%1: %2 \u00d7 %3").arg(text(m.name)).arg(m.rows).arg(m.columns);
      return lines.join('\n');
    }
    case Qt::TextAlignmentRole:
      return QVariant(column <= Component ? Qt::AlignLeft | Qt::AlignVCenter
                                          : Qt::AlignRight | Qt::AlignVCenter);
    default:
      return {};
  }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  static const char* const kHelp[] = {
      QT_TR_NOOP("The block, by the prefix of its tensors"),
      QT_TR_NOOP("The part of the model it belongs to"),
      QT_TR_NOOP("How many matrices it has; point at a row for their shapes"),
      QT_TR_NOOP("Weights of its matrices"),
      QT_TR_NOOP("What they take in half precision, without the zeros of the plan"),
      QT_TR_NOOP("Multiplications and additions for each position, without those with zeros"),
      QT_TR_NOOP("What the plan takes"),
      QT_TR_NOOP("Mean cosine of what the block gives on, dense and pruned: 1 is the same direction"),
      QT_TR_NOOP("How far it is from the dense one, relative to its size"),
      QT_TR_NOOP("Centred kernel alignment of both: 1 is the same geometry")};
  if (role == Qt::ToolTipRole || role == Qt::WhatsThisRole) return tr(kHelp[section]);
  if (role != Qt::DisplayRole) return {};
  switch (Column(section)) {
    case Name:
      return tr("Block");
    case Component:
      return tr("Component");
    case Matrices:
      return tr("Matrices");
    case Weights:
      return tr("Weights");
    case Bytes:
      return tr("Size");
    case Operations:
      return tr("Operations");
    case Sparsity:
      return tr("Sparsity");
    case Cosine:
      return tr("Cosine");
    case Error:
      return tr("Error");
    case Cka:
      return tr("CKA");
    default:
      return {};
  }
}

}  // namespace espalier
