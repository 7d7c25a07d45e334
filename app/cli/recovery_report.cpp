#include "app/cli/recovery_report.h"

#include "app/cli/table.h"

namespace espalier::cli {

std::string recoveryTable(const std::vector<RecoveryReport>& reports) {
  Table table({"method", "block", "measure", "before", "after", "steps"});
  std::string notes;
  for (const auto& r : reports) {
    table.add({r.method, r.block.empty() ? "all" : r.block, r.measure, fixed(r.before, 4), fixed(r.after, 4),
               std::to_string(r.steps)});
    if (!r.note.empty()) notes += r.method + (r.block.empty() ? "" : ", " + r.block) + ": " + r.note + "\n";
  }
  return table.text() + notes;
}

nlohmann::json recoveryJson(const RecoverResult& result) {
  nlohmann::json reports = nlohmann::json::array();
  for (const auto& r : result.reports) reports.push_back(toJson(r));
  return {{"sparsity", result.sparsity},
          {"seconds", result.seconds},
          {"reports", reports},
          {"warnings", result.warnings}};
}

}  // namespace espalier::cli
