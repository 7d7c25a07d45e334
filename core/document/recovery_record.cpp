#include "core/document/recovery_record.h"

namespace espalier {

using nlohmann::json;

json toJson(const RecoveryRecord& record) {
  json reports = json::array();
  for (const auto& report : record.reports) reports.push_back(toJson(report));
  json j{{"options", option_fields::toJson(recoverFields(), record.options)},
         {"reports", std::move(reports)},
         {"sparsity", record.sparsity}};
  if (!record.warnings.empty()) j["warnings"] = record.warnings;
  if (record.stopped) j["stopped"] = true;
  return j;
}

RecoveryRecord recoveryRecordFrom(const json& j, const std::string& where) {
  RecoveryRecord record;
  option_fields::takeJson(recoverFields(), j.at("options"), where, record.options);
  try {
    checkOptions(record.options);
  } catch (const Error& e) {
    throw Error(ErrorKind::Format, where + ": " + e.what());
  }
  for (const auto& report : j.at("reports")) record.reports.push_back(reportFrom(report));
  record.sparsity = j.at("sparsity");
  record.warnings = j.value("warnings", record.warnings);
  record.stopped = j.value("stopped", false);
  return record;
}

std::string titlesOf(const RecoverOptions& options) {
  for (const auto& field : recoverFields())
    if (field.key == "methods") return option_fields::titleOfValue(field, options);
  return options.methods;
}

}  // namespace espalier
