#include "app/cli/comparison.h"

#include "app/cli/table.h"

namespace espalier::cli {

namespace {

std::string share(const Evaluation::Tally& t) {
  return percent(t.accuracy()) + " (" + std::to_string(t.right) + "/" + std::to_string(t.total) + ")";
}

}  // namespace

std::string resultTable(const Dataset& data, const Evaluation& before, const Evaluation* after) {
  auto first = before.byKind(data);
  first.push_back(before.overall());
  first.back().kind = "all";
  if (!after) {
    Table table({"kind", "right", "loss"});
    for (const auto& t : first) table.add({t.kind, share(t), fixed(t.loss, 4)});
    return table.text();
  }
  auto second = after->byKind(data);
  second.push_back(after->overall());
  Table table({"kind", "before", "after", "loss before", "loss after"});
  for (size_t i = 0; i < first.size() && i < second.size(); ++i)
    table.add({first[i].kind, share(first[i]), share(second[i]), fixed(first[i].loss, 4), fixed(second[i].loss, 4)});
  return table.text();
}

}  // namespace espalier::cli
