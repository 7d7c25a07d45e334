#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/engine/recover_model.h"

namespace espalier {

// What a recovery was and what it came to: all of it but the weights.
struct RecoveryRecord {
  RecoverOptions options;
  std::vector<RecoveryReport> reports;
  std::vector<std::string> warnings;
  double sparsity = 0;
  // Asked to keep what it had reached by then: the options alone do not lead there again.
  bool stopped = false;
};

nlohmann::json toJson(const RecoveryRecord& record);
// where: for messages. Throws Error (Format).
RecoveryRecord recoveryRecordFrom(const nlohmann::json& json, const std::string& where);

// "Block rebuild, Distillation": titles of its methods in order, in English.
std::string titlesOf(const RecoverOptions& options);

}  // namespace espalier
