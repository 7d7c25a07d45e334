#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace espalier {

// A Python literal, as tables that Python wrote hold it in their cells: ['a cat', "it's"], None, {'x': 1},
// and NumPy's lists without commas. JSON is one, too. Nothing where the whole text is none, or is nested more
// than 32 deep. Nothing is run.
std::optional<nlohmann::json> pythonLiteral(const std::string& text);

}  // namespace espalier
