#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/engine/recover_model.h"

namespace espalier::cli {

// What was recovered, block by block.
std::string recoveryTable(const std::vector<RecoveryReport>& reports);
nlohmann::json recoveryJson(const RecoverResult& result);

}  // namespace espalier::cli
