#pragma once

#include <map>
#include <string>

#include "core/tangent/rule_call.h"

namespace espalier {

// The rules by kind: what moves numbers or is linear in one tensor; sums and choices among several; products
// and quotients; functions of each number; functions of rows of numbers.
void addLinearRules(std::map<std::string, Rule>& rules);
void addSumRules(std::map<std::string, Rule>& rules);
void addProductRules(std::map<std::string, Rule>& rules);
void addPointwiseRules(std::map<std::string, Rule>& rules);
void addRowRules(std::map<std::string, Rule>& rules);

}  // namespace espalier
