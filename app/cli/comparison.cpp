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

std::string problemsText(const Evaluation& evaluation) {
  std::string out;
  for (const auto& p : evaluation.problems)
    out += (out.empty() ? "\nLeft out, since the picture cannot be read:\n  " : "  ") + p.place + " " +
           p.what + "\n";
  return out;
}

}  // namespace

std::string resultTable(const Dataset& data, const Evaluation& before, const Evaluation* after) {
  // A caption or the continuation of a text is not right or wrong as a whole.
  const bool shares = evaluationColumns(before.task).share;
  auto first = before.byKind(data);
  if (first.size() == 1 && first[0].kind.empty()) first.clear();
  first.push_back(before.overall());
  first.back().kind = "all";
  auto second = after ? after->byKind(data) : std::vector<Evaluation::Tally>{};
  if (second.size() == 1 && second[0].kind.empty()) second.clear();
  if (after) second.push_back(after->overall());

  std::vector<std::string> header{"kind"};
  if (shares && !after) header.push_back(before.counted());
  if (shares && after) header.insert(header.end(), {"before", "after"});
  if (after)
    header.insert(header.end(), {"loss before", "loss after"});
  else
    header.push_back("loss");
  Table table(header);
  for (size_t i = 0; i < first.size() && (!after || i < second.size()); ++i) {
    std::vector<std::string> row{first[i].kind};
    if (shares) row.push_back(share(first[i]));
    if (shares && after) row.push_back(share(second[i]));
    row.push_back(fixed(first[i].loss, 4));
    if (after) row.push_back(fixed(second[i].loss, 4));
    table.add(row);
  }
  std::string text;
  if (before.onlyAgreement)
    text = "No picture has a label that the model knows: its agreement with the dense model is measured.\n\n";
  return text + table.text() + metricsTable(before, after) + problemsText(before);
}

}  // namespace espalier::cli
