#pragma once

#include <nlohmann/json.hpp>

#include "core/recover/report.h"

namespace espalier {

// A report as journals and files have it.
nlohmann::json toJson(const RecoveryReport& report);
RecoveryReport reportFrom(const nlohmann::json& json);

}  // namespace espalier
