#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// A sentence for each thing in a file of a recipe that runRecipe() passes over: a key that is none, an option
// whose value is not the usual one but that nothing reads beside the others (core/engine/unread_options.h),
// what became of the model behind what a recipe can do. Throws Error as readRecipe() does.
std::vector<std::string> remarksOnRecipe(const std::filesystem::path& file);

}  // namespace espalier
