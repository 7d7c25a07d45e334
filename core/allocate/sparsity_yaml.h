#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/allocate/plan.h"
#include "core/allocate/scores.h"

namespace espalier {

// The official code's exchange format for plans: a YAML file of one `matrix name: sparsity` a line.

using NamedSparsities = std::vector<std::pair<std::string, double>>;

// Reads block mappings of plain or quoted names to numbers, with comments, blank lines and a document marker:
// what a YAML writer makes of such a table. Errors name the file and the line: Io; Format for any other YAML,
// a sparsity outside 0 ... 1, a name given twice.
NamedSparsities readSparsityYaml(const std::filesystem::path& path);
// The same from text; `where` stands for the file in messages.
NamedSparsities parseSparsityYaml(std::string_view text, const std::string& where);

// One line for every matrix of the plan, in the plan's order; numbers are written so that they read back
// exactly.
void writeSparsityYaml(const std::filesystem::path& path, const Plan& plan);

// A plan with the sparsities read: by blocks if the matrices of every block agree, by matrices otherwise. All
// groups are pinned, target is what the sparsities amount to, cap the largest of them. `matrices` says which
// matrices the model has; the scores in it are carried over. Errors (InvalidInput): a matrix of the model
// without a sparsity, a name that is no matrix of the model.
Plan planFromSparsities(const std::vector<MatrixScore>& matrices, const NamedSparsities& sparsities);

}  // namespace espalier
