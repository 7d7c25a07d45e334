#include "ui/plot/chart_columns.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr double kGapBetweenComponents = 0.9;

// A matrix's own name within its block, "q" of "...SelfAttention.q.weight".
QString matrixLabel(const std::string& matrix) {
  QString name = text(matrix);
  if (name.endsWith(".weight")) name.chop(7);
  return name.section('.', -1);
}

// As a matrix has it; a number for a block.
QString labelOf(const PlanGroup& group, Granularity granularity) {
  if (granularity == Granularity::Component) return {};
  if (granularity == Granularity::Block) return shortBlockLabel(group.name);
  return matrixLabel(group.name);
}

}  // namespace

ChartColumns chartColumns(const Plan& plan, ScoreSource source, const std::vector<PlanGroup>& scored,
                          const OpenedGroups& opened) {
  std::unordered_map<std::string, const PlanGroup*> byName;
  for (const auto& group : scored) byName.emplace(group.name, &group);
  std::unordered_map<std::string, const MatrixScore*> matrices;
  if (!opened.names.empty())
    for (const auto& m : *opened.matrices) matrices.emplace(m.matrix, &m);

  ChartColumns out;
  out.columns.reserve(plan.groups.size());
  double x = 0;
  const auto place = [&](ChartColumn column) {
    const size_t index = out.columns.size();
    if (out.spans.empty() || out.spans.back().component != column.component) {
      if (!out.spans.empty()) x += kGapBetweenComponents;
      out.spans.push_back({column.component, index, index});
    }
    out.spans.back().last = index;
    column.x = x;
    out.columns.push_back(std::move(column));
    x += 1;
  };
  for (const auto& group : plan.groups) {
    ChartColumn column;
    column.name = column.group = group.name;
    column.component = group.component;
    column.label = labelOf(group, plan.granularity);
    column.parameters = group.parameters;
    column.standardError = group.standardError;
    column.sparsity = group.sparsity;
    column.pinned = group.pinned;
    if (opened.names.contains(group.name) && group.matrices.size() > 1) {
      for (const auto& name : group.matrices) {
        ChartColumn part = column;
        part.name = name;
        part.label = matrixLabel(name);
        part.standardError = 0;
        if (const auto it = matrices.find(name); it != matrices.end()) {
          part.parameters = it->second->parameters;
          if (source != ScoreSource::None)
            part.score = it->second->score, part.standardError = it->second->standardError;
        }
        place(std::move(part));
      }
      continue;
    }
    if (source == ScoreSource::Plan) {
      column.score = group.score;
    } else if (const auto it = byName.find(group.name);
               source == ScoreSource::Partial && it != byName.end()) {
      column.score = it->second->score;
      column.standardError = it->second->standardError;
    }
    place(std::move(column));
  }
  return out;
}

int ChartColumns::indexOf(const std::string& name) const {
  const auto find = [&](auto&& is) {
    const auto it = std::find_if(columns.begin(), columns.end(), is);
    return it == columns.end() ? -1 : int(it - columns.begin());
  };
  const int own = find([&](const auto& c) { return c.name == name; });
  return own >= 0 ? own : find([&](const auto& c) { return c.group == name; });
}

int ChartColumns::indexAt(double x) const {
  const auto it = std::lower_bound(columns.begin(), columns.end(), x - 0.5,
                                   [](const ChartColumn& column, double value) { return column.x < value; });
  if (it == columns.end() || std::abs(it->x - x) > 0.5) return -1;
  return int(it - columns.begin());
}

}  // namespace espalier
