#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

const std::map<std::string, Rule>& allRules() {
  static const auto rules = [] {
    std::map<std::string, Rule> all;
    addLinearRules(all);
    addSumRules(all);
    addProductRules(all);
    addPointwiseRules(all);
    addRowRules(all);
    return all;
  }();
  return rules;
}

}  // namespace

const Rule* tangentRule(const std::string& operation) {
  const auto it = allRules().find(operation);
  return it == allRules().end() ? nullptr : &it->second;
}

std::vector<std::string> operationsWithRules() {
  std::vector<std::string> names;
  for (const auto& [name, rule] : allRules()) names.push_back(name);
  return names;
}

}  // namespace espalier
