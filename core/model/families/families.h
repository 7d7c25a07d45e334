#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "core/model/model.h"

namespace espalier {

std::shared_ptr<const Model> buildBlip2(const nlohmann::json& config);
std::shared_ptr<const Model> buildT5(const nlohmann::json& config);

}  // namespace espalier
