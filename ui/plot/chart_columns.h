#pragma once

#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "core/allocate/plan.h"

namespace espalier {

// One place on the shared x axis of the plan chart.
struct ChartColumn {
  std::string name;
  std::string component;
  QString label;  // short, for the axis
  double x = 0;
  int64_t parameters = 0;
  std::optional<double> score;  // nothing before the group is scored
  double standardError = 0;
  double sparsity = 0;
  bool pinned = false;
};

// Neighbours of one component.
struct ColumnSpan {
  std::string component;
  size_t first = 0, last = 0;  // columns, both included
};

struct ChartColumns {
  std::vector<ChartColumn> columns;
  std::vector<ColumnSpan> spans;

  double left() const { return columns.empty() ? 0 : columns.front().x - 0.5; }
  double right() const { return columns.empty() ? 1 : columns.back().x + 0.5; }
  int indexOf(const std::string& name) const;  // -1 if it is not there
  // The column whose place the x coordinate falls in; -1 in the gaps between components and outside.
  int indexAt(double x) const;
};

// Where the importance of a plan's columns comes from.
enum class ScoreSource {
  None,     // the model has not been scored
  Plan,     // the plan's own scores
  Partial,  // a scoring that runs: `scored`, columns that are not in it yet have none
};
ChartColumns chartColumns(const Plan& plan, ScoreSource source, const std::vector<PlanGroup>& scored = {});

}  // namespace espalier
