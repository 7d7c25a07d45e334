#include "ui/plot/chart_columns.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr double kGapBetweenComponents = 0.9;

// A matrix's own name within its block, "q" of "...SelfAttention.q.weight"; a number for a block.
QString labelOf(const PlanGroup& group, Granularity granularity) {
  if (granularity == Granularity::Component) return {};
  if (granularity == Granularity::Block) return shortBlockLabel(group.name);
  QString name = text(group.name);
  if (name.endsWith(".weight")) name.chop(7);
  return name.section('.', -1);
}

}  // namespace

ChartColumns chartColumns(const Plan& plan, ScoreSource source, const std::vector<PlanGroup>& scored) {
  std::unordered_map<std::string, const PlanGroup*> byName;
  for (const auto& group : scored) byName.emplace(group.name, &group);

  ChartColumns out;
  out.columns.reserve(plan.groups.size());
  double x = 0;
  for (const auto& group : plan.groups) {
    const size_t index = out.columns.size();
    if (out.spans.empty() || out.spans.back().component != group.component) {
      if (!out.spans.empty()) x += kGapBetweenComponents;
      out.spans.push_back({group.component, index, index});
    }
    out.spans.back().last = index;
    ChartColumn column{group.name,
                       group.component,
                       labelOf(group, plan.granularity),
                       x,
                       group.parameters,
                       {},
                       group.standardError,
                       group.sparsity,
                       group.pinned};
    if (source == ScoreSource::Plan) {
      column.score = group.score;
    } else if (const auto it = byName.find(group.name);
               source == ScoreSource::Partial && it != byName.end()) {
      column.score = it->second->score;
      column.standardError = it->second->standardError;
    }
    out.columns.push_back(std::move(column));
    x += 1;
  }
  return out;
}

int ChartColumns::indexOf(const std::string& name) const {
  const auto it = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  return it == columns.end() ? -1 : int(it - columns.begin());
}

int ChartColumns::indexAt(double x) const {
  const auto it = std::lower_bound(columns.begin(), columns.end(), x - 0.5,
                                   [](const ChartColumn& column, double value) { return column.x < value; });
  if (it == columns.end() || std::abs(it->x - x) > 0.5) return -1;
  return int(it - columns.begin());
}

}  // namespace espalier
