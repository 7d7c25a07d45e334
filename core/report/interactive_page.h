#pragma once

#include <string>

namespace espalier {

// The page of an interactive report without its title and data, which stand at %TITLE% and %DATA%.
const std::string& interactivePage();

}  // namespace espalier
