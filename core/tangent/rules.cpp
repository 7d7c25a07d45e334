#include "core/tangent/rules.h"

#include <torch/library.h>

#include <memory>

#include "core/tangent/rule_call.h"

namespace espalier {

namespace {

void runTangentRule(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const RuleCall call(op, *stack);
  const auto* rule = tangentRule(call.name());
  if (!rule) call.fail("it has no derivative rule");
  for (auto& value : (*rule)(call)) stack->push_back(std::move(value));
}

}  // namespace

// Operations that LibTorch puts together from others are taken apart by it as far as no rule says otherwise;
// what is left without a rule ends in the fallback.
void registerTangentRules() {
  static const auto libraries = [] {
    std::vector<std::unique_ptr<torch::Library>> all;
    auto rest = std::make_unique<torch::Library>(torch::Library::IMPL, "_", kTangentKey, __FILE__, __LINE__);
    rest->fallback(torch::CppFunction::makeFromBoxedFunction<&runTangentRule>());
    all.push_back(std::move(rest));
    auto rules =
        std::make_unique<torch::Library>(torch::Library::IMPL, "aten", kTangentKey, __FILE__, __LINE__);
    for (const auto& operation : operationsWithRules())
      rules->impl(operation.substr(operation.find("::") + 2).c_str(),
                  torch::CppFunction::makeFromBoxedFunction<&runTangentRule>());
    all.push_back(std::move(rules));
    return all;
  }();
  (void)libraries;
}

}  // namespace espalier
