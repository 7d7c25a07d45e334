#include "app/cli/comparison.h"

#include "app/cli/table.h"

namespace espalier::cli {

namespace {

std::string share(const Evaluation::Tally& t) {
  return percent(t.accuracy()) + " (" + std::to_string(t.right) + "/" + std::to_string(t.total) + ")";
}

std::string metricsTable(const Evaluation& before, const Evaluation* after) {
  if (before.metrics.empty()) return {};
  Table table(after ? std::vector<std::string>{"metric", "before", "after"}
                    : std::vector<std::string>{"metric", "value"});
  for (const auto& [name, value] : before.metrics) {
    std::vector<std::string> row{name, fixed(value, 4)};
    if (after) row.push_back(after->metrics.contains(name) ? fixed(after->metrics.at(name), 4) : "");
    table.add(row);
  }
  return "\n" + table.text();
}

}  // namespace

std::string resultTable(const Dataset& data, const Evaluation& before, const Evaluation* after) {
  auto first = before.byKind(data);
  first.push_back(before.overall());
  first.back().kind = "all";
  if (!after) {
    Table table({"kind", "right", "loss"});
    for (const auto& t : first) table.add({t.kind, share(t), fixed(t.loss, 4)});
    return table.text() + metricsTable(before, nullptr);
  }
  auto second = after->byKind(data);
  second.push_back(after->overall());
  Table table({"kind", "before", "after", "loss before", "loss after"});
  for (size_t i = 0; i < first.size() && i < second.size(); ++i)
    table.add({first[i].kind, share(first[i]), share(second[i]), fixed(first[i].loss, 4),
               fixed(second[i].loss, 4)});
  return table.text() + metricsTable(before, after);
}

}  // namespace espalier::cli
