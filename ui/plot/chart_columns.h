#pragma once

#include <QString>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/allocate/plan.h"
#include "core/allocate/scores.h"

namespace espalier {

// One place on the shared x axis of the plan chart.
struct ChartColumn {
  std::string name;   // of the group, or of the matrix where its block is opened
  std::string group;  // of the plan, whose sparsity it has
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
  // Of a column, or the first of a group's; -1 if it is not there.
  int indexOf(const std::string& name) const;
  // The column whose place the x coordinate falls in; -1 in the gaps between components and outside.
  int indexAt(double x) const;
};

// Values to compare those of the columns with.
struct ChartLevels {
  QString name;
  std::vector<double> values;  // one for each column; NaN for none
};

// Where the importance of a plan's columns comes from.
enum class ScoreSource {
  None,     // the model has not been scored
  Plan,     // the plan's own scores
  Partial,  // a scoring that runs: `scored`, columns that are not in it yet have none
};
// Groups that are shown as their matrices, and what is known of these.
struct OpenedGroups {
  std::set<std::string> names;
  const std::vector<MatrixScore>* matrices = nullptr;  // may be null where names is empty
};
ChartColumns chartColumns(const Plan& plan, ScoreSource source, const std::vector<PlanGroup>& scored = {},
                          const OpenedGroups& opened = {});

}  // namespace espalier
